/**
 * @module L10: backups are made while others write, processes that make them are killed, and what is restored never
 * writes under the name of what was lost.
 */
import { copyFileSync, cpSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createDice } from "../../src/base/dice.ts";
import { backup, openStore } from "../../src/store/open.ts";
import type { BackupInfo } from "../../src/store/store.ts";
import { randomRuns } from "../random-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import type { BackupMakerTask } from "./backup-maker.ts";
import { startChild } from "./child.ts";
import { expectWhole } from "./expect-whole.ts";
import type { SaturatingTask } from "./saturating-writer.ts";
import type { ShortLivedTask } from "./short-lived-writer.ts";
import type { WriterTask } from "./writer.ts";

const { seed, numRuns: backups } = randomRuns(100, 2_000);
const dice = createDice(seed);
const backupsPerStore = 10;

/** The changes of a store file, in the order of its log. */
function changesIn(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare("SELECT body FROM change ORDER BY position").all() as unknown as {
    body: string;
  }[];
  database.close();
  return rows.map(({ body }) => body);
}

function changeIdsIn(path: string): string[] {
  return changesIn(path).map((body) => {
    const { replica, seq } = JSON.parse(body) as { replica: string; seq: number };
    return `${replica}:${seq}`;
  });
}

/** A backup is one file, sound, and its log is a beginning of the store's log. */
async function expectPrefix(info: BackupInfo, log: readonly string[]): Promise<void> {
  const database = new DatabaseSync(info.path, { readOnly: true });
  expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "delete" });
  database.close();
  const changes = changesIn(info.path);
  expect(changes.length).toBe(info.changes);
  expect(changes).toEqual(log.slice(0, changes.length));
}

test(`${backups} backups made while two processes write without pause are each a state that the store had`, async () => {
  for (let made = 0; made < backups; made += backupsPerStore) {
    const path = join(temporaryFolder(), "store.db");
    const folder = join(dirname(path), "backups");
    const store = await openStore(path);
    const writers = [1, 2].map((number) => {
      const task: WriterTask = {
        path,
        name: `writer${number}`,
        acknowledged: `${path}-${number}`,
        seed: dice.below(2 ** 31),
      };
      return startChild(new URL("./writer.ts", import.meta.url), task);
    });
    await Promise.all(writers.map((writer) => writer.next()));
    const infos: BackupInfo[] = [];
    for (let number = 0; number < backupsPerStore; number++) infos.push(await store.backup.create(folder));
    expect(await Promise.all(writers.map((writer) => writer.stop()))).toEqual([0, 0]);
    await store.close();
    const log = changesIn(path);
    expect(infos.at(-1)!.changes).toBeGreaterThan(infos[0]!.changes);
    for (const info of infos) await expectPrefix(info, log);
    expect(await backup.list(folder)).toHaveLength(backupsPerStore);
    expect(readdirSync(folder)).toHaveLength(2 * backupsPerStore);
    // That its entities are what this log folds to, `verify` says; the state hash is that of the description.
    const chosen = dice.pick(infos);
    const restored = await backup.restore(chosen.path, join(folder, "restored", "store.db"));
    expect(restored.stateHash).toBe(chosen.stateHash);
    await expectWhole(restored.path);
  }
});

test("backups made at one moment are different files, each whole", async () => {
  const path = join(temporaryFolder(), "store.db");
  await using store = await openStore(path, { now: () => Date.UTC(2026, 0, 31) });
  await store.put({ id: "task-1" });
  const folder = join(dirname(path), "backups");
  const infos = await Promise.all([1, 2, 3, 4].map(() => store.backup.create(folder)));
  expect(new Set(infos.map((info) => info.path)).size).toBe(4);
  expect(await backup.list(folder)).toHaveLength(4);
  for (const info of infos) await expectPrefix(info, changesIn(path));
});

test("a process that is killed while it makes a backup leaves none that is listed and not whole", async () => {
  const path = join(temporaryFolder(), "store.db");
  const folder = join(dirname(path), "backups");
  await using store = await openStore(path);
  const entities = Array.from({ length: 1_000 }, (_, number) => ({
    id: `task-${number}`,
    data: { text: "kept ".repeat(50) },
  }));
  await store.import(entities);
  for (let kill = 0; kill < 10; kill++) {
    const task: BackupMakerTask = { path, folder };
    const maker = startChild(new URL("./backup-maker.ts", import.meta.url), task);
    await maker.next();
    await sleep(dice.fraction() * 150);
    await maker.kill();
  }
  const listed = await backup.list(folder);
  for (const [number, info] of listed.entries()) {
    const restored = await backup.restore(info.path, join(folder, `restored-${number}.db`));
    expect(restored.stateHash).toBe(await store.stateHash());
  }
  // And the next one is made as if nothing had been.
  const info = await store.backup.create(folder);
  expect((await backup.list(folder)).map((found) => found.path)).toContain(info.path);
});

