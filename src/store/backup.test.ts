import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { expect, test } from "vitest";
import { fileStore, handClock, memoryStore } from "../../test/stores.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { backup } from "../index.ts";

async function prepare() {
  const folder = temporaryFolder();
  const clock = handClock();
  const store = await fileStore(join(folder, "store.db"), { now: clock.now });
  await store.create({ id: "task-1", data: { a: 1 } });
  await store.create({ id: "task-2", data: { text: "needle" } });
  return { folder, backups: join(folder, "backups"), clock, store };
}

test("a backup is one file and its description, and says what is in it", async () => {
  const { backups, store } = await prepare();
  const made = await store.backup.create(backups);
  expect(made).toEqual({
    path: join(backups, "2026-01-31T12-00-00-000Z.hubstead-backup"),
    createdAt: "2026-01-31T12:00:00.000Z",
    sizeBytes: statSync(made.path).size,
    entities: 2,
    changes: 2,
    stateHash: await store.stateHash(),
  });
  expect(readdirSync(backups).sort()).toEqual([
    "2026-01-31T12-00-00-000Z.hubstead-backup",
    "2026-01-31T12-00-00-000Z.hubstead-backup.json",
  ]);
});

test("backups are listed, the newest first; two of one moment have a name each", async () => {
  const { backups, clock, store } = await prepare();
  const first = await store.backup.create(backups);
  const second = await store.backup.create(backups);
  clock.tick();
  await store.create({ id: "task-3" });
  const third = await store.backup.create(backups);
  const listed = await store.backup.list(backups);
  expect(listed[0]).toEqual(third);
  expect(
    listed
      .slice(1)
      .map(({ path }) => path)
      .sort(),
  ).toEqual([first.path, second.path].sort());
  expect(await backup.list(backups)).toEqual(listed);
});

test("what is no backup is not listed, and what is not as it was made is, with its problem", async () => {
  const { backups, store } = await prepare();
  const made = await store.backup.create(backups);
  writeFileSync(join(backups, "notes.txt"), "");
  writeFileSync(join(backups, "2026-02-01T00-00-00-000Z.hubstead-backup"), "cut off");
  writeFileSync(join(backups, "2026-02-02T00-00-00-000Z.hubstead-backup.part"), "cut off");
  const odd = join(backups, "2026-02-03T00-00-00-000Z.hubstead-backup");
  writeFileSync(odd, "");
  for (const text of ["{}", "[]", '{"stateHash":5}', "{bad"]) {
    writeFileSync(`${odd}.json`, text);
    expect(await store.backup.list(backups)).toContainEqual(
      expect.objectContaining({ path: odd, problem: expect.stringContaining("damaged") }),
    );
  }
  const { path: _, ...description } = made;
  writeFileSync(`${odd}.json`, JSON.stringify(description));
  const listed = await store.backup.list(backups);
  expect(listed).toHaveLength(3);
  expect(listed).toContainEqual(made);
  expect(listed.filter(({ problem }) => problem?.includes("bytes")).map(({ path }) => path)).toEqual([odd]);
  expect(await store.backup.list(join(backups, "none"))).toEqual([]);
  await expect(store.backup.list(made.path)).rejects.toMatchObject({ code: "invalid_input" });
});

test("an empty file, a folder or a place in memory is no backup and no target", async () => {
  const { folder, backups, store } = await prepare();
  const made = await store.backup.create(backups);
  writeFileSync(join(folder, "empty"), "");
  const target = join(folder, "restored.db");
  await expect(store.backup.restore(join(folder, "empty"), target)).rejects.toMatchObject({
    code: "corrupt",
  });
  await expect(store.backup.restore(folder, target)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(store.backup.restore(made.path, ":memory:")).rejects.toMatchObject({ code: "invalid_input" });
  expect(existsSync(target)).toBe(false);
});

test("of two that restore into one file, one does, and a file that came meanwhile stays", async () => {
  const { folder, backups, store } = await prepare();
  const made = await store.backup.create(backups);
  const target = join(folder, "restored.db");
  const both = await Promise.allSettled([1, 2].map(() => store.backup.restore(made.path, target)));
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(both.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { code: "already_exists" },
  });
  const taken = join(folder, "taken.db");
  const late = store.backup.restore(made.path, taken);
  writeFileSync(taken, "precious");
  await expect(late).rejects.toMatchObject({ code: "already_exists" });
  expect(readFileSync(taken, "utf8")).toBe("precious");
  expect(readdirSync(folder).filter((name) => name.includes("restoring"))).toEqual([]);
});

