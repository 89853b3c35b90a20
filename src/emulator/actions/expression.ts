/**
 * @module The expressions of workflow files, as far as names of runs and of concurrency groups need them: paths into
 * contexts, texts, and `||`.
 */
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";

/** Replaces each `${{ … }}`; what is not known is empty, as on GitHub. */
export function fillIn(text: string, contexts: JsonObject): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gsu, (_, expression: string) => evaluate(expression, contexts));
}

function evaluate(expression: string, contexts: JsonObject): string {
  for (const part of expression.split("||")) {
    const trimmed = part.trim();
    const literal = /^'((?:[^']|'')*)'$/u.exec(trimmed)?.[1];
    const value = literal === undefined ? lookUp(trimmed, contexts) : literal.replaceAll("''", "'");
    if (value !== "" && value !== "false") return value;
  }
  return "";
}

function lookUp(path: string, contexts: JsonObject): string {
  let value: Json | undefined = contexts;
  for (const key of path.split(".")) {
    // Whatever its case, as on GitHub.
    const name: string | undefined = isJsonObject(value) ? namedLike(value, key) : undefined;
    value = isJsonObject(value) && name !== undefined ? value[name] : undefined;
  }
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

function namedLike(object: JsonObject, key: string): string | undefined {
  if (Object.hasOwn(object, key)) return key;
  return Object.keys(object).find((name) => name.toLowerCase() === key.toLowerCase());
}
