/**
 * @module Reads a snapshot of gh-store: one JSON document with all objects and when they were made and changed.
 */
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { parseJson } from "../../base/json-text.ts";
import { invalidInput } from "../../errors.ts";
import type { ImportRecord } from "../../store/store.ts";
import { type ImportReader, readOutsideTime } from "./import-reader.ts";
import type { ImportSource } from "./import-source.ts";

/** @throws {HubsteadError} `invalid_input` naming the object */
export async function readGhStoreSnapshot(source: ImportSource): Promise<ImportReader> {
  const snapshot = parseJson(await source.text(), source.name);
  const objects = isJsonObject(snapshot) ? snapshot.objects : undefined;
  if (!isJsonObject(snapshot) || !isJsonObject(objects)) {
    throw invalidInput(
      `${source.name} is no gh-store snapshot: it has no "objects"`,
      "Make one with `gh-store snapshot`.",
      { source: source.name },
    );
  }
  // Objects of a snapshot are listed newest first; the order of their creation is that of the log.
  const records = Object.entries(objects).map(([id, object]) => readObject(id, object, source.name));
  records.sort((a, b) => compare(a.createdAt ?? "", b.createdAt ?? "") || compare(a.id, b.id));
  return { records, note: describeOrigin(snapshot) };
}

function readObject(id: string, object: Json, source: string): ImportRecord {
  const place = `${source}: the object ${JSON.stringify(id.slice(0, 60))}`;
  const data = isJsonObject(object) ? object.data : undefined;
  if (!isJsonObject(object) || !isJsonObject(data)) {
    throw invalidInput(
      `${place} has no data that is an object`,
      'Hubstead keeps objects; wrap other values: { "value": … }.',
      { source, id },
    );
  }
  const meta = isJsonObject(object.meta) ? object.meta : {};
  const createdAt = readMetaTime(meta, "created_at", place);
  const updatedAt = readMetaTime(meta, "updated_at", place);
  return {
    id,
    data,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  };
}

function readMetaTime(meta: JsonObject, key: string, place: string): string | undefined {
  const text = meta[key];
  if (text === undefined || text === null) return undefined;
  const time = readOutsideTime(text);
  if (time === undefined)
    throw invalidInput(
      `${place} has a "${key}" that is no time: ${JSON.stringify(text)}`,
      "Write ISO 8601: 2025-01-31T08:00:00+00:00.",
    );
  return time;
}

function describeOrigin(snapshot: JsonObject): string {
  const repository = typeof snapshot.repository === "string" ? ` of ${snapshot.repository}` : "";
  const time = readOutsideTime(snapshot.snapshot_time);
  return `gh-store snapshot${repository}${time === undefined ? "" : ` at ${time}`}`.slice(0, 1_000);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
