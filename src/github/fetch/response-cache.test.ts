import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startGoverned } from "../../../test/github/governed.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { openResponseCache } from "./open-response-cache.ts";
import type { CachedAnswer, ResponseCacheOptions } from "./response-cache.ts";

async function open(options: ResponseCacheOptions) {
  const cache = await openResponseCache(options);
  onTestFinished(() => cache.close());
  return cache;
}

const answerOf = (bytes: number): CachedAnswer => ({
  etag: '"1"',
  headers: [["etag", '"1"']],
  body: new Uint8Array(bytes).fill(97),
});

test("what was put is there, also for another process, and what was dropped is not", async () => {
  const path = join(temporaryFolder(), "cache.db");
  const [one, other] = [await open({ path }), await open({ path })];
  await one.put("a", answerOf(10));
  expect(other.get("a")).toEqual(answerOf(10));
  await other.drop("a");
  expect(one.get("a")).toBeUndefined();
});

test("a file of answers is for its owner alone", async () => {
  const path = join(temporaryFolder(), "cache.db");
  const cache = await open({ path });
  await cache.put("a", answerOf(10));
  for (const file of [path, `${path}-wal`, `${path}-shm`])
    expect(statSync(file).mode & 0o777, file).toBe(0o600);
});

test("it never takes more than its bound, and forgets first what was used longest ago", async () => {
  let now = 0;
  const cache = await open({ path: ":memory:", maxBytes: 10_000, now: () => now });
  for (let index = 0; index < 50; index++) {
    now += 120_000;
    await cache.put(`key-${index}`, answerOf(1_000));
    // The first one is used again and again.
    cache.get("key-0");
    await Promise.resolve();
    expect(cache.size().bytes).toBeLessThanOrEqual(10_000);
  }
  expect(cache.get("key-0")).toBeDefined();
  expect(cache.get("key-1")).toBeUndefined();
  expect(cache.get("key-49")).toBeDefined();
});

test("an answer that would push out most others is not kept", async () => {
  const cache = await open({ path: ":memory:", maxBytes: 10_000 });
  await cache.put("large", answerOf(2_000));
  expect(cache.size()).toEqual({ count: 0, bytes: 0 });
});

test("a cache that cannot be opened stops no request", async () => {
  const path = join(temporaryFolder(), "cache.db");
  writeFileSync(path, "this is no database, but long enough to be taken for one. ".repeat(20));
  const warnings: string[] = [];
  const logger = {
    debug() {},
    info() {},
    error() {},
    warn: (message: string) => void warnings.push(message),
  };
  const { call } = await startGoverned({ cache: path, logger });
  expect((await call("GET", "/repos/ada/hello")).status).toBe(200);
  expect((await call("GET", "/repos/ada/hello")).status).toBe(200);
  expect(warnings).toEqual(["answers are not kept: the cache cannot be opened"]);
});

test("a cache of one's own is shared by several clients and stays open", async () => {
  const cache = await open({ path: ":memory:" });
  const first = await startGoverned({ cache });
  await first.call("GET", "/repos/ada/hello");
  await first.fetch.close();
  expect(cache.size().count).toBe(1);
});
