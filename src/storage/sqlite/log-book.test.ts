import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { LoggedChange } from "../../entity/change.ts";
import type { Plan, Storage } from "../storage.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

const create = (id: string): Plan => ({
  target: { id },
  plan: () => ({ kind: "create", type: "task", set: {} }),
});

async function open(path: string): Promise<Storage> {
  const storage = await openSqliteStorage(path);
  onTestFinished(() => storage.close());
  return storage;
}

/** A store that was copied again and again: each copy writes so many changes under a name of its own. */
async function writeInCopies(changes: readonly number[]): Promise<string> {
  const folder = temporaryFolder();
  let path = join(folder, "store-0.db");
  for (const [copy, count] of changes.entries()) {
    if (copy > 0) {
      const next = join(folder, `store-${copy}.db`);
      copyFileSync(path, next);
      path = next;
    }
    const storage = await openSqliteStorage(path);
    for (let number = 0; number < count; number++) await storage.commit([create(`task-${copy}-${number}`)]);
    await storage.close();
  }
  return path;
}

/** What each writer had folded, with replicas named after the order in which they came. */
function namedVectors(log: readonly LoggedChange[]): Record<string, number>[] {
  const names = [...new Set(log.map(({ change }) => change.replica as string))];
  return log.map(({ seen }) =>
    Object.fromEntries(names.flatMap((replica, at) => (seen[replica] ? [[`r${at}`, seen[replica]]] : []))),
  );
}

test("a new writer has seen exactly what stands before its first change", async () => {
  const storage = await open(await writeInCopies([2, 3, 1]));
  const log = await storage.changesSince(0, 100);
  expect(namedVectors(log)).toEqual([
    {},
    { r0: 1 },
    { r0: 2 },
    { r0: 2, r1: 1 },
    { r0: 2, r1: 2 },
    { r0: 2, r1: 3 },
  ]);
  expect(log.map(({ change }) => Object.values(change.seen ?? {}).sort())).toEqual([
    [],
    [],
    [2],
    [],
    [],
    [2, 3],
  ]);
  expect(log.map(({ change }) => change.seq)).toEqual([1, 2, 1, 2, 3, 1]);
  expect(await storage.verify()).toEqual([]);
});

test("what writers had seen is the same when read by one entity, by position, and after a rebuild", async () => {
  const storage = await open(await writeInCopies([1, 2, 2]));
  const log = await storage.changesSince(0, 100);
  for (const entry of log) expect(await storage.logOf(entry.change.entity)).toEqual([entry]);
  expect(await storage.changesSince(2, 2)).toEqual(log.slice(2, 4));
  await storage.rebuild();
  expect(await storage.changesSince(0, 100)).toEqual(log);
});

test("a link that leads nowhere is found and does not lead round for ever", async () => {
  const path = await writeInCopies([1]);
  const storage = await open(path);
  await storage.commit([{ target: { id: "task-0-0" }, plan: () => ({ kind: "update", set: { a: 1 } }) }]);
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  for (const previous of [2, 7]) {
    other.exec(`UPDATE change SET previous = ${previous} WHERE position = 2`);
    await expect(storage.logOf("task-0-0")).rejects.toMatchObject({
      code: "corrupt",
      hint: expect.stringContaining("verify"),
    });
  }
});

test("the log keeps what it does not know, and counts it", async () => {
  const storage = await open(":memory:");
  await storage.commit([create("task-1")]);
  const strange = { kind: "annotate", color: "red" } as unknown as { kind: "update" };
  await storage.commit([{ target: { id: "task-1" }, plan: () => strange }]);
  expect(await storage.get("task-1")).toMatchObject({ version: 2, data: {} });
  expect((await storage.logOf("task-1"))[1]!.change).toMatchObject({ kind: "annotate", color: "red" });
  expect(await storage.verify()).toEqual([]);
});
