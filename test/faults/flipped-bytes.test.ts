/**
 * @module L6: single bytes of a store file are damaged, anywhere, and inside the rows of entities and changes.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, expect, test } from "vitest";
import { createDice } from "../../src/base/dice.ts";
import { defineType } from "../../src/entity/define-type.ts";
import { HubsteadError } from "../../src/errors.ts";
import { backup, openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { randomRuns } from "../random-runs.ts";
import { cellRanges, pageRanges, type Range } from "./cell-ranges.ts";

const { seed, numRuns: flips } = randomRuns(500, 10_000);
const dice = createDice(seed);

const words = [
  "harbour",
  "lantern",
  "meadow",
  "granite",
  "whisper",
  "voyage",
  "ember",
  "thicket",
  "漢字",
  "C++",
];
const types = [defineType({ name: "paper", indexes: ["year"], search: ["title"] })];

function randomData() {
  const text = Array.from({ length: 3 + dice.below(dice.chance(0.05) ? 600 : 20) }, () => dice.pick(words));
  return {
    title: text.slice(0, 3).join(" "),
    body: text.join(" "),
    year: 1990 + dice.below(30),
    ok: dice.chance(0.5),
  };
}

/** A closed store with everything that a store can hold; its log has changes of two replicas. */
async function makeStore(path: string): Promise<void> {
  const first = await openStore(path, { types, author: "the first" });
  for (let number = 0; number < 90; number++) {
    await first.create({ id: `${dice.pick(["task", "paper", "note"])}-${number}`, data: randomData() });
  }
  await edit(first, 70);
  await first.search("harbour");
  const { path: copy } = await first.backup.create(join(dirname(path), "backups"));
  await first.close();
  rmSync(path);
  await backup.restore(copy, path);
  const second = await openStore(path, { types, author: "the second" });
  await edit(second, 50);
  await second.search("harbour");
  await second.close();
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = delete");
  database.close();
}

async function edit(store: Store, times: number): Promise<void> {
  const { entities } = await store.list({ limit: 10_000 });
  for (let time = 0; time < times; time++) {
    const { id } = dice.pick(entities);
    const kind = dice.below(10);
    if (kind === 0) await store.delete(id, { note: "gone" });
    else if (kind === 1 && (await store.history(id)).length > 1) await store.restore(id);
    else await store.put({ id, data: randomData(), status: dice.pick(["active", "completed"]) });
  }
}

/** All that can be read of a store: entities, histories, queries, searches. */
async function readAll(store: Store): Promise<string> {
  const { entities } = await store.list({ limit: 10_000, orderBy: "id" });
  const histories = await Promise.all(ids.map((id) => store.history(id)));
  const single = await Promise.all(ids.map((id) => store.get(id)));
  const queries = await Promise.all([
    store.list({ type: "paper", where: { year: { gte: 2000 } } }),
    store.list({ type: "paper", where: { year: 2005 }, orderBy: "-data.year" }),
    store.list({ status: "completed", limit: 1_000 }),
    store.facets(["type", "status", "year"]),
    store.count({ where: { title: { contains: "ember" } } }),
    store.conflicts(ids[0]!),
  ]);
  const searches = await Promise.all(
    [...words, "lan*", '"granite whisper"', ids[7]!].map(async (text) => {
      const newest = await store.search(text, { limit: 1_000, order: "newest" });
      const relevant = await store.search(text, { limit: 1_000, total: true, facets: ["status"] });
      // An index that was made anew ranks equal hits in another order: its statistics begin anew as well.
      const hits = relevant.entities.map(({ id }) => id).sort();
      return { newest, relevant: { ...relevant, entities: hits } };
    }),
  );
  return JSON.stringify({ entities, histories, single, queries, searches });
}

let path = "";
let original = Buffer.alloc(0);
let expected = "";
let stateHash = "";
let ids: string[] = [];

beforeAll(async () => {
  path = join(mkdtempSync(join(tmpdir(), "hubstead-flips-")), "store.db");
  await makeStore(path);
  original = readFileSync(path);
  const database = new DatabaseSync(path, { readOnly: true });
  ids = (database.prepare("SELECT id FROM entity ORDER BY id").all() as { id: string }[]).map(({ id }) => id);
  database.close();
  const copy = await openDamaged(original);
  expect(await copy.verify()).toEqual([]);
  expected = await readAll(copy);
  stateHash = await copy.stateHash();
  await copy.close();
  return () => rmSync(dirname(path), { recursive: true, force: true });
});

