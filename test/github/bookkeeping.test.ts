/**
 * @module What the client keeps for itself is nobody's business: neither listeners nor a locked file make a request fail or wait.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test, vi } from "vitest";
import { createGitHubFetch } from "../../src/github/fetch/create-github-fetch.ts";
import { openResponseCache } from "../../src/github/fetch/open-response-cache.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { startGoverned } from "./governed.ts";

const listing = "/repos/ada/hello/issues";

test("a listener that throws makes no request fail, and is told of", async () => {
  const { call, fetch, github, token } = await startGoverned({
    alerts: {
      warnAt: 0,
      onAlert() {
        throw new Error(`no ${token}`);
      },
    },
  });
  const warned = vi.spyOn(process, "emitWarning").mockReturnValue();
  onTestFinished(() => warned.mockRestore());
  fetch.listen(() => {
    throw new Error("never");
  });
  expect((await call("POST", listing, { title: "a" })).status).toBe(201);
  expect(github.state.issues.all()).toHaveLength(1);
  expect(String(warned.mock.calls)).toContain("never");
  expect(String(warned.mock.calls)).not.toContain(token);
});

test("a cache that is locked is not waited for, and gets the answer when it is free", async () => {
  const path = join(temporaryFolder(), "cache.db");
  const { call, fetch, github } = await startGoverned({ cache: path });
  await call("GET", listing);
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const response = await call("GET", "/repos/ada/hello", undefined, fetch.with({ timeoutMs: 1_000 }));
  expect(response.status).toBe(200);
  other.exec("ROLLBACK");
  other.close();
  await fetch.close();
  await using cache = await openResponseCache({ path });
  expect(cache.size().count).toBe(2);
  expect(github.requests.list()).toHaveLength(2);
});

test("a cache that cannot be opened for a lock is not waited for", async () => {
  const path = join(temporaryFolder(), "cache.db");
  const other = new DatabaseSync(path);
  other.exec("CREATE TABLE a(b); BEGIN EXCLUSIVE");
  const { call } = await startGoverned({ cache: path });
  expect((await call("GET", listing)).status).toBe(200);
  other.exec("ROLLBACK");
  other.close();
});

test("the reason of an abort is the caller's very own", async () => {
  const reason = Object.assign(new Error("enough"), { mine: true });
  const fetch = createGitHubFetch({
    fetch: (_, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", reject)),
  });
  for (const init of ["init", "request"]) {
    const controller = new AbortController();
    const { signal } = controller;
    const url = "https://api.github.com/repos/a/b";
    const asked = init === "init" ? fetch(url, { signal }) : fetch(new Request(url, { signal }));
    setImmediate(() => controller.abort(reason));
    expect(await asked.catch((error: unknown) => error)).toBe(reason);
  }
});
