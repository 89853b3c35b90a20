/**
 * @module Reads NDJSON, one entity a line: what `hubstead export` writes.
 *
 * @see https://github.com/ndjson/ndjson-spec
 */
import { isUtf8 } from "node:buffer";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { parseJson } from "../../base/json-text.ts";
import { invalidInput } from "../../errors.ts";
import type { ImportRecord } from "../../store/store.ts";
import type { ImportReader } from "./import-reader.ts";
import type { ImportSource } from "./import-source.ts";

/** Data of 1 MiB, with room for escapes. */
const maxLineBytes = 16_777_216;

/** @throws {HubsteadError} `invalid_input` naming the line, while it is read */
export function readNdjson(source: ImportSource): ImportReader {
  const blankLines: number[] = [];
  return {
    records: readRecords(source, blankLines),
    placeOf(record) {
      let line = record;
      for (const blank of blankLines) if (blank <= line) line++;
      return `line ${line}`;
    },
  };
}

async function* readRecords(source: ImportSource, blankLines: number[]): AsyncGenerator<ImportRecord> {
  let number = 0;
  for await (const bytes of splitLines(source)) {
    number++;
    const place = `${source.name} line ${number}`;
    if (!isUtf8(bytes))
      throw invalidInput(`${place} is not UTF-8 text`, "Save the file as UTF-8.", {
        source: source.name,
        line: number,
      });
    const text = (
      number === 1 ? bytes.toString("utf8").replace(/^\ufeff/u, "") : bytes.toString("utf8")
    ).trim();
    if (text === "") blankLines.push(number);
    else yield readRecord(parseJson(text, place), place);
  }
}

/** Lines without their ends. Only one line is held, and it is bounded. */
async function* splitLines(source: ImportSource): AsyncGenerator<Buffer> {
  let open: Buffer[] = [];
  let openBytes = 0;
  let lines = 0;
  for await (const chunk of source.chunks()) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const rest = chunk.subarray(start, end);
      yield open.length === 0 ? rest : Buffer.concat([...open, rest]);
      open = [];
      openBytes = 0;
      lines++;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    openBytes += chunk.length - start;
    if (openBytes > maxLineBytes) {
      throw invalidInput(
        `${source.name} line ${lines + 1} has more than ${maxLineBytes} bytes`,
        "Write one entity a line; its data is at most 1 MiB.",
        { source: source.name, line: lines + 1 },
      );
    }
    open.push(chunk.subarray(start));
  }
  if (open.length > 0) yield Buffer.concat(open);
}

/** `version` is what `get --json` shows too; it counts changes of another store and is not read. */
const knownKeys = ["id", "type", "status", "data", "version", "createdAt", "updatedAt"];

function readRecord(value: unknown, place: string): ImportRecord {
  if (!isJsonObject(value))
    throw invalidInput(`${place} is not an object`, 'Write {"id":"task-a","data":{…}}.');
  const unknown = Object.keys(value).find((key) => !knownKeys.includes(key));
  if (unknown !== undefined) {
    throw invalidInput(
      `${place} has the key ${JSON.stringify(unknown)}, which entities do not have`,
      'Put the fields of an entity under "data": {"id":"task-a","data":{…}}.',
    );
  }
  const { id, data } = value;
  if (typeof id !== "string") throw invalidInput(`${place} has no "id"`, 'Write {"id":"task-a","data":{…}}.');
  if (data !== undefined && !isJsonObject(data))
    throw invalidInput(`${place}: "data" is not an object`, 'Write {"id":"task-a","data":{…}}.');
  return {
    id,
    ...(data === undefined ? {} : { data }),
    ...readTexts(value, ["type", "status", "createdAt", "updatedAt"], place),
  };
}

function readTexts(value: JsonObject, keys: readonly string[], place: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const key of keys) {
    const text = value[key];
    if (text === undefined || text === null) continue;
    if (typeof text !== "string")
      throw invalidInput(`${place}: "${key}" is not a text`, "Use a text, or leave it out.");
    texts[key] = text;
  }
  return texts;
}
