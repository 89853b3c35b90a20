import assert from "node:assert/strict";
import { test } from "node:test";
import { startGitHub } from "hubstead/emulator";
import { labelCrashes } from "./bot.ts";

const seed = { repositories: { "ada/app": { issues: [{ title: "It crashes" }, { title: "A wish" }] } } };

test("it labels what speaks of a crash, once", async () => {
  await using github = await startGitHub({ seed });
  assert.deepEqual(await labelCrashes(github.url, github.tokenFor("ada"), "ada/app"), [1]);
  assert.deepEqual(await labelCrashes(github.url, github.tokenFor("ada"), "ada/app"), []);
  assert.equal(github.requests.count("issues/add-labels"), 1);
});

test("it says so when GitHub does not answer as it should", async () => {
  await using github = await startGitHub({ seed });
  github.faults.add({ operation: "issues/add-labels", does: { kind: "status", status: 502 } });
  await assert.rejects(labelCrashes(github.url, github.tokenFor("ada"), "ada/app"), /502/);
});
