import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { Draft } from "../../entity/change.ts";
import type { Finding, Plan } from "../storage.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

const plan = (id: string, draft: Partial<Draft>): Plan => ({
  target: { id },
  plan: () => ({ kind: "update", ...draft }),
});

/** A store of three entities and five changes, its search index full. */
async function makeStore(): Promise<string> {
  const path = join(temporaryFolder(), "store.db");
  const storage = await openSqliteStorage(path);
  await storage.commit([
    plan("task-1", { kind: "create", type: "task", set: { name: "one" } }),
    plan("task-2", { kind: "create", type: "task", set: { name: "two" } }),
  ]);
  await storage.commit([
    plan("task-1", { set: { done: true } }),
    plan("task-2", { kind: "delete" }),
    plan("note-1", { kind: "create", type: "note", set: {} }),
  ]);
  while (!(await storage.fillIndex()));
  await storage.close();
  return path;
}

/** Somebody edits the file by hand; the guards of the log are no obstacle. */
function damage(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.function("crc", (text) => crc32(String(text)));
  database.exec("DROP TRIGGER change_is_kept; DROP TRIGGER change_is_final;");
  database.exec(sql);
  database.close();
}

async function verify(path: string): Promise<readonly Finding[]> {
  const storage = await openSqliteStorage(path);
  try {
    return await storage.verify();
  } finally {
    await storage.close();
  }
}

test("a store that nobody damaged has no findings", async () => {
  expect(await verify(await makeStore())).toEqual([]);
});

test.each([
  [
    "data of an entity",
    `UPDATE entity SET data = replace(data, 'one', 'One') WHERE id = 'task-1'`,
    "entity task-1",
    "data",
  ],
  ["a status", `UPDATE entity SET status = 'closed' WHERE id = 'note-1'`, "entity note-1", "status"],
  ["a version", `UPDATE entity SET version = version + 1 WHERE id = 'note-1'`, "entity note-1", "version"],
  ["a time", `UPDATE entity SET updated = updated + 1 WHERE id = 'note-1'`, "entity note-1", "updated"],
  [
    "a delete taken back by hand",
    `UPDATE entity SET deleted = 0 WHERE id = 'task-2'`,
    "entity task-2",
    "deleted",
  ],
  ["a type", `UPDATE entity SET type = 'memo' WHERE id = 'note-1'`, "entity note-1", "type"],
  [
    "a made-up conflict",
    `UPDATE entity SET conflicts = '[]' WHERE id = 'note-1'`,
    "entity note-1",
    "conflicts",
  ],
  ["an entity that is gone", `DELETE FROM entity WHERE id = 'note-1'`, "change 5", "entity"],
  [
    "a text of the log",
    `UPDATE change SET body = replace(body, 'one', 'One') WHERE position = 1`,
    "change 1",
    "checksum",
  ],
  ["a checksum", `UPDATE change SET checksum = checksum + 1 WHERE position = 3`, "change 3", "checksum"],
  [
    "a text that is no change, with its checksum",
    `UPDATE change SET body = '{}', checksum = crc('{}') WHERE position = 3`,
    "change 3",
    "replica",
  ],
  [
    "a text that is not canonical, with its checksum",
    `UPDATE change SET body = body || ' ', checksum = crc(body || ' ') WHERE position = 3`,
    "change 3",
    "canonical",
  ],
  ["a change that is gone", "DELETE FROM change WHERE position = 3", "change 4", "missing"],
  ["a link to the change before", "UPDATE change SET previous = 2 WHERE position = 3", "change 3", "link"],
  [
    "a change given to another entity",
    "UPDATE change SET entity = 3 WHERE position = 3",
    "change 3",
    "entity",
  ],
  ["a run that is gone", "DELETE FROM run", "change 1", "run"],
  ["a run that says something else", `UPDATE run SET seen = '{"aaaaaaaaaaaaaaaa":1}'`, "change 1", "run"],
  ["a run too many", `INSERT INTO run VALUES (9, 'x', 1, '{}')`, "run 9", "no change"],
  [
    "a word that is not in the index",
    "DELETE FROM search WHERE rowid = (SELECT doc FROM search_doc WHERE entity = 1)",
    "search",
    "words",
  ],
  ["a word too many", "INSERT INTO search(rowid, words) VALUES (7, 'ghost')", "search", "words"],
  [
    "a place in the index",
    "UPDATE search_doc SET doc = doc + (5 << 20) WHERE entity = 1",
    "entity task-1",
    "place",
  ],
  ["an entity missing in the index", "DELETE FROM search_doc WHERE entity = 3", "entity note-1", "place"],
])("%s is found", async (_, sql, where, problem) => {
  const path = await makeStore();
  damage(path, sql);
  const findings = await verify(path);
  expect(
    findings
      .filter((finding) => finding.where === where)
      .map((finding) => finding.problem)
      .join("\n"),
  ).toContain(problem);
});