const damagedPath = (): string => `${path}.damaged`;

function openDamaged(bytes: Buffer): Promise<Store> {
  const copy = damagedPath();
  for (const end of ["-wal", "-shm", "-journal", "-replica"]) rmSync(copy + end, { force: true });
  writeFileSync(copy, bytes);
  return openStore(copy, { types });
}

interface Verdict {
  /** What verify, or opening, says; empty when nothing. */
  readonly found: string;
  /** True unless something was read that differs from the original, or an error came that is no typed one. */
  readonly sound: boolean;
}

async function judge(bytes: Buffer): Promise<Verdict> {
  try {
    await using store = await openDamaged(bytes);
    const [finding] = await store.verify();
    if (finding === undefined) return { found: "", sound: (await readAll(store)) === expected };
    // Who reads nevertheless gets an answer or a typed error.
    if (dice.chance(0.2)) await readAll(store);
    return { found: `${finding.where}: ${finding.problem}`, sound: true };
  } catch (error) {
    const isTyped = error instanceof HubsteadError && ["corrupt", "unsupported_format"].includes(error.code);
    return { found: String((error as Error).stack), sound: isTyped };
  }
}

function flip(at: number): Buffer {
  const bytes = Buffer.from(original);
  bytes[at] = bytes[at]! ^ (1 + dice.below(255));
  return bytes;
}

/** Damages one byte at a time. @returns what is wrong with the verdicts, and how many were found */
async function flipEach(
  places: Iterable<number>,
): Promise<{ wrong: string[]; missed: string[]; found: number }> {
  const wrong: string[] = [];
  const missed: string[] = [];
  let found = 0;
  for (const at of places) {
    const bytes = flip(at);
    const verdict = await judge(bytes);
    const line = `byte ${at}, ${original[at]} to ${bytes[at]}: ${verdict.found}`;
    if (!verdict.sound) wrong.push(line);
    if (verdict.found === "") missed.push(line);
    else found++;
  }
  return { wrong, missed, found };
}

function* placesIn(ranges: readonly Range[], count: number): Generator<number> {
  // Each byte is as likely as any other, also in a large row.
  const sizeBytes = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  for (let place = 0; place < count; place++) {
    let left = dice.below(sizeBytes);
    for (const { start, end } of ranges) {
      if (left < end - start) {
        yield start + left;
        break;
      }
      left -= end - start;
    }
  }
}

test(`of ${flips} bytes damaged anywhere each is reported, or changes nothing that can be read`, async () => {
  const { wrong, missed, found } = await flipEach(placesIn([{ start: 0, end: original.length }], flips));
  console.info(`anywhere: ${found} found, ${missed.length - wrong.length} harmless`);
  expect(wrong).toEqual([]);
});

test(`of ${flips / 2} bytes damaged inside the rows of entities and changes each is reported`, async () => {
  const rows = ["entity", "change"].flatMap((table) => cellRanges(path, original, table));
  const { wrong, missed, found } = await flipEach(placesIn(rows, flips / 2));
  console.info(`in entities and changes: ${found} found, ${missed.length} missed`);
  expect(missed).toEqual([]);
  expect(wrong).toEqual([]);
});

test(`of ${flips / 4} bytes damaged in the small tables and the schema each is reported, or changes nothing that can be read`, async () => {
  const tables = [
    "meta",
    "run",
    "type_index",
    "search_doc",
    "search_docsize",
    "search_config",
    "sqlite_schema",
  ];
  const small = tables.map((table) => cellRanges(path, original, table));
  const places = small.flatMap((ranges) => [...placesIn(ranges, Math.ceil(flips / 4 / tables.length))]);
  const { wrong, missed, found } = await flipEach(places);
  console.info(`in small tables: ${found} found, ${missed.length - wrong.length} harmless`);
  expect(wrong).toEqual([]);
});

/** Tables that the log alone can make anew. */
const derived = ["entity", "run", "search_doc", "search_data", "search_idx", "search_docsize"];
const derivedIndexes = ["sqlite_autoindex_entity_1", "entity_list", "sqlite_autoindex_search_doc_1"];

