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
