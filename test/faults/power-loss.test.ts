/**
 * @module L2: power fails at random points of writing. Everything that was flushed to the disk stays; of what was
 * written since, each sector may be there, be missing, be old, or be noise.
 *
 * What SQLite flushes: with `full` the write-ahead log at each commit; with `normal` the log's header when it begins
 * anew, and all of it before a checkpoint copies it into the file. @see https://sqlite.org/pragma.html#pragma_synchronous
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createDice } from "../../src/base/dice.ts";
import { openDatabase } from "../../src/sqlite/open-database.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { randomRuns } from "../random-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const { seed, numRuns: images } = randomRuns(500, 20_000);
const dice = createDice(seed);
const sectorBytes = 512;
const headerBytes = 32;
const pageSizeAt = 8;

/** The files of a store right after a commit, and what it held. */
interface Moment {
  readonly file: Buffer;
  readonly wal: Buffer;
  readonly neighbour: Buffer | undefined;
  readonly stateHash: string;
  /** Up to here the log was flushed even with `normal`. */
  readonly flushedBytes: number;
  /** The state that the file gives together with the flushed part of the log. */
  readonly flushedMoment: number;
  /** The file after a checkpoint, where one followed. */
  readonly checkpointed?: Buffer;
}

async function recordMoments(durability: "normal" | "full"): Promise<Moment[]> {
  const path = join(temporaryFolder(), "store.db");
  await using store = await openStore(path, { durability });
  const checkpointer = new DatabaseSync(path);
  const moments: Moment[] = [];
  let salt = "";
  let flushedBytes = headerBytes;
  let flushedMoment = 0;
  for (let number = 0; number < 60; number++) {
    if (number > 0) await writeSomething(store, number);
    const wal = readFileSync(`${path}-wal`);
    if (wal.toString("hex", 16, 24) !== salt) flushedBytes = headerBytes;
    salt = wal.toString("hex", 16, 24);
    const file = readFileSync(path);
    // The store's own checkpoints come at 1,000 pages: none here that the test does not know of.
    expect(file.equals(moments.at(-1)?.checkpointed ?? moments.at(-1)?.file ?? file)).toBe(true);
    const neighbour = existsSync(`${path}-replica`) ? readFileSync(`${path}-replica`) : undefined;
    const moment = { file, wal, neighbour, stateHash: await store.stateHash(), flushedBytes, flushedMoment };
    if (dice.chance(0.12)) {
      checkpointer.exec("PRAGMA wal_checkpoint(PASSIVE)");
      flushedBytes = validLength(wal);
      flushedMoment = number;
      moments.push({ ...moment, checkpointed: readFileSync(path) });
    } else {
      moments.push(moment);
    }
  }
  checkpointer.close();
  return moments;
}

async function writeSomething(store: Store, number: number): Promise<void> {
  const id = `task-${dice.below(12)}`;
  const data = { number, text: "power ".repeat(dice.below(dice.chance(0.1) ? 3_000 : 30)) };
  if (dice.chance(0.1)) await store.search("power");
  if (dice.chance(0.15) && (await store.delete(id))) return;
  if (dice.chance(0.2)) {
    await store.batch([1, 2, 3].map((part) => ({ op: "put", id: `task-${part}`, data: { ...data, part } })));
  } else {
    await store.put({ id, data });
  }
}

/** Where the last whole commit of a log ends: frames of an earlier use, with another salt, may follow. */
function validLength(wal: Buffer): number {
  const pageBytes = wal.readUInt32BE(pageSizeAt);
  let end = headerBytes;
  for (let at = headerBytes; at + 24 + pageBytes <= wal.length; at += 24 + pageBytes) {
    if (wal.compare(wal, 16, 24, at + 8, at + 16) !== 0) break;
    if (wal.readUInt32BE(at + 4) > 0) end = at + 24 + pageBytes;
  }
  return end;
}

/** What the disk may hold of bytes that were written over old ones and not flushed. */
function loseSectors(written: Buffer, old: Buffer, from: number): Buffer {
  const image = Buffer.from(written);
  const start = from + dice.below(written.length - from + 1);
  const way = dice.pick(["cut", "zeros", "noise", "old", "mixed"] as const);
  if (way === "cut") return image.subarray(0, start);
  for (let at = start; at < image.length; ) {
    const end = Math.min(image.length, (Math.floor(at / sectorBytes) + 1) * sectorBytes);
    const fate = way === "mixed" ? dice.pick(["zeros", "noise", "old", "kept"] as const) : way;
    if (fate === "zeros") image.fill(0, at, end);
    if (fate === "noise") dice.bytes(end - at).copy(image, at);
    if (fate === "old" && at < old.length) old.copy(image, at, at, Math.min(end, old.length));
    at = end;
  }
  return image;
}