test("a backup that is made while others write without pause is whole", async () => {
  const { backups, store } = await prepare();
  const other = await fileStore(store.path);
  let writing = true;
  const writes = (async () => {
    for (let number = 0; writing; number++) {
      await other.batch([
        { op: "put", id: "task-1", data: { number } },
        { op: "put", id: "task-2", data: { number } },
      ]);
      await breathe();
    }
  })();
  const made = [await store.backup.create(backups), await store.backup.create(backups)];
  writing = false;
  await writes;
  for (const [index, { path }] of made.entries()) {
    const restored = await fileStore(
      (await backup.restore(path, join(backups, `restored-${index}.db`))).path,
    );
    const [first, second] = [await restored.mustGet("task-1"), await restored.mustGet("task-2")];
    if (first.version > 2) expect(first.data["number"]).toBe(second.data["number"]);
    expect(await restored.verify()).toEqual([]);
  }
});

test("a restored store is what the store was, and finds what it found", async () => {
  const { folder, backups, store } = await prepare();
  const made = await store.backup.create(backups);
  await store.update("task-1", { set: { a: 2 } });
  const target = join(folder, "deep", "restored.db");
  expect(await store.backup.restore(made.path, target)).toEqual({
    ...made,
    path: target,
    sizeBytes: expect.any(Number),
  });
  const restored = await fileStore(target);
  expect(await restored.stateHash()).toBe(made.stateHash);
  expect(await restored.mustGet("task-1")).toMatchObject({ version: 1, data: { a: 1 } });
  expect((await restored.search("needle")).entities.map(({ id }) => id)).toEqual(["task-2"]);
  expect((await restored.history("task-1")).length).toBe(1);
});

test("a restored store writes under a replica id of its own", async () => {
  const { folder, backups, store } = await prepare();
  const made = await store.backup.create(backups);
  await store.backup.restore(made.path, join(folder, "restored.db"));
  const restored = await fileStore(join(folder, "restored.db"));
  await restored.update("task-1", { set: { by: "restored" } });
  await store.update("task-1", { set: { by: "original" } });
  const replicaOf = (change: string) => change.split(":")[0];
  const [ours, theirs] = [(await store.history("task-1"))[1]!, (await restored.history("task-1"))[1]!];
  expect(replicaOf(theirs.change)).not.toBe(replicaOf(ours.change));
  expect((await restored.status()).replica).toBe(replicaOf(theirs.change));
  expect(await restored.verify()).toEqual([]);
});

test("a restore leaves the backup as it is, byte by byte, and nothing beside it", async () => {
  const { folder, backups, store } = await prepare();
  const made = await store.backup.create(backups);
  const [bytes, names] = [readFileSync(made.path), readdirSync(backups)];
  await store.backup.restore(made.path, join(folder, "restored.db"));
  expect(readFileSync(made.path).equals(bytes)).toBe(true);
  expect(readdirSync(backups)).toEqual(names);
});

test("a target that is there is refused, and stays as it is", async () => {
  const { folder, backups, store } = await prepare();
  const made = await store.backup.create(backups);
  const target = join(folder, "there.db");
  writeFileSync(target, "mine");
  for (const path of [target, store.path, backups]) {
    await expect(store.backup.restore(made.path, path)).rejects.toMatchObject({
      code: "already_exists",
      hint: expect.stringContaining("nothing was changed"),
      data: { path },
    });
  }
  expect(readFileSync(target, "utf8")).toBe("mine");
});