/** A store with changes, a backup of it, and changes after that which are going to be lost. */
async function makeLoss(): Promise<{ path: string; info: BackupInfo; lost: string[]; replica: string }> {
  const path = join(temporaryFolder(), "store.db");
  await using store = await openStore(path);
  await store.put({ id: "task-1", data: { title: "kept" } });
  const info = await store.backup.create(join(dirname(path), "backups"));
  for (let number = 0; number < 20; number++)
    await store.put({ id: "task-1", data: { title: `lost ${number}` } });
  const { replica } = await store.status();
  return { path, info, lost: changeIdsIn(path).slice(1), replica };
}

/** What is written from now on bears a name that no lost change has. */
async function expectNewName(
  path: string,
  old: { readonly replica: string; readonly lost: readonly string[] },
): Promise<void> {
  const before = changesIn(path).length;
  for (let start = 0; start < 2; start++) {
    await using store = await openStore(path);
    for (let number = 0; number < 25; number++) await store.put({ id: "task-2", data: { start, number } });
    expect((await store.status()).replica).not.toBe(old.replica);
  }
  const written = changeIdsIn(path).slice(before);
  expect(written).toHaveLength(50);
  expect(written.filter((id) => old.lost.includes(id))).toEqual([]);
  expect(new Set(written.map((id) => id.split(":")[0])).size).toBe(1);
  await expectWhole(path);
}

describe("a new replica id is taken at the first write of", () => {
  test("a store restored in the place of an old one whose neighbours are still there", async () => {
    const { path, info, ...old } = await makeLoss();
    // Another store of this name that was never closed: its log and index would be read into the new file.
    const crashed = join(dirname(path), "crashed.db");
    const other = new DatabaseSync(crashed);
    other.exec(
      "PRAGMA journal_mode = wal; CREATE TABLE stale(x); INSERT INTO stale VALUES (zeroblob(50000));",
    );
    for (const end of ["-wal", "-shm"]) copyFileSync(crashed + end, path + end);
    other.close();
    rmSync(path);
    expect(existsSync(`${path}-replica`)).toBe(true);
    await backup.restore(info.path, path);
    {
      await using store = await openStore(path);
      expect(await store.stateHash()).toBe(info.stateHash);
    }
    await expectNewName(path, old);
  });

  test("a store restored after an attempt that was killed", async () => {
    const { path, info, ...old } = await makeLoss();
    rmSync(path);
    // No process has such a number.
    const left = `${path}.999999999-0123456789ab.restoring`;
    for (const end of ["", "-wal", "-replica"]) writeFileSync(`${left}${end}`, dice.bytes(5_000));
    await backup.restore(info.path, path);
    await expectNewName(path, old);
    expect(readdirSync(dirname(path)).filter((name) => name.includes("restoring"))).toEqual([]);
  });

  test("a backup that is copied into place by hand", async () => {
    const { path, info, ...old } = await makeLoss();
    copyFileSync(info.path, path);
    await expectNewName(path, old);
  });

  test("a file that was rolled back to a copy made while no process had it open", async () => {
    const path = join(temporaryFolder(), "store.db");
    const copy = `${path}.copy`;
    await using first = await openStore(path);
    await first.put({ id: "task-1" });
    await first.close();
    copyFileSync(path, copy);
    await using second = await openStore(path);
    for (let number = 0; number < 20; number++) await second.put({ id: "task-1", data: { number } });
    const { replica } = await second.status();
    await second.close();
    const lost = changeIdsIn(path).slice(1);
    copyFileSync(copy, path);
    await expectNewName(path, { replica, lost });
  });

  test("a file that was rolled back to such a copy after its last process was killed", async () => {
    const path = join(temporaryFolder(), "store.db");
    const copy = `${path}.copy`;
    await using first = await openStore(path);
    await first.put({ id: "task-1" });
    await first.close();
    copyFileSync(path, copy);
    const { replica, lost } = await writeAndBeKilled(path);
    // With its write-ahead log beside it nothing would be rolled back.
    for (const end of ["-wal", "-shm"]) rmSync(path + end, { force: true });
    copyFileSync(copy, path);
    await expectNewName(path, { replica, lost: lost.slice(1) });
  });

  test.each([
    ["without pause", { pauseMs: 5 }],
    ["now and then", { burst: 20, pauseMs: 1_500 }],
  ])(
    "a file that was rolled back to a copy of a store that a process wrote %s, and was killed",
    async (_, pace) => {
      const path = join(temporaryFolder(), "store.db");
      const copy = `${path}.copy`;
      let kept = 0;
      const { replica, lost } = await writeAndBeKilled(path, pace, () => {
        for (const end of ["", "-wal"]) copyFileSync(path + end, copy + end);
        kept = changeIdsIn(copy).length;
      });
      expect(lost.length).toBeGreaterThan(kept);
      for (const end of ["", "-wal"]) copyFileSync(copy + end, path + end);
      rmSync(`${path}-shm`, { force: true });
      await expectNewName(path, { replica, lost: lost.slice(kept) });
    },
  );

  test("a file copied to another place, with and without what stands beside it", async () => {
    const { path, ...old } = await makeLoss();
    const alone = join(temporaryFolder(), "store.db");
    copyFileSync(path, alone);
    await expectNewName(alone, { ...old, lost: [] });
    const beside = join(temporaryFolder(), "store.db");
    for (const end of ["", "-replica"]) copyFileSync(path + end, beside + end);
    await expectNewName(beside, { ...old, lost: [] });
  });

  test("a folder copied as a whole", async () => {
    const { path, ...old } = await makeLoss();
    const copied = temporaryFolder();
    cpSync(dirname(path), copied, { recursive: true, preserveTimestamps: true });
    await expectNewName(join(copied, "store.db"), { ...old, lost: [] });
  });
});