/** A file in the middle of a checkpoint, which writes only the pages that the log has. */
function tearPages(before: Buffer, after: Buffer, pageBytes: number): Buffer {
  const pages: Buffer[] = [];
  for (let at = 0; at < after.length; at += pageBytes) {
    const [old, page] = [before.subarray(at, at + pageBytes), after.subarray(at, at + pageBytes)];
    const torn = old.equals(page) ? page : loseSectors(page, old, 0);
    if (torn.length < pageBytes && old.length === 0) return Buffer.concat([...pages, torn]);
    pages.push(Buffer.concat([torn, old.subarray(torn.length)]));
  }
  return Buffer.concat(pages);
}

interface Image {
  readonly file: Buffer;
  readonly wal: Buffer;
  readonly neighbour: Buffer | undefined;
  /** State hashes that it may have. */
  readonly allowed: readonly string[];
}

/** The store of an image is whole, at one of the moments allowed, and goes on working. */
async function expectMoment(folder: string, { file, wal, neighbour, allowed }: Image): Promise<void> {
  const path = join(folder, "image.db");
  for (const end of ["-shm", "-replica"]) rmSync(path + end, { force: true });
  writeFileSync(path, file);
  writeFileSync(`${path}-wal`, wal);
  // The neighbour is no part of what is flushed: it may be gone, cut off, or as it was.
  if (neighbour !== undefined && dice.chance(0.8)) {
    writeFileSync(`${path}-replica`, dice.chance(0.8) ? neighbour : neighbour.subarray(0, dice.below(60)));
  }
  await using store = await openStore(path);
  expect(allowed).toContain(await store.stateHash());
  expect(await store.verify()).toEqual([]);
  await store.put({ id: "task-after", data: { text: "the power is back" } });
  expect((await store.search("power back")).entities.map(({ id }) => id)).toContain("task-after");
  expect(await store.verify()).toEqual([]);
}

test(`with "normal" a store has the state after one of its commits, none older than the last checkpoint (${images / 2} images)`, async () => {
  const moments = await recordMoments("normal");
  const folder = temporaryFolder();
  for (let image = 0; image < images / 2; image++) {
    const number = dice.below(moments.length);
    const { file, wal, neighbour, flushedBytes, flushedMoment } = moments[number]!;
    const old = moments[Math.max(0, number - dice.below(20))]!.wal;
    const allowed = moments.slice(flushedMoment, number + 1).map(({ stateHash }) => stateHash);
    await expectMoment(folder, { file, wal: loseSectors(wal, old, flushedBytes), neighbour, allowed });
  }
});

test(`with "full" a store has the last acknowledged change, whatever became of the next one (${(images * 2) / 5} images)`, async () => {
  const moments = await recordMoments("full");
  const folder = temporaryFolder();
  for (let image = 0; image < (images * 2) / 5; image++) {
    const number = dice.below(moments.length - 1);
    const before = moments[number]!;
    const { file, wal, neighbour, stateHash } = moments[number + 1]!;
    const sameLog = before.wal.compare(wal, 16, 24, 16, 24) === 0;
    const lost = loseSectors(wal, before.wal, sameLog ? validLength(before.wal) : headerBytes);
    await expectMoment(folder, { file, wal: lost, neighbour, allowed: [before.stateHash, stateHash] });
  }
});

test(`a checkpoint that was cut off is done again from the log (${images / 10} images)`, async () => {
  const moments = (await recordMoments("normal")).filter(({ checkpointed }) => checkpointed !== undefined);
  const folder = temporaryFolder();
  for (let image = 0; image < images / 10; image++) {
    const { file, checkpointed, wal, neighbour, stateHash } = dice.pick(moments);
    await expectMoment(folder, {
      file: tearPages(file, checkpointed!, wal.readUInt32BE(pageSizeAt)),
      wal,
      neighbour,
      allowed: [stateHash],
    });
  }
});

test("each durability tells SQLite to flush what it promises to flush", () => {
  const path = join(temporaryFolder(), "store.db");
  const flushes = (durability: "normal" | "full") => {
    using database = openDatabase(path, { durability });
    return database.prepare("PRAGMA synchronous").get();
  };
  expect(flushes("normal")).toEqual({ synchronous: 1 });
  expect(flushes("full")).toEqual({ synchronous: 2 });
});
