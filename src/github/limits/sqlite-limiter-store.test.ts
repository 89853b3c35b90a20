import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { testLimiterLaws } from "./limiter-laws.conformance.ts";
import { testLimiterStore } from "./limiter-store.conformance.ts";
import type { AcquireRequest, LimiterStore } from "./limiter-store.ts";
import { createManualClock } from "./manual-clock.conformance.ts";
import { openSqliteLimiterStore } from "./sqlite-limiter-store.ts";

const newPath = () => join(temporaryFolder(), "limits.db");
const request: AcquireRequest = {
  principal: "user:1",
  ticket: "t",
  rank: 0,
  leaseMs: 1_000,
  needs: [
    { kind: "window", name: "points", limit: 3, windowMs: 60_000, cost: 1, share: 1, refundable: false },
  ],
};

async function open(path: string, options: { busyTimeoutMs?: number } = {}): Promise<LimiterStore> {
  const store = await openSqliteLimiterStore({ path, clock: createManualClock(), ...options });
  onTestFinished(() => store.close());
  return store;
}

function editBy(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

testLimiterStore("SQLite", async (clock) => openSqliteLimiterStore({ path: newPath(), clock }));
testLimiterLaws("SQLite", (clock) => openSqliteLimiterStore({ path: ":memory:", clock }), 20);

describe("a file of limits", () => {
  test("is shared by those who open it, and outlives them", async () => {
    const path = newPath();
    const [one, other] = await Promise.all([open(path), open(path)]);
    expect(one.isShared).toBe(true);
    await one.acquire(request);
    await other.acquire({ ...request, ticket: "u" });
    await Promise.all([one.close(), other.close()]);
    const later = await open(path);
    expect(await later.acquire(request)).toMatchObject({ granted: true });
    expect(await later.acquire(request)).toMatchObject({ granted: false });
  });

  test("in memory is this process' own", async () => {
    const [one, other] = [await open(":memory:"), await open(":memory:")];
    expect(one.isShared).toBe(false);
    await one.acquire(request);
    expect(await other.read("user:1")).toMatchObject({ windows: [] });
  });

  test("may be read by its owner alone, as what lies beside it", async () => {
    const path = newPath();
    const store = await open(path);
    await store.acquire(request);
    for (const suffix of ["", "-wal", "-shm"]) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
  });

  test("keeps no principals of which nothing is left to remember", async () => {
    const path = newPath();
    const clock = createManualClock();
    await using store = await openSqliteLimiterStore({ path, clock });
    for (let number = 0; number < 20; number++)
      await store.acquire({ ...request, principal: `user:${number}` });
    clock.advance(3_600_000);
    await store.acquire(request);
    const database = new DatabaseSync(path);
    onTestFinished(() => database.close());
    expect(database.prepare("SELECT name FROM principal").all()).toEqual([{ name: "user:1" }]);
  });
});

describe("a file of limits that cannot be used", () => {
  test("in a folder that is not there is not found", async () => {
    await expect(open(join(temporaryFolder(), "no", "limits.db"))).rejects.toMatchObject({
      code: "not_found",
      hint: expect.any(String),
    });
  });

  test("may not be a directory", async () => {
    await expect(open(temporaryFolder())).rejects.toMatchObject({ code: "forbidden" });
  });

  test("that is no database is corrupt, and stays as it is", async () => {
    const path = newPath();
    writeFileSync(path, "not a database, but long enough to be taken for one ".repeat(10));
    await expect(open(path)).rejects.toMatchObject({
      code: "corrupt",
      hint: `Remove ${path}: what is allowed is learnt again from GitHub's next answers.`,
    });
  });

  test("of another program is refused", async () => {
    const path = newPath();
    editBy(path, "CREATE TABLE theirs(x)");
    await expect(open(path)).rejects.toMatchObject({ code: "unsupported_format" });
  });

  test.each([
    ["whose table is gone", "DROP TABLE principal"],
    ["with a record that is no JSON", "UPDATE principal SET record = '{'"],
    ["with a record that is not ours", "UPDATE principal SET record = '[]'"],
  ])("%s is corrupt", async (_, sql) => {
    const path = newPath();
    const store = await open(path);
    await store.acquire(request);
    editBy(path, sql);
    const expected = { code: "corrupt", hint: expect.stringContaining("Remove") };
    await expect(store.acquire(request)).rejects.toMatchObject(expected);
    await expect(store.read("user:1")).rejects.toMatchObject(expected);
  });

  test("that another process keeps locked is busy, and usable again afterwards", async () => {
    const path = newPath();
    const store = await open(path, { busyTimeoutMs: 30 });
    const holder = new DatabaseSync(path);
    onTestFinished(() => holder.close());
    holder.exec("BEGIN IMMEDIATE");
    await expect(store.acquire(request)).rejects.toMatchObject({ code: "busy" });
    holder.exec("ROLLBACK");
    expect(await store.acquire(request)).toMatchObject({ granted: true });
  });

  test("after its end is refused", async () => {
    const store = await open(newPath());
    await store.close();
    await store.close();
    await expect(store.acquire(request)).rejects.toMatchObject({ code: "invalid_input" });
  });
});