/** A process writes for more than two seconds and is killed. @param halfway called while it has the store open */
async function writeAndBeKilled(
  path: string,
  pace: Pick<SaturatingTask, "burst" | "pauseMs"> = { pauseMs: 5 },
  halfway = (): void => {},
): Promise<{ replica: string; lost: string[] }> {
  const task: SaturatingTask = { path, name: "victim", ...pace };
  const victim = startChild(new URL("./saturating-writer.ts", import.meta.url), task);
  await victim.next();
  await sleep(500);
  halfway();
  await sleep(1_800);
  await victim.kill();
  const ids = changeIdsIn(path);
  return { replica: ids.at(-1)!.split(":")[0]!, lost: ids };
}

describe("the replica id stays with", () => {
  test("a store that is closed and opened, by one process or two", async () => {
    const path = join(temporaryFolder(), "store.db");
    const replicas = new Set<string>();
    for (let start = 0; start < 5; start++) {
      await using one = await openStore(path);
      await using two = await openStore(path);
      await one.put({ id: "task-1", data: { start } });
      await two.put({ id: "task-2", data: { start } });
      await one.put({ id: "task-1", data: { start, again: true } });
      replicas.add((await two.status()).replica);
    }
    expect(replicas.size).toBe(1);
    expect(new Set(changeIdsIn(path).map((id) => id.split(":")[0]))).toEqual(replicas);
  });

  test("a store that a killed process left", async () => {
    const path = join(temporaryFolder(), "store.db");
    const { replica } = await writeAndBeKilled(path);
    await using store = await openStore(path);
    await store.put({ id: "task-1" });
    expect((await store.status()).replica).toBe(replica);
  });

  test("a store that many processes open, write and close at once", async () => {
    const path = join(temporaryFolder(), "store.db");
    await (await openStore(path)).close();
    const children = Array.from({ length: 6 }, (_, number) => {
      const task: ShortLivedTask = { path, name: String(number), times: 60 };
      return startChild(new URL("./short-lived-writer.ts", import.meta.url), task);
    });
    await Promise.all(children.map((child) => child.next()));
    const stopped = children.map((child) => child.stop());
    await Promise.all(children.map((child) => child.next()));
    await Promise.all(stopped);
    expect(new Set(changeIdsIn(path).map((id) => id.split(":")[0])).size).toBe(1);
    await expectWhole(path);
  });
});
