/**
 * @module L3: the disk is full, fails, or may not be written; another process keeps the lock.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as breathe } from "node:timers/promises";
import { expect, test } from "vitest";
import { openStore } from "../../src/store/open.ts";
import { randomRuns } from "../random-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import type { CannotWriteReport, CannotWriteTask } from "./cannot-write.ts";
import { startChild } from "./child.ts";
import type { FullDiskReport, FullDiskTask } from "./disk-runs-full.ts";
import { expectWhole } from "./expect-whole.ts";
import { canMount, underReadOnlyMount, underSmallFileSystem } from "./limited-disk.ts";

const { seed, numRuns: writes } = randomRuns(200, 2_000);
const mounts = canMount();
if (!mounts) console.warn("NO MOUNTS HERE: a limit on the size of files stands for the full disk");

test(`a disk that is full at the n-th write (1 to ${writes}) is an error, damages nothing, and is forgotten when there is space`, async () => {
  const folder = temporaryFolder();
  const kind = mounts ? "small file system" : "file size limit";
  const task: FullDiskTask = { folder, kind, seed, writes, opens: 60 };
  const under = mounts ? underSmallFileSystem(folder, 8 * 2 ** 20) : [];
  const report = await runOnDisk(task, under);
  if (mounts) expect(Object.keys(report.outcomes)).toContain("busy disk_full");
});

test(`a disk that fails at the n-th write (1 to ${writes}) is an error, damages nothing, and is forgotten when it works again`, async () => {
  const task: FullDiskTask = { folder: temporaryFolder(), kind: "file size limit", seed, writes, opens: 60 };
  const report = await runOnDisk(task, []);
  expect(Object.keys(report.outcomes)).toContain("busy io_error");
});

async function runOnDisk(task: FullDiskTask, under: readonly string[]): Promise<FullDiskReport> {
  const child = startChild(new URL("./disk-runs-full.ts", import.meta.url), task, { under });
  const report = await child.next<FullDiskReport>();
  console.info(`${task.kind}: ${JSON.stringify(report.outcomes)}`);
  expect(report.wrong).toEqual([]);
  expect(report.outcomes.ok).toBeGreaterThan(0);
  return report;
}

const forbidden = expect.objectContaining({ code: "forbidden", hint: expect.any(String) });

async function makeStore(): Promise<string> {
  const path = join(temporaryFolder(), "folder", "store.db");
  await using store = await openStore(path);
  await store.put({ id: "task-1", data: { title: "untouched" } });
  return path;
}

function bytesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "base64")]),
  );
}

async function tryWithoutRights(
  task: CannotWriteTask,
  under: readonly string[] = [],
): Promise<CannotWriteReport> {
  const child = startChild(new URL("./cannot-write.ts", import.meta.url), task, { under });
  return child.next<CannotWriteReport>();
}

test("a file that may not be written can be read, and a write says what is needed", async () => {
  const path = await makeStore();
  const before = readFileSync(path);
  chmodSync(path, 0o444);
  chmodSync(dirname(path), 0o777);
  chmodSync(dirname(dirname(path)), 0o755);
  const report = await tryWithoutRights({ path, dropRights: true });
  expect(report.read).toBe("untouched");
  for (const outcome of report.writes) expect(outcome).toEqual(forbidden);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("a folder that may not be written is an error that says so, and nothing in it changes", async () => {
  const path = await makeStore();
  const before = bytesIn(dirname(path));
  chmodSync(path, 0o444);
  chmodSync(dirname(path), 0o555);
  chmodSync(dirname(dirname(path)), 0o755);
  const report = await tryWithoutRights({ path, dropRights: true });
  chmodSync(dirname(path), 0o755);
  for (const outcome of report.writes) expect(outcome).toEqual(forbidden);
  expect(report.read === "untouched" || forbidden.asymmetricMatch(report.read)).toBe(true);
  expect(bytesIn(dirname(path))).toEqual(before);
});

test("a file system that is mounted read-only is an error that says so, and nothing on it changes", async () => {
  const path = await makeStore();
  const before = bytesIn(dirname(path));
  const under = mounts ? underReadOnlyMount(dirname(path)) : [];
  if (!mounts) chmodSync(dirname(path), 0o555);
  const report = await tryWithoutRights({ path, dropRights: !mounts }, under);
  chmodSync(dirname(path), 0o755);
  for (const outcome of report.writes) expect(outcome).toEqual(forbidden);
  expect(bytesIn(dirname(path))).toEqual(before);
});

test("a store in a folder that cannot be made is an error that says so", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "closed"), { mode: 0o555 });
  chmodSync(folder, 0o755);
  const report = await tryWithoutRights({
    path: join(folder, "closed", "new", "store.db"),
    dropRights: true,
  });
  for (const outcome of [report.read, ...report.writes]) expect(outcome).toEqual(forbidden);
});

test("while another process keeps the lock a write waits without blocking, fails with `busy`, and writes nothing", async () => {
  const path = await makeStore();
  const holder = new DatabaseSync(path);
  // The specification says 30 s, which is the default; a test need not wait that long.
  await using store = await openStore(path, { busyTimeoutMs: 300 });
  const before = await store.stateHash();
  holder.exec("BEGIN IMMEDIATE");
  let breaths = 0;
  const failed = Promise.allSettled([
    store.put({ id: "task-1", data: { title: "waited" } }),
    store.batch([{ op: "create", id: "task-2" }]),
    store.claim({ type: "task" }, { status: "in-progress" }),
  ]);
  let settled = false;
  void failed.then(() => {
    settled = true;
  });
  while (!settled) {
    breaths++;
    // Reads go on beside the lock.
    expect((await store.mustGet("task-1")).data.title).toBe("untouched");
    await breathe();
  }
  expect(breaths).toBeGreaterThan(10);
  for (const outcome of await failed) {
    expect(outcome).toMatchObject({
      status: "rejected",
      reason: { code: "busy", hint: expect.any(String), data: { retryAfterMs: expect.any(Number) } },
    });
  }
  expect(await store.stateHash()).toBe(before);
  holder.exec("ROLLBACK");
  expect(await store.put({ id: "task-1", data: { title: "free again" } })).toMatchObject({ version: 2 });
  holder.close();
  await expectWhole(path);
});
