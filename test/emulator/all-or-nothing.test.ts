/**
 * @module What is refused has changed nothing.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;

const tooLong = "x".repeat(51);
const tooMany = Array.from({ length: 101 }, (_, at) => `label-${at}`);

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      repositories: {
        "ada/data": { files: { "README.md": "# Data\n" }, labels: ["ready"], issues: [{ title: "First" }] },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

/** Everything that a write to an issue may change. */
function everything(): string {
  const { issues, events, labels, repositories } = github.state;
  return JSON.stringify([issues.all(), events.all(), labels.all(), repositories.all()]);
}

test.each([
  ["a milestone that is not there", { milestone: 99 }],
  ["a name of a label that is too long", { labels: ["fresh", tooLong] }],
  ["too many labels", { labels: tooMany }],
  ["somebody who is not there", { assignees: ["nobody"], labels: ["fresh"] }],
])("an edit of an issue that is refused has changed nothing: %s", async (_, wrong) => {
  const before = everything();
  const edit = { title: "Other", body: "Other", state: "closed", ...wrong };
  expect((await ada("PATCH /repos/ada/data/issues/1", edit)).status).toBe(422);
  expect(everything()).toBe(before);
});

test.each([
  ["a milestone that is not there", { labels: ["fresh"], milestone: 99 }],
  ["a name of a label that is too long", { labels: ["fresh", tooLong] }],
  ["too many labels", { labels: tooMany }],
  ["somebody who is not there", { assignees: ["nobody"], labels: ["fresh"] }],
])("an issue that is refused leaves no label behind: %s", async (_, wrong) => {
  const before = everything();
  expect((await ada("POST /repos/ada/data/issues", { title: "Second", ...wrong })).status).toBe(422);
  expect(everything()).toBe(before);
});

test.each(["POST", "PUT"])("of labels of which one is refused none is made: %s", async (method) => {
  const before = everything();
  const { status } = await ada(`${method} /repos/ada/data/issues/1/labels`, { labels: ["fresh", tooLong] });
  expect(status).toBe(422);
  expect(everything()).toBe(before);
});

test("an edit of a pull request that is refused has changed nothing", async () => {
  const { sha } = (await ada("GET /repos/ada/data/git/ref/heads/main")).body.object;
  await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/topic", sha });
  await ada("PUT /repos/ada/data/contents/a.txt", { message: "m", content: "", branch: "topic" });
  const pull = { title: "Change", head: "topic", base: "main" };
  expect((await ada("POST /repos/ada/data/pulls", pull)).status).toBe(201);
  const before = everything();
  const edit = { title: "Other", state: "closed", base: "nope" };
  expect((await ada("PATCH /repos/ada/data/pulls/2", edit)).status).toBe(422);
  expect(everything()).toBe(before);
});
