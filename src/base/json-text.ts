/**
 * @module Reads JSON that people and other programs wrote, without losing anything silently: `JSON.parse`
 * keeps the last of two equal keys and rounds large integers, this reader refuses both.
 */
import { HubsteadError, invalidInput } from "../errors.ts";
import { checkJson, type Json } from "./json.ts";
import { endOfString, isColonNext, readJson } from "./json-reader.ts";

/**
 * Parses one JSON text.
 *
 * @param source what to call the text in an error: a file name and line, an option
 * @throws {HubsteadError} `invalid_input` for a syntax error, an equal key twice, and all that `checkJson` refuses
 */
export function parseJson(text: string, source: string): Json {
  let value: unknown;
  try {
    value = readJson(text);
  } catch (error) {
    throw new HubsteadError("invalid_input", `${source} is not valid JSON: ${syntaxProblem(text, error)}`, {
      hint: "Check quotes, commas and brackets; text values need double quotes.",
      data: { source },
      cause: error,
    });
  }
  try {
    checkJson(value);
  } catch (error) {
    if (error instanceof HubsteadError) {
      throw invalidInput(`${source}: ${error.message}`, error.hint, { ...error.data, source });
    }
    throw error;
  }
  const twice = findRepeatedKey(text);
  if (twice !== undefined) {
    throw invalidInput(
      `${source} has the key ${JSON.stringify(twice)} twice in one object`,
      "Keep one of them.",
      { source },
    );
  }
  return value;
}

/** The source of a single line names its place itself, as the line of a file: the parser's "line 1" would contradict it. */
function syntaxProblem(text: string, error: unknown): string {
  const { message } = error as Error;
  return text.includes("\n") ? message : message.replace(/ \(line 1 column \d+\)$/u, "");
}

/** The first key that stands twice in one object of a valid JSON text. */
function findRepeatedKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "{") open.push(new Set());
    else if (sign === "[") open.push(undefined);
    else if (sign === "}" || sign === "]") open.pop();
    else if (sign === '"') {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys !== undefined && isColonNext(text, end)) {
        const key = JSON.parse(text.slice(at, end)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}
