/**
 * @module A process on a disk that runs full again and again, at each of its first writes. It looks for itself at
 * what became of them, because nobody else sees its disk.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createDice, type Dice } from "../../src/base/dice.ts";
import { HubsteadError } from "../../src/errors.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { createFileSizeLimit, createSmallFileSystem, type LimitedDisk } from "./limited-disk.ts";
import { readTask, tell } from "./told.ts";

export interface FullDiskTask {
  readonly folder: string;
  readonly kind: "small file system" | "file size limit";
  readonly seed: number;
  readonly writes: number;
  readonly opens: number;
}

export interface FullDiskReport {
  /** How often each thing happened: `ok`, or `code reason` of an error. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** What must not be; empty when all is well. */
  readonly wrong: readonly string[];
}

const task = readTask<FullDiskTask>();
const dice = createDice(task.seed);
const outcomes: Record<string, number> = {};
const wrong: string[] = [];

function diskFor(path: string): LimitedDisk {
  return task.kind === "small file system" ? createSmallFileSystem(task.folder) : createFileSizeLimit(path);
}

/** @returns whether it was done; an error must be typed, say what to do, and not blame the user's rights */
async function attempt(where: string, body: () => Promise<unknown>): Promise<boolean> {
  try {
    await body();
    count("ok");
    return true;
  } catch (error) {
    if (!(error instanceof HubsteadError)) {
      wrong.push(`${where}: ${(error as Error).stack}`);
    } else {
      count(`${error.code} ${error.data.reason}`);
      if (error.code !== "busy" || error.hint === undefined) wrong.push(`${where}: ${JSON.stringify(error)}`);
    }
    return false;
  }
}

function count(outcome: string): void {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
}

async function expectWell(where: string, store: Store): Promise<void> {
  await store.search("text");
  for (const { where: place, problem } of await store.verify()) wrong.push(`${where}: ${place}: ${problem}`);
}

function writeSomething(store: Store, number: number, chance: Dice): Promise<unknown> {
  const data = { number, text: "text ".repeat(chance.below(chance.chance(0.2) ? 4_000 : 100)) };
  const id = `task-${chance.below(20)}`;
  if (chance.chance(0.2))
    return store.batch([1, 2, 3].map((part) => ({ op: "put", id: `task-${part}`, data })));
  if (chance.chance(0.1)) return store.search("text");
  if (chance.chance(0.1)) return store.delete(id);
  return store.put({ id, data });
}

async function fillAtEachWrite(): Promise<void> {
  const path = join(task.folder, "store.db");
  const disk = diskFor(`${path}-wal`);
  let store = await openStore(path);
  for (let number = 1; number <= task.writes; number++) {
    const where = `write ${number}`;
    // A process that has just begun also writes who it is, beside the file.
    if (dice.chance(0.2)) {
      await store.close();
      store = await openStore(path);
    }
    const before = await store.stateHash();
    disk.fill(dice.below(dice.chance(0.5) ? 3 : 20));
    const done = await attempt(where, () => writeSomething(store, number, dice));
    if (!done && (await store.stateHash()) !== before)
      wrong.push(`${where} failed and yet changed something`);
    if ((await store.list()).entities.length !== (await store.count()))
      wrong.push(`${where}: cannot be read`);
    disk.free();
    try {
      await store.put({ id: "task-after", data: { number } });
    } catch (error) {
      wrong.push(`${where}: no write after there is space again: ${(error as Error).message}`);
    }
    if (number % 10 === 0) await expectWell(where, store);
  }
  await expectWell("at the end", store);
  await store.close();
}

/** The first write of all makes the file. */
async function openOnFullDisk(): Promise<void> {
  for (let number = 0; number < task.opens; number++) {
    const where = `open ${number}`;
    const path = join(task.folder, `new-${number}`, ".hubstead", "store.db");
    const disk = diskFor(path);
    disk.fill(number);
    await attempt(where, async () => {
      await using store = await openStore(path);
      await store.put({ id: "task-1", data: { text: "text" } });
    });
    disk.free();
    try {
      await using store = await openStore(path);
      await store.put({ id: "task-2", data: { text: "text" } });
      await expectWell(where, store);
      const ignore = readFileSync(join(dirname(path), ".gitignore"), "utf8");
      if (ignore !== "*\n") wrong.push(`${where}: git does not ignore the store: ${JSON.stringify(ignore)}`);
    } catch (error) {
      wrong.push(`${where}: unusable after there is space again: ${(error as Error).stack}`);
    }
  }
}

await fillAtEachWrite();
await openOnFullDisk();
await tell({ outcomes, wrong } satisfies FullDiskReport);
process.exit(0);
