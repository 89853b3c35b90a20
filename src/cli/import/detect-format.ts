/**
 * @module Tells formats apart by their content.
 */
import { invalidInput } from "../../errors.ts";

export const importFormats = ["ndjson", "gh-store", "chora-store"] as const;
export type ImportFormat = (typeof importFormats)[number];

const sqliteHeader = "SQLite format 3\0";

/**
 * @param head the first bytes of a file
 * @throws {HubsteadError} `invalid_input` for what is none of the formats
 */
export function detectFormat(head: Buffer, name: string): ImportFormat {
  if (head.subarray(0, sqliteHeader.length).toString("latin1") === sqliteHeader) return "chora-store";
  const text = head
    .toString("utf8")
    .replace(/^\ufeff/u, "")
    .trimStart();
  if (text === "") return "ndjson";
  if (text.startsWith("[")) {
    throw invalidInput(
      `${name} holds a JSON array`,
      `Import reads one entity a line: jq -c '.[]' ${name} | hubstead import -`,
      { source: name },
    );
  }
  if (!text.startsWith("{")) {
    throw invalidInput(
      `${name} is neither NDJSON, nor a gh-store snapshot, nor a chora-store database`,
      'Each line of NDJSON is an object: {"id":"task-a","data":{…}}',
      { source: name },
    );
  }
  return looksLikeSnapshot(text) ? "gh-store" : "ndjson";
}

/** A snapshot is one document with `objects` at its top; a line of NDJSON has an `id`. */
function looksLikeSnapshot(text: string): boolean {
  const line = text.split("\n", 1)[0]!;
  try {
    const first: unknown = JSON.parse(line);
    return typeof first === "object" && first !== null && "objects" in first && !("id" in first);
  } catch {
    return /^\{\s*"(?:snapshot_time|repository|relationships|objects)"\s*:/u.test(text);
  }
}
