/**
 * @module Reads YAML that strangers may have written: YAML 1.2 with the core schema and nothing else, small, shallow,
 * few aliases, every key once. Knows nothing of what the document means.
 */
import {
  Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from "yaml";
import { checkJson, type Json, maxJsonDepth } from "../base/json.ts";
import { HubsteadError, invalidInput } from "../errors.ts";
import { checkYamlTokens } from "./yaml-tokens.ts";

/** Far more than a configuration needs, little enough to read in a moment. */
export const maxYamlBytes = 65_536;
const maxAliases = 100;

/** A document as JSON, and where its parts stand in the text. */
export interface YamlDocument {
  readonly value: Json;
  /** The line, from 1, of the key or element at a path; of its nearest parent where it does not exist. */
  lineOf(path: readonly PropertyKey[]): number;
}

/**
 * Parses one YAML document.
 *
 * @param source what to call the text in an error: a file name
 * @throws {HubsteadError} `invalid_input` with `data.source` and, where known, `data.line`
 */
export function parseYaml(bytes: Uint8Array, source: string): YamlDocument {
  if (bytes.length > maxYamlBytes) {
    throw invalidInput(
      `${source} has ${bytes.length} bytes, more than ${maxYamlBytes}`,
      "Keep data in the store, not in the configuration.",
      { source },
    );
  }
  const text = decodeText(bytes, source);
  checkYamlTokens(text, source);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    resolveKnownTags: false,
    merge: false,
    // Compares every key with every other: `checkNodes` does it with a set.
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  return readDocument(document, lines, source);
}

function decodeText(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new HubsteadError("invalid_input", `${source} is not UTF-8 text`, {
      hint: "Save it as UTF-8.",
      data: { source },
      cause,
    });
  }
}

function readDocument(document: Document.Parsed, lines: LineCounter, source: string): YamlDocument {
  const at = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const refuse = (offset: number, problem: string, hint: string): HubsteadError => {
    const line = at(offset);
    return invalidInput(`${source} line ${line}: ${problem}`, hint, { source, line });
  };
  // A warning is a tag that the core schema does not know, or a directive of another YAML.
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem?.code === "MULTIPLE_DOCS")
    throw refuse(problem.pos[0], "a second document begins here", "Keep one document: leave out `---`.");
  if (problem !== undefined) {
    throw refuse(
      problem.pos[0],
      firstLine(problem.message),
      "Use plain YAML 1.2: maps, lists, texts, numbers, true, false, null.",
    );
  }
  if (document.directives.yaml.version !== "1.2") {
    throw refuse(
      0,
      `YAML ${document.directives.yaml.version} is not read here`,
      "Leave the %YAML directive out.",
    );
  }
  checkNodes(document, refuse);
  return {
    value: toJson(document, source),
    lineOf: (path) => at(offsetOf(document, path)),
  };
}

type Refuse = (offset: number, problem: string, hint: string) => HubsteadError;

function checkNodes(document: Document.Parsed, refuse: Refuse): void {
  let aliases = 0;
  visit(document, {
    Node(_, node, path) {
      const offset = startOf(node);
      if (path.length > maxJsonDepth * 2)
        throw refuse(offset, `nesting deeper than ${maxJsonDepth}`, "Write it flatter.");
      if (isAlias(node) && ++aliases > maxAliases) {
        throw refuse(offset, `more than ${maxAliases} aliases`, "Write the values out.");
      }
    },
    Map(_, { items }) {
      const names = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (names.has(name))
          throw refuse(startOf(key), `the key ${JSON.stringify(name)} a second time`, "Keep one of them.");
        names.add(name);
      }
    },
    Pair(_, { key }) {
      const offset = startOf(key);
      if (!isScalar(key) || key.value === null)
        throw refuse(offset, "a key that is no text", "Use texts as keys.");
      const name = String(key.value);
      if (name === "__proto__") throw refuse(offset, "the key __proto__", "Use another key.");
      if (name === "<<" && key.type === "PLAIN") {
        throw refuse(
          offset,
          'the merge key "<<", which YAML 1.2 does not have',
          "Write the values out, or give each its own alias.",
        );
      }
    },
  });
}

function toJson(document: Document.Parsed, source: string): Json {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: maxAliases });
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    throw new HubsteadError("invalid_input", `${source}: ${cause.message}`, {
      hint: "Write the values out.",
      data: { source },
      cause,
    });
  }
  try {
    checkJson(value);
    return value;
  } catch (error) {
    if (!(error instanceof HubsteadError)) throw error;
    throw invalidInput(`${source}: ${error.message}`, error.hint, { ...error.data, source });
  }
}

/** Where the key or element at a path begins, or the innermost part that is there. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const step of path) {
    if (node instanceof Alias) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step)) as
        | Pair
        | undefined;
      if (pair === undefined) break;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (node === undefined) break;
      offset = startOf(node);
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0]!.slice(0, 200);
}