/** @returns what is wrong after a rebuild, or `refused` */
async function rebuildDamaged(bytes: Buffer): Promise<string[] | "refused"> {
  await using store = await openDamaged(bytes);
  try {
    await store.rebuild();
  } catch (error) {
    if (error instanceof HubsteadError && error.code === "corrupt") return "refused";
    throw error;
  }
  const wrong = (await store.stateHash()) === stateHash ? [] : ["another state"];
  await store.search("harbour");
  for (const { where, problem } of await store.verify()) wrong.push(`${where}: ${problem}`);
  return (await readAll(store)) === expected ? wrong : [...wrong, "something reads differently"];
}

test(`after damage to ${flips / 10} rows of what is derived a rebuild gives the same state`, async () => {
  const rows = derived.flatMap((table) => cellRanges(path, original, table));
  for (const at of placesIn(rows, flips / 10)) {
    const bytes = flip(at);
    expect({ at, to: bytes[at], after: await rebuildDamaged(bytes) }).toEqual({
      at,
      to: bytes[at],
      after: [],
    });
  }
});

test(`after damage to ${flips / 10} pages of what is derived a rebuild gives the same state, or leaves all as it is`, async () => {
  const log = dump(path, ["change"]);
  const pages = pageRanges(path, original, [...derived, ...derivedIndexes]);
  let refused = 0;
  for (const at of placesIn(pages, flips / 10)) {
    const bytes = flip(at);
    const after = await rebuildDamaged(bytes);
    if (after === "refused") refused++;
    else expect({ at, to: bytes[at], after }).toEqual({ at, to: bytes[at], after: [] });
    expect(dump(damagedPath(), ["change"])).toBe(log);
  }
  console.info(`of ${flips / 10} damaged pages ${refused} could not be emptied, the others were rebuilt`);
  expect(refused).toBeLessThan(flips / 40);
});

test(`with one of ${flips / 10} bytes of the log damaged a rebuild is refused as corrupt and changes nothing`, async () => {
  const wrong: string[] = [];
  for (const at of placesIn(cellRanges(path, original, "change"), flips / 10)) {
    const bytes = flip(at);
    const line = `byte ${at}, ${original[at]} to ${bytes[at]}`;
    await using store = await openDamaged(bytes);
    const before = dump(store.path);
    const outcome = await store.rebuild().then(
      () => "done",
      (error: unknown) => (error instanceof HubsteadError ? error.code : String((error as Error).stack)),
    );
    if (outcome === "done" ? (await store.verify()).length > 0 : outcome !== "corrupt")
      wrong.push(`${line}: ${outcome}`);
    if (outcome !== "done" && dump(store.path) !== before)
      wrong.push(`${line}: it was refused and changed something`);
  }
  expect(wrong).toEqual([]);
});

test("where a damaged pointer of a derived table leads into the log a rebuild is refused, and the log stays whole", async () => {
  const pageBytes = original.readUInt16BE(16);
  const logPages = pageRanges(path, original, ["change"]).filter(({ start }) => original[start] === 0x0d);
  const pointers = pageRanges(path, original, ["entity", "search_data"])
    .filter(({ start }) => original[start] === 0x05)
    .flatMap(({ start }) => [start + 8, start + original.readUInt16BE(start + 12)]);
  const log = dump(path, ["change"]);
  for (let number = 0; number < 20; number++) {
    const bytes = Buffer.from(original);
    bytes.writeUInt32BE(dice.pick(logPages).start / pageBytes + 1, dice.pick(pointers));
    await using store = await openDamaged(bytes);
    expect(await store.verify()).not.toEqual([]);
    await expect(store.rebuild()).rejects.toMatchObject({ code: "corrupt" });
    expect(dump(store.path, ["change"])).toBe(log);
  }
});

/** All rows of a file as they are, or why they cannot be read. */
function dump(
  file: string,
  tables = ["entity", "change", "run", "search_doc", "meta", "type_index", "audit", "sqlite_schema"],
): string {
  using database = new DatabaseSync(file, { readOnly: true });
  const read = (table: string): unknown => {
    try {
      const statement = database.prepare(`SELECT * FROM ${table}`);
      statement.setReadBigInts(true);
      return statement.all();
    } catch (error) {
      return (error as Error).message;
    }
  };
  return JSON.stringify(tables.map(read), (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}
