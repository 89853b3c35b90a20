import { spawn } from "node:child_process";
import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { Plan } from "../storage.ts";
import { newReplicaId } from "./identity.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

let ids = 0;
const create = (): Plan => ({
  target: { id: `task-${++ids}` },
  plan: () => ({ kind: "create", type: "task", set: {} }),
});

/** Opens a store, writes so many changes, closes it. @returns the replicas and numbers of all changes in it */
async function write(path: string, changes = 1): Promise<string[]> {
  const storage = await openSqliteStorage(path);
  try {
    for (let number = 0; number < changes; number++) await storage.commit([create()]);
    expect(await storage.verify()).toEqual([]);
    return (await storage.changesSince(0, 1_000)).map(({ change }) => `${change.replica}:${change.seq}`);
  } finally {
    await storage.close();
  }
}

const replicaOf = (name: string) => name.split(":")[0];
const newPath = () => join(temporaryFolder(), "store.db");

/** A process of its own that writes so many changes and is then killed, or closes the store. */
function writeInProcess(path: string, { changes, kill }: { changes: number; kill: boolean }): Promise<void> {
  const code = `
    const { openSqliteStorage } = await import(${JSON.stringify(new URL("./open-sqlite-storage.ts", import.meta.url).href)});
    const storage = await openSqliteStorage(${JSON.stringify(path)});
    for (let n = 0; n < ${changes}; n++) {
      await storage.commit([{ target: { id: "task-" + process.pid + "-" + n }, plan: () => ({ kind: "create", type: "task", set: {} }) }]);
    }
    ${kill ? 'process.kill(process.pid, "SIGKILL")' : "await storage.close()"};
  `;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.on("error", reject).on("exit", (exitCode, signal) => {
      if (exitCode === 0 || signal === "SIGKILL") resolve();
      else reject(new Error(`the process ended with ${exitCode ?? signal}`));
    });
  });
}

test("a replica id is 16 characters of base 32, another one each time", () => {
  const made = Array.from({ length: 100 }, newReplicaId);
  expect(made.every((id) => /^[a-z2-7]{16}$/u.test(id))).toBe(true);
  expect(new Set(made).size).toBe(100);
});

test("a store that is opened again goes on under its name", async () => {
  const path = newPath();
  const [first] = await write(path);
  const names = await write(path, 2);
  expect(names).toEqual([first, `${replicaOf(first!)}:2`, `${replicaOf(first!)}:3`]);
});

test("a store that is only read keeps its name, and its neighbour file", async () => {
  const path = newPath();
  await write(path);
  const before = readFileSync(`${path}-replica`, "utf8");
  await write(path, 0);
  expect(readFileSync(`${path}-replica`, "utf8")).toBe(before);
});

test("processes that open, write and close one file at the same time are one replica", async () => {
  const path = newPath();
  for (let round = 0; round < 2; round++) {
    await Promise.all(Array.from({ length: 5 }, () => writeInProcess(path, { changes: 2, kill: false })));
  }
  const names = await write(path, 0);
  expect(names.map((name) => Number(name.split(":")[1]))).toEqual(
    Array.from({ length: 20 }, (_, at) => at + 1),
  );
  expect(new Set(names.map(replicaOf)).size).toBe(1);
});

test("a process that was killed leaves the name to the next one", async () => {
  const path = newPath();
  for (const changes of [1, 3]) await writeInProcess(path, { changes, kill: true });
  const names = await write(path);
  expect(names.length).toBe(5);
  expect(new Set(names.map(replicaOf)).size).toBe(1);
});

test("a copy of the file takes a new name at its first write, and numbers from 1", async () => {
  const path = newPath();
  const [first] = await write(path);
  const copy = `${path}.copy`;
  copyFileSync(path, copy);
  const names = await write(copy);
  expect(names[0]).toBe(first);
  expect(replicaOf(names[1]!)).not.toBe(replicaOf(first!));
  expect(names[1]).toMatch(/:1$/u);
  expect((await write(path))[1]).toBe(`${replicaOf(first!)}:2`);
});

test("a copy of the file with its neighbour takes a new name too", async () => {
  const path = newPath();
  const [first] = await write(path);
  const folder = join(temporaryFolder(), "copied");
  cpSync(join(path, ".."), folder, { recursive: true });
  const copy = join(folder, "store.db");
  expect(existsSync(`${copy}-replica`)).toBe(true);
  expect(statSync(copy).ino).not.toBe(statSync(path).ino);
  expect(replicaOf((await write(copy))[1]!)).not.toBe(replicaOf(first!));
});

test("a file that lost its neighbour takes a new name", async () => {
  const path = newPath();
  const [first] = await write(path);
  rmSync(`${path}-replica`);
  expect(replicaOf((await write(path))[1]!)).not.toBe(replicaOf(first!));
});

test.each(["", "no JSON", "{}", '{"nonces":"x","inode":1,"seq":"2"}', "[]", "null"])(
  "a neighbour that says %j counts as none",
  async (text) => {
    const path = newPath();
    const [first] = await write(path);
    writeFileSync(`${path}-replica`, text);
    expect(replicaOf((await write(path))[1]!)).not.toBe(replicaOf(first!));
  },
);

test("a file whose older content was put back takes a new name, after a close", async () => {
  const path = newPath();
  const [first] = await write(path);
  const older = readFileSync(path);
  await write(path, 2);
  writeFileSync(path, older);
  const names = await write(path);
  expect(names.length).toBe(2);
  expect(replicaOf(names[1]!)).not.toBe(replicaOf(first!));
});

test("a file whose older content was put back takes a new name, after a kill", async () => {
  const path = newPath();
  const [first] = await write(path);
  const older = readFileSync(path);
  await writeInProcess(path, { changes: 2, kill: true });
  for (const end of ["-wal", "-shm"]) rmSync(path + end, { force: true });
  writeFileSync(path, older);
  const names = await write(path);
  expect(replicaOf(names[1]!)).not.toBe(replicaOf(first!));
});

test("a commit that failed does not use up the name", async () => {
  const path = newPath();
  await write(path);
  const storage = await openSqliteStorage(path);
  const failing: Plan = {
    target: { id: "task-x" },
    plan: () => {
      throw new Error("a mistake");
    },
  };
  await expect(storage.commit([create(), failing])).rejects.toThrow("a mistake");
  await storage.commit([create()]);
  await storage.close();
  const names = await write(path);
  expect(new Set(names.map(replicaOf)).size).toBe(1);
});

test("the neighbour is readable by its owner alone", async () => {
  const path = newPath();
  await write(path);
  expect(statSync(`${path}-replica`).mode & 0o777).toBe(0o600);
});

test("a store in memory has a name as well, and no neighbour", async () => {
  const names = await write(":memory:", 2);
  expect(names[1]).toBe(`${replicaOf(names[0]!)}:2`);
  expect(existsSync(":memory:-replica")).toBe(false);
});