test("a change that claims to have seen what is not there is found", async () => {
  const path = await makeStore();
  damage(
    path,
    `UPDATE change SET body = json_set(body, '$.seen', json('{"aaaaaaaaaaaaaaaa":3}')) WHERE position = 5; UPDATE change SET checksum = crc(body) WHERE position = 5;`,
  );
  const problems = (await verify(path))
    .filter(({ where }) => where === "change 5")
    .map(({ problem }) => problem);
  expect(problems.join("\n")).toContain(
    "change 3 of replica aaaaaaaaaaaaaaaa, which it had seen, is not before it",
  );
});

test("what is damaged is mended by a rebuild where the log is whole, and refused where it is not", async () => {
  const whole = await makeStore();
  damage(
    whole,
    "UPDATE entity SET data = '{}', status = 'x'; DELETE FROM run; UPDATE change SET previous = 0, entity = 1; DELETE FROM search_doc;",
  );
  const storage = await openSqliteStorage(whole);
  expect(await storage.rebuild()).toEqual({ entities: 3, changes: 5 });
  expect(await storage.verify()).toEqual([]);
  expect((await storage.search("one", {})).entities.map(({ id }) => id)).toEqual(["task-1"]);
  expect(await storage.get("task-1")).toMatchObject({ version: 2, data: { name: "one", done: true } });
  await storage.close();

  const broken = await makeStore();
  damage(broken, "UPDATE change SET body = replace(body, 'one', 'One') WHERE position = 1");
  const other = await openSqliteStorage(broken);
  await expect(other.rebuild()).rejects.toMatchObject({ code: "corrupt", data: { position: 1 } });
  expect(await other.get("task-1")).toMatchObject({ data: { name: "one" } });
  await other.close();
});

test("of many findings the first hundred are told", async () => {
  const path = join(temporaryFolder(), "store.db");
  const storage = await openSqliteStorage(path);
  await storage.commit(
    Array.from({ length: 150 }, (_, number) =>
      plan(`task-${number}`, { kind: "create", type: "task", set: {} }),
    ),
  );
  await storage.close();
  damage(path, "UPDATE entity SET status = 'x'");
  expect((await verify(path)).length).toBe(100);
});

test("an entity without a single word is whole, also in the search index", async () => {
  const storage = await openSqliteStorage(":memory:");
  await storage.commit([plan("_", { kind: "create", type: "_", set: {} })]);
  await storage.fillIndex();
  expect(await storage.verify()).toEqual([]);
  await storage.rebuild();
  await storage.fillIndex();
  expect(await storage.verify()).toEqual([]);
  await storage.close();
});

test("a query that meets data which is no JSON any more says that the store is damaged", async () => {
  const path = await makeStore();
  const other = new DatabaseSync(path);
  other.exec("UPDATE entity SET data = '{bad' WHERE id = 'task-1'");
  other.close();
  const storage = await openSqliteStorage(path);
  await expect(storage.list({ where: { name: "one" } })).rejects.toMatchObject({
    code: "corrupt",
    hint: expect.stringContaining("verify"),
  });
  await storage.close();
});
