/**
 * @module What must hold of a store whose writers were killed, stopped or starved: nothing acknowledged is missing,
 * nothing is there by half, and all derived tables say what the log says.
 */
import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { openStore } from "../../src/store/open.ts";
import type { Acknowledged } from "./writer.ts";

/** What writers acknowledged. A line that a kill cut off was not acknowledged in time. */
export function readAcknowledged(files: readonly string[]): Acknowledged[] {
  return files
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, "utf8").split("\n").slice(0, -1))
    .map((line) => JSON.parse(line) as Acknowledged);
}

/** @returns how many changes the log has */
export async function expectWhole(path: string, acknowledged: readonly Acknowledged[] = []): Promise<number> {
  await using store = await openStore(path);
  // Draws what the index lags behind, so that verify compares its words with the entities.
  await store.search("lorem");
  expect(await store.verify()).toEqual([]);
  expect((await store.status()).unindexed).toBe(0);
  const log = readLog(path);
  expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
  expectAcknowledged(log, acknowledged);
  for await (const { id, version } of store.iterate()) {
    const history = await store.history(id);
    expect(history.map((entry) => entry.version)).toEqual(history.map((_, index) => index + 1));
    expect(version).toBe(history.length);
    expect((await store.search(id, { limit: 1_000 })).entities.map((found) => found.id)).toContain(id);
  }
  return log.length;
}

interface LogLine {
  readonly position: number;
  readonly entity: string;
  readonly note: string | null;
}

function readLog(path: string): LogLine[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const lines = database
    .prepare(
      "SELECT position, body ->> '$.entity' AS entity, body ->> '$.note' AS note FROM change ORDER BY position",
    )
    .all() as unknown as LogLine[];
  database.close();
  return lines;
}

/** Each write is there with all of its parts, and made the version that its writer was told. */
function expectAcknowledged(log: readonly LogLine[], acknowledged: readonly Acknowledged[]): void {
  const partsByToken = new Map<string, number>();
  const versions = new Map<string, number>();
  const madeBy = new Map<string, string | null>();
  for (const { entity, note } of log) {
    const version = (versions.get(entity) ?? 0) + 1;
    versions.set(entity, version);
    madeBy.set(`${entity} ${version}`, note);
    if (note !== null) partsByToken.set(note, (partsByToken.get(note) ?? 0) + 1);
  }
  const wrong = acknowledged.filter(
    ({ token, id, version, parts }) =>
      partsByToken.get(token) !== parts ||
      (version !== undefined && madeBy.get(`${id} ${version}`) !== token),
  );
  expect(wrong).toEqual([]);
  // A batch that nobody acknowledged is there as a whole or not at all.
  const halves = [...partsByToken].filter(([, parts]) => parts !== 1 && parts !== 3);
  expect(halves).toEqual([]);
}
