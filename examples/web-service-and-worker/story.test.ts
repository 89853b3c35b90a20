import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { openStore } from "hubstead";
import { startGitHub } from "hubstead/emulator";
import { GitHubClient } from "hubstead/github";
import { createService } from "./service.ts";
import { work } from "./worker.ts";

const seed = {
  organizations: { acme: {} },
  repositories: { "acme/app": { issues: [{ title: "A wish" }] } },
  apps: { bot: { permissions: { issues: "write" }, installations: { acme: "all" } } },
} as const;

test("the service writes wishes down without a credential, and the worker carries each out once", async () => {
  await using github = await startGitHub({ seed });
  await using store = await openStore(":memory:");
  const service = createService(store).listen(0, "127.0.0.1");
  await once(service, "listening");
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/comments`;
  for (const body of ["first", "second"]) {
    const answer = await fetch(url, {
      method: "POST",
      body: JSON.stringify({ repo: "acme/app", issue: 1, body }),
    });
    assert.equal(answer.status, 202);
  }
  service.close();
  service.closeAllConnections();
  assert.equal(github.requests.count(), 0);

  const { appId, privateKey } = github.appCredentials("bot");
  const env = {
    GITHUB_APP_ID: String(appId),
    GITHUB_APP_PRIVATE_KEY: privateKey,
    GITHUB_API_URL: github.url,
  };
  await using client = new GitHubClient({ env });
  // The answer to the first comment is lost, and the worker dies before it has noted the second.
  github.faults.add({
    operation: "issues/create-comment",
    times: 1,
    effect: "done",
    does: { kind: "reset" },
  });
  assert.equal(await work(store, client), 2);
  const [wish] = (await store.list({ type: "wish", orderBy: "createdAt:desc" })).entities;
  await store.update(wish!.id, { status: "in_progress" });
  assert.equal(await work(store, client), 1);
  assert.deepEqual(
    github.state.comments.all().map(({ body }) => body.split("\n")[0]),
    ["first", "second"],
  );
});

test("a request that makes no sense is refused, and the service goes on", async () => {
  await using store = await openStore(":memory:");
  const service = createService(store).listen(0, "127.0.0.1");
  await once(service, "listening");
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/comments`;
  const send = async (body: string) => (await fetch(url, { method: "POST", body })).status;
  const wish = { repo: "acme/app", issue: 1, body: "first" };
  for (const body of ["{", "null", "7", "[]", "{}", "x".repeat(300_000)]) assert.equal(await send(body), 400);
  for (const wrong of [{ repo: "app" }, { issue: "1" }, { issue: 0 }, { body: "" }])
    assert.equal(await send(JSON.stringify({ ...wish, ...wrong })), 400);
  assert.equal(await send(JSON.stringify(wish)), 202);
  assert.equal((await store.list({ type: "wish" })).entities.length, 1);
  service.close();
  service.closeAllConnections();
});

test("a wish waits for what passes, and is blocked by what does not", async () => {
  await using github = await startGitHub({
    seed: { ...seed, users: { ada: {} }, organizations: { acme: { members: { ada: "admin" } } } },
  });
  await using store = await openStore(":memory:");
  for (const [id, issue] of [
    ["wish-first", 1],
    ["wish-second", 99],
  ] as const)
    await store.create({ id, status: "open", data: { repo: "acme/app", issue, body: id } });
  const env = { GITHUB_TOKEN: github.tokenFor("ada"), GITHUB_API_URL: github.url };
  await using client = new GitHubClient({ env });
  const does = { kind: "status", status: 401, body: { message: "Bad credentials" } } as const;
  const stop = github.faults.add({ operation: "issues/create-comment", does });
  const statuses = async () =>
    (await store.list({ type: "wish", orderBy: "createdAt:asc" })).entities.map(({ status }) => status);
  assert.equal(await work(store, client), 0);
  assert.deepEqual(await statuses(), ["in_progress", "open"]);
  stop();
  await store.update("wish-first", { set: { begunAt: new Date().toISOString() } });
  assert.equal(await work(store, client), 1);
  assert.deepEqual(await statuses(), ["complete", "blocked"]);
});
