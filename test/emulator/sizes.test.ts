/**
 * @module What GitHub refuses as too long or too many, and how.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {} },
      repositories: { "ada/data": { issues: [{ title: "Hello", body: "short" }] } },
    },
    limits: false,
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

// Two bytes each in UTF-8: the limit counts bytes.
const longest = "é".repeat(131_072);
const tooLong = `${longest}x`;

test("a body of 262,144 bytes is taken, one byte more is refused on create and comment", async () => {
  const open = "POST /repos/ada/data/issues";
  expect((await ada(open, { title: "Long", body: longest })).status).toBe(201);
  expect(await ada(open, { title: "Long", body: tooLong })).toMatchObject({
    status: 422,
    body: {
      message: "Validation Failed",
      errors: [
        { resource: "Issue", field: "body", message: "body is too long (maximum is 65536 characters)" },
      ],
    },
  });
  const comment = "POST /repos/ada/data/issues/1/comments";
  expect((await ada(comment, { body: longest })).status).toBe(201);
  expect((await ada(comment, { body: tooLong })).status).toBe(422);
});

test("an issue's update that is too long answers 200 and keeps the old body", async () => {
  const reply = await ada("PATCH /repos/ada/data/issues/1", { body: tooLong });
  expect([reply.status, reply.body.body]).toEqual([200, "short"]);
});

test("a title has at most 256 characters, and is not blank", async () => {
  const open = "POST /repos/ada/data/issues";
  expect((await ada(open, { title: "😀".repeat(256) })).status).toBe(201);
  expect((await ada(open, { title: "x".repeat(257) })).status).toBe(422);
  expect((await ada(open, { title: "  " })).status).toBe(422);
});

test("a label's name has at most 50 characters, and is one whatever its case", async () => {
  const label = "POST /repos/ada/data/labels";
  expect((await ada(label, { name: "x".repeat(50), color: "ff0000" })).status).toBe(201);
  expect((await ada(label, { name: "x".repeat(51), color: "ff0000" })).status).toBe(422);
  expect((await ada(label, { name: "Ready" })).status).toBe(201);
  expect(await ada(label, { name: "READY" })).toMatchObject({
    status: 422,
    body: { errors: [{ resource: "Label", field: "name", code: "already_exists" }] },
  });
  expect((await ada("GET /repos/ada/data/labels/ready")).body.name).toBe("Ready");
  const { body } = await ada("PATCH /repos/ada/data/issues/1", { labels: ["rEADY"] });
  expect(body.labels.map(({ name }: { name: string }) => name)).toEqual(["Ready"]);
});

test("an issue has at most 100 labels", async () => {
  const names = Array.from({ length: 101 }, (_, index) => `label-${index}`);
  expect((await ada("PUT /repos/ada/data/issues/1/labels", { labels: names })).status).toBe(422);
  expect((await ada("PUT /repos/ada/data/issues/1/labels", { labels: names.slice(1) })).status).toBe(200);
});

test("an empty list of labels removes all", async () => {
  await ada("POST /repos/ada/data/issues/1/labels", { labels: ["bug"] });
  const reply = await ada("PUT /repos/ada/data/issues/1/labels", { labels: [] });
  expect([reply.status, reply.body]).toEqual([200, []]);
});

test("after 2,500 comments an issue takes no more, even when some were deleted", async () => {
  const issue = github.state.issues.all()[0]!;
  github.state.issues.put({ ...issue, commentsEver: 2_499 });
  const comment = "POST /repos/ada/data/issues/1/comments";
  const last = await ada(comment, { body: "the last one" });
  expect(last.status).toBe(201);
  await ada(`DELETE /repos/ada/data/issues/comments/${last.body.id}`);
  expect(await ada(comment, { body: "one more" })).toMatchObject({
    status: 403,
    body: { message: "Commenting is disabled on issues with more than 2500 comments" },
  });
});

test("an issue that was updated by a deleted comment does not count as updated", async () => {
  const comment = await ada("POST /repos/ada/data/issues/1/comments", { body: "hi" });
  const before = (await ada("GET /repos/ada/data/issues/1")).body.updated_at;
  github.clock.advance(5_000);
  await ada(`DELETE /repos/ada/data/issues/comments/${comment.body.id}`);
  expect((await ada("GET /repos/ada/data/issues/1")).body.updated_at).toBe(before);
});

test("where issues are disabled there are none: 410", async () => {
  const repository = github.state.repositories.all()[0]!;
  github.state.repositories.put({ ...repository, hasIssues: false });
  expect((await ada("GET /repos/ada/data/issues/1")).status).toBe(410);
  expect((await ada("POST /repos/ada/data/issues", { title: "Hello" })).status).toBe(410);
});

test("what is sent to an operation is checked: unknown fields, wrong types, bad values", async () => {
  const open = "POST /repos/ada/data/issues";
  expect((await ada(open, { titel: "Hello" })).body.errors).toEqual([
    { resource: "Issue", field: "titel", code: "invalid" },
    { resource: "Issue", field: "title", code: "missing_field" },
  ]);
  expect((await ada(open, { title: "Hello", labels: "bug" })).body.errors).toEqual([
    { resource: "Issue", field: "labels", code: "invalid" },
  ]);
  expect((await ada("PATCH /repos/ada/data/issues/1", { state_reason: "done" })).status).toBe(422);
  expect((await ada("GET /repos/ada/data/issues?state=opened")).status).toBe(422);
  const broken = await fetch(`${github.url}/repos/ada/data/issues`, {
    method: "POST",
    headers: { authorization: `Bearer ${github.tokenFor("ada")}` },
    body: "{",
  });
  expect([broken.status, await broken.json()]).toMatchObject([400, { message: "Problems parsing JSON" }]);
});

test("an operation that GitHub has and the emulator has not is 501 by its name, never a success", async () => {
  expect(await ada("GET /repos/ada/data/code-scanning/alerts")).toMatchObject({
    status: 501,
    body: { message: "The emulator does not serve code-scanning/list-alerts-for-repo" },
  });
  expect((await ada("GET /nothing/of/the/kind")).status).toBe(404);
});
