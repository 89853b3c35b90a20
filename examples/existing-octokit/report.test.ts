import assert from "node:assert/strict";
import { test } from "node:test";
import { startGitHub } from "hubstead/emulator";
import { titlesOf } from "./report.ts";

const issues = Array.from({ length: 250 }, (_, index) => ({ title: `Issue ${index + 1}` }));

test("what has not changed costs nothing, and a bad gateway is nothing to worry about", async () => {
  await using github = await startGitHub({ seed: { repositories: { "ada/app": { issues } } } });
  const token = github.tokenFor("ada");
  github.faults.add({ operation: "issues/list-for-repo", times: 1, does: { kind: "status", status: 502 } });
  assert.equal((await titlesOf(github.url, token, "ada/app")).length, 250);
  github.requests.clear();
  assert.equal((await titlesOf(github.url, token, "ada/app")).length, 250);
  assert.deepEqual(
    github.requests.list().map(({ status }) => status),
    [304, 304, 304],
  );
});
