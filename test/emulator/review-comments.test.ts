/**
 * @module Comments on the lines of pull requests: where they stand, replies, lists, what is told of them.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findLine, findPosition } from "../../src/emulator/git/diff-place.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { startHookReceiver } from "./hook-receiver.ts";
import { payloadProblems } from "./payload-check.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let head: string;

const lines = (count: number, more: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: count }, (_, index) => `${more[index + 1] ?? index + 1}\n`).join("");

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      repositories: { "ada/data": { files: { a: lines(30), gone: "x\n" } } },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  const sha = (await ada("GET /repos/ada/data/git/ref/heads/main")).body.object.sha;
  await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/topic", sha });
  const known = (await ada("GET /repos/ada/data/contents/a")).body.sha;
  const changed = await ada("PUT /repos/ada/data/contents/a", {
    message: "m",
    branch: "topic",
    sha: known,
    content: btoa(lines(30, { 2: "two", 25: "twenty-five" })),
  });
  head = changed.body.commit.sha;
  await ada("POST /repos/ada/data/pulls", { title: "x", head: "topic", base: "main" });
});
afterEach(() => github.close());

const at = "/repos/ada/data/pulls/1";
const comment = (more: object, by = bob) =>
  by(`POST ${at}/comments`, { body: "Hm", commit_id: head, path: "a", ...more });

test("a comment stands on a line, with what is above it", async () => {
  const made = await comment({ line: 2 });
  expect(made).toMatchObject({
    status: 201,
    body: {
      path: "a",
      line: 2,
      side: "RIGHT",
      start_line: null,
      position: 3,
      diff_hunk: "@@ -1,5 +1,5 @@\n 1\n-2\n+two",
      subject_type: "line",
      commit_id: head,
      user: { login: "bob" },
      author_association: "NONE",
    },
  });
  expect((await comment({ line: 2, side: "LEFT" })).body.position).toBe(2);
  expect((await comment({ position: 11 })).body).toMatchObject({ line: 25, side: "LEFT" });
  expect((await comment({ start_line: 23, line: 25 })).body).toMatchObject({
    start_line: 23,
    start_side: "RIGHT",
  });
  expect((await comment({ subject_type: "file" })).body).toMatchObject({
    subject_type: "file",
    diff_hunk: "",
  });
  expect((await ada(`GET ${at}`)).body.review_comments).toBe(5);
});

test("what the pull request does not change has no lines to comment on", async () => {
  for (const wrong of [
    { line: 12 },
    { line: 0 },
    { line: -1 },
    { line: 1e9 },
    {},
    { position: 7 },
    { position: 0 },
    { position: 100 },
    { path: "gone", line: 1 },
    { path: "../a", line: 2 },
    { line: 25, start_line: 2 },
    { line: 2, start_line: 2 },
    { line: 2, start_line: 3 },
    { line: 2, body: " " },
    { line: 2, commit_id: "0".repeat(40) },
  ])
    expect([wrong, (await comment(wrong)).status]).toEqual([wrong, 422]);
  expect((await comment({ line: 12 })).body.errors).toMatchObject([
    { message: expect.stringContaining("line must be part of the diff") },
  ]);
  expect((await ada(`GET ${at}/reviews`)).body).toEqual([]);
});

test("a comment belongs to a review: to one that it came with, or to one of its own", async () => {
  const comments = [
    { path: "a", line: 2, body: "One" },
    { path: "a", position: 1, body: "Two" },
  ];
  const { body } = await bob(`POST ${at}/reviews`, { event: "COMMENT", comments });
  const listed = (await ada(`GET ${at}/reviews/${body.id}/comments`)).body;
  expect(listed).toMatchObject([{ body: "One" }, { body: "Two", line: 1 }]);
  const alone = (await comment({ line: 2 })).body;
  const { body: own } = await ada(`GET ${at}/reviews/${alone.pull_request_review_id}`);
  expect(own).toMatchObject({ state: "COMMENTED", body: "", user: { login: "bob" } });
  const bad = await bob(`POST ${at}/reviews`, {
    event: "COMMENT",
    comments: [...comments, { path: "b", body: "x" }],
  });
  expect(bad.status).toBe(422);
  expect((await ada(`GET ${at}/comments`)).body).toHaveLength(3);
});

test("comments of a pending review are seen when it is submitted", async () => {
  const { id } = (await bob(`POST ${at}/reviews`, { comments: [{ path: "a", line: 2, body: "One" }] })).body;
  const list = async () => (await ada(`GET ${at}/comments`)).body;
  expect(await list()).toEqual([]);
  expect((await ada(`GET ${at}`)).body.review_comments).toBe(0);
  const [mine] = (await bob(`GET ${at}/reviews/${id}/comments`)).body;
  expect((await ada(`GET /repos/ada/data/pulls/comments/${mine.id}`)).status).toBe(404);
  await bob(`POST ${at}/reviews/${id}/events`, { event: "COMMENT" });
  expect(await list()).toMatchObject([{ id: mine.id }]);
});

test("a reply stands where the first comment does, whichever it answers", async () => {
  const first = (await comment({ line: 2 })).body;
  const second = (await ada(`POST ${at}/comments/${first.id}/replies`, { body: "Why?" })).body;
  expect(second).toMatchObject({ in_reply_to_id: first.id, line: 2, diff_hunk: first.diff_hunk });
  const third = await comment({ in_reply_to: second.id, body: "So" });
  expect(third).toMatchObject({ status: 201, body: { in_reply_to_id: first.id, body: "So" } });
  expect((await ada(`POST ${at}/comments/1/replies`, { body: "x" })).status).toBe(404);
});

test("comments are listed by pull request and by repository, edited and deleted", async () => {
  const first = (await comment({ line: 2 })).body;
  github.clock.advance(60_000);
  const second = (await comment({ line: 25 })).body;
  const ids = async (target: string) =>
    ((await ada(`GET ${target}`)).body as { id: number }[]).map(({ id }) => id);
  expect(await ids(`${at}/comments`)).toEqual([first.id, second.id]);
  expect(await ids("/repos/ada/data/pulls/comments?sort=created")).toEqual([second.id, first.id]);
  expect(await ids(`${at}/comments?since=${second.created_at}`)).toEqual([second.id]);
  const route = `/repos/ada/data/pulls/comments/${first.id}`;
  github.clock.advance(60_000);
  expect((await bob(`PATCH ${route}`, { body: "Better" })).body.body).toBe("Better");
  expect((await bob(`GET ${route}`)).body.body).toBe("Better");
  expect(await ids(`${at}/comments?sort=updated&direction=desc`)).toEqual([first.id, second.id]);
  expect((await ada(`DELETE ${route}`)).status).toBe(204);
  expect((await ada(`GET ${route}`)).status).toBe(404);
  const own = (await comment({ line: 2 }, ada)).body;
  expect((await bob(`DELETE /repos/ada/data/pulls/comments/${own.id}`)).status).toBe(403);
});

test("comments on lines are told of", async () => {
  await using receiver = await startHookReceiver();
  const config = { url: receiver.url, content_type: "json" };
  await ada("POST /repos/ada/data/hooks", { config, events: ["pull_request_review_comment"] });
  const { id } = (await comment({ line: 2 })).body;
  await comment({ subject_type: "file" });
  await bob(`PATCH /repos/ada/data/pulls/comments/${id}`, { body: "Better" });
  await ada(`DELETE /repos/ada/data/pulls/comments/${id}`);
  await github.webhooks.settled();
  const payloads = receiver.received
    .map(({ payload }) => payload)
    .filter(({ comment: told }) => told !== undefined);
  expect(payloads.map(({ action }) => action).sort()).toEqual(["created", "created", "deleted", "edited"]);
  for (const payload of payloads) expect(payloadProblems("pull_request_review_comment", payload)).toEqual([]);
});

describe("a place in a diff", () => {
  const patch =
    "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n@@ -10,2 +10,3 @@ ten\n ten\n+new\n eleven\n\\ No newline at end of file";

  test("is found by line and side, or by position", () => {
    expect(findLine(patch, 2, "LEFT")).toMatchObject({ position: 2, hunkIndex: 0 });
    expect(findLine(patch, 2, "RIGHT")).toMatchObject({
      position: 3,
      hunk: "@@ -1,3 +1,3 @@\n one\n-two\n+2",
    });
    expect(findLine(patch, 11, "RIGHT")).toMatchObject({ position: 7, hunkIndex: 1 });
    expect(findLine(patch, 11, "LEFT")).toMatchObject({ position: 8 });
    expect(findPosition(patch, 2)).toMatchObject({ side: "LEFT", line: 2 });
    expect(findPosition(patch, 8)).toMatchObject({ side: "RIGHT", line: 12 });
  });

  test("is nowhere between hunks, on their heads, and outside", () => {
    for (const line of [0, 5, 13]) expect(findLine(patch, line, "RIGHT")).toBeUndefined();
    for (const position of [0, 5, 9, 100]) expect(findPosition(patch, position)).toBeUndefined();
  });
});
