/**
 * @module Issues, comments, labels and reactions of the emulator, as the REST API shows them.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { askAs } from "./ask.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let nobody: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: { "acme/data": {}, "acme/secret": { visibility: "private" } },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  nobody = callAs(github);
});
afterEach(() => github.close());

test("an issue is created, read, edited, closed and reopened", async () => {
  const created = await ada("POST /repos/acme/data/issues", {
    title: "Hello",
    body: "World",
    labels: ["bug", "new"],
  });
  expect(created).toMatchObject({
    status: 201,
    body: {
      number: 1,
      title: "Hello",
      body: "World",
      state: "open",
      user: { login: "ada" },
      labels: [{ name: "bug" }, { name: "new", color: "ededed" }],
    },
  });
  expect((await nobody("GET /repos/acme/data/issues/1")).body).toEqual(created.body);
  const closed = await ada("PATCH /repos/acme/data/issues/1", {
    state: "closed",
    state_reason: "not_planned",
  });
  expect(closed.body).toMatchObject({
    state: "closed",
    state_reason: "not_planned",
    closed_by: { login: "ada" },
  });
  const reopened = await ada("PATCH /repos/acme/data/issues/1", { state: "open" });
  expect(reopened.body).toMatchObject({ state: "open", state_reason: "reopened", closed_at: null });
  const { body: events } = await ada("GET /repos/acme/data/issues/1/events");
  expect((events as { event: string }[]).map(({ event }) => event)).toEqual([
    "labeled",
    "labeled",
    "closed",
    "reopened",
  ]);
});

test("strangers comment and react on a public repository, and set no labels", async () => {
  await ada("POST /repos/acme/data/issues", { title: "Hello" });
  expect(await bob("POST /repos/acme/data/issues", { title: "Mine", labels: ["bug"] })).toMatchObject({
    status: 201,
    body: { labels: [] },
  });
  expect((await bob("POST /repos/acme/data/issues/1/comments", { body: "hi" })).status).toBe(201);
  expect((await bob("POST /repos/acme/data/issues/1/reactions", { content: "+1" })).status).toBe(201);
  expect((await bob("POST /repos/acme/data/issues/1/reactions", { content: "+1" })).status).toBe(200);
  expect((await bob("PATCH /repos/acme/data/issues/1", { title: "Theirs" })).status).toBe(403);
  expect((await bob("POST /repos/acme/data/issues/1/labels", { labels: ["bug"] })).status).toBe(403);
  expect((await nobody("POST /repos/acme/data/issues/1/comments", { body: "hi" })).status).toBe(401);
});

test("a private repository is not there for those who may not see it", async () => {
  expect((await bob("GET /repos/acme/secret/issues")).status).toBe(404);
  expect((await nobody("GET /repos/acme/secret/issues")).status).toBe(404);
  expect((await ada("GET /repos/acme/secret/issues")).status).toBe(200);
});

test.each(["1e0", "0x1", "%201", "1.0", "+1", "١"])(
  "a number in a path is digits alone: %s",
  async (number) => {
    await ada("POST /repos/acme/data/issues", { title: "First" });
    expect((await ada(`GET /repos/acme/data/issues/${number}`)).status).toBe(404);
    expect((await ada("GET /repos/acme/data/issues/1")).status).toBe(200);
  },
);

test("who wrote an issue reopens it unless somebody else has closed it", async () => {
  const path = "PATCH /repos/acme/data/issues/1";
  const { body: own } = await bob("POST /repos/acme/data/issues", { title: "Mine" });
  expect((await bob(path, { state: "closed" })).status).toBe(200);
  expect((await bob(path, { state: "open" })).body.state).toBe("open");
  await ada(path, { state: "closed" });
  const refused = await bob(path, { state: "open", title: "Yours" });
  expect(refused).toMatchObject({ status: 422, body: { message: "Validation Failed", errors: [] } });
  expect((await ada("GET /repos/acme/data/issues/1")).body).toMatchObject({ state: "closed", title: "Mine" });
  const reopen = "mutation($id: ID!) { reopenIssue(input: { issueId: $id }) { issue { state } } }";
  const asked = await askAs(github, github.tokenFor("bob"))(reopen, { id: own.node_id });
  expect(asked.errors).toMatchObject([{ type: "UNPROCESSABLE" }]);
  expect((await bob(path, { state: "closed", title: "Ours" })).body.title).toBe("Ours");
  expect((await ada(path, { state: "open" })).body.state).toBe("open");
});