test("a damaged backup is refused, and leaves nothing behind", async () => {
  const { folder, backups, store } = await prepare();
  const { path } = await store.backup.create(backups);
  const bytes = readFileSync(path);
  const at = bytes.indexOf('{"text":"needle"}');
  expect(at).toBeGreaterThan(0);
  const damages: Record<string, Buffer> = {
    "one letter of an entity": Buffer.from(bytes.with(at + 9, "N".charCodeAt(0))),
    "cut in half": bytes.subarray(0, bytes.length / 2),
    "no database": Buffer.from("no database ".repeat(1_000)),
    empty: Buffer.alloc(0),
  };
  for (const [name, damaged] of Object.entries(damages)) {
    writeFileSync(path, damaged);
    await expect(store.backup.restore(path, join(folder, "restored.db")), name).rejects.toMatchObject({
      code: "corrupt",
      hint: expect.any(String),
    });
    expect(readdirSync(folder).filter((entry) => entry.startsWith("restored"))).toEqual([]);
  }
});

test("a backup that was exchanged for another one is refused", async () => {
  const { folder, backups, clock, store } = await prepare();
  const first = await store.backup.create(backups);
  clock.tick();
  await store.create({ id: "task-3" });
  const second = await store.backup.create(backups);
  renameSync(second.path, first.path);
  await expect(store.backup.restore(first.path, join(folder, "restored.db"))).rejects.toMatchObject({
    code: "corrupt",
    message: expect.stringContaining("not what it was"),
  });
});

test("a backup without its description is restored: it is verified by itself", async () => {
  const { folder, backups, store } = await prepare();
  const made = await store.backup.create(backups);
  rmSync(`${made.path}.json`);
  expect(await store.backup.restore(made.path, join(folder, "restored.db"))).toMatchObject({
    entities: 2,
    stateHash: made.stateHash,
  });
});

test("a file that is not there is not found", async () => {
  const { folder, store } = await prepare();
  await expect(store.backup.restore(join(folder, "none"), join(folder, "restored.db"))).rejects.toMatchObject(
    { code: "not_found", hint: expect.any(String) },
  );
});

test("a database of another program is not restored as a store", async () => {
  const { folder, store } = await prepare();
  const { DatabaseSync } = await import("node:sqlite");
  const theirs = new DatabaseSync(join(folder, "theirs.db"));
  theirs.exec("CREATE TABLE t(a)");
  theirs.close();
  await expect(
    store.backup.restore(join(folder, "theirs.db"), join(folder, "restored.db")),
  ).rejects.toMatchObject({ code: "unsupported_format" });
  expect(existsSync(join(folder, "restored.db"))).toBe(false);
});

test("a damaged store is not backed up: nothing is left in the folder", async () => {
  const { backups, store } = await prepare();
  const { DatabaseSync } = await import("node:sqlite");
  const other = new DatabaseSync(store.path);
  other.exec("UPDATE entity SET status = 'open'");
  other.close();
  await expect(store.backup.create(backups)).rejects.toMatchObject({
    code: "corrupt",
    hint: expect.stringContaining("verify"),
  });
  expect(readdirSync(backups)).toEqual([]);
});

test("a store in memory has nothing to back up, and a file is no folder to put it", async () => {
  const { folder, store } = await prepare();
  await expect((await memoryStore()).backup.create(folder)).rejects.toMatchObject({
    code: "invalid_input",
    hint: expect.any(String),
  });
  writeFileSync(join(folder, "file"), "");
  await expect(store.backup.create(join(folder, "file", "inside"))).rejects.toMatchObject({
    code: "invalid_input",
  });
});

test.each([[undefined], [3], [""]])("a path that is %j is refused", async (path) => {
  const { folder, store } = await prepare();
  await expect(store.backup.create(path as never)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(store.backup.list(path as never)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(store.backup.restore(path as never, join(folder, "x"))).rejects.toMatchObject({
    code: "invalid_input",
  });
  await expect(store.backup.restore(join(folder, "x"), path as never)).rejects.toMatchObject({
    code: "invalid_input",
  });
});
