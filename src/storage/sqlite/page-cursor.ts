/**
 * @module Cursors: where a page ended, as text that users hand back with the same query.
 */
import { crc32 } from "node:zlib";
import { canonicalJson, type JsonObject } from "../../base/json.ts";
import { readJson } from "../../base/json-reader.ts";
import { invalidInput } from "../../errors.ts";
import type { Query } from "../query.ts";
import type { OrderKey, RowPlace } from "./order-sql.ts";

export function writeCursor([key, row]: RowPlace, query: Query): string {
  return Buffer.from(JSON.stringify([fingerprintOf(query), key, row])).toString("base64url");
}

/** @throws {HubsteadError} `invalid_input` for a cursor of another query, or none at all */
export function readCursor(cursor: string, query: Query): RowPlace {
  try {
    const [found, key, row] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as [
      string,
      OrderKey,
      number,
    ];
    const fits =
      found === fingerprintOf(query) &&
      Number.isSafeInteger(row) &&
      (key === null || typeof key === "string" || typeof key === "number");
    if (fits) return [key, row];
  } catch {
    // Falls through to the one error below.
  }
  throw invalidInput(
    "the cursor belongs to another query",
    "Use a cursor with the very query whose page it came with.",
  );
}

/** Ties a cursor to its query, whatever the limit. */
function fingerprintOf({ type, status, where, orderBy }: Query): string {
  const text = canonicalJson(readJson(JSON.stringify({ type, status, where, orderBy })) as JsonObject);
  return crc32(text).toString(36);
}
