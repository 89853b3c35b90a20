import { afterEach, beforeEach, expect, test } from "vitest";
import { startCheckedGitHub } from "../../test/emulator/checked-github.ts";
import type { EmulatedGitHub } from "../emulator/start-github.ts";
import { GitHubClient } from "../github/client/github-client.ts";
import { type Processed, processObject } from "./process-object.ts";
import { namesOfStore } from "./store-labels.ts";
import { createTrust } from "./trust.ts";

const meta = {
  client_version: "0.11.2",
  timestamp: "2026-11-20T09:56:38.604384+00:00",
  update_mode: "append",
};
const payload = (data: object, more: object = {}) =>
  JSON.stringify({ _data: data, _meta: meta, ...more }, null, 2);

let github: EmulatedGitHub;
let client: GitHubClient;

beforeEach(async () => {
  github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    seed: {
      users: { ada: {}, bob: {}, dan: {}, eve: {} },
      repositories: { "ada/data": { collaborators: { bob: "write", dan: "write" } } },
    },
  });
  client = new GitHubClient({
    apiUrl: github.url,
    token: github.tokenFor("ada"),
    cache: false,
    retry: { attempts: 1 },
  });
});
afterEach(async () => {
  await client.close();
  await github.close();
});

async function as(login: string, route: string, body?: object) {
  const [method, path] = route.split(" ") as [string, string];
  const response = await fetch(`${github.url}/repos/ada/data${path}`, {
    method,
    headers: { authorization: `Bearer ${github.tokenFor(login)}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return (text === "" ? {} : JSON.parse(text)) as {
    readonly number: number;
    readonly id: number;
    readonly body: string;
  };
}

async function createObject(data: object, login = "ada"): Promise<number> {
  const labels = ["gh-store", "stored-object", "UID:metrics"];
  const body = JSON.stringify(data, null, 2);
  const { number } = await as(login, "POST /issues", { title: "Stored Object: metrics", body, labels });
  await as(login, `POST /issues/${number}/comments`, { body: payload(data, { type: "initial_state" }) });
  await as("ada", `PATCH /issues/${number}`, { state: "closed" });
  return number;
}

async function update(number: number, data: object, login = "bob") {
  const comment = await as(login, `POST /issues/${number}/comments`, { body: payload(data) });
  await as("ada", `PATCH /issues/${number}`, { state: "open" });
  return comment;
}

async function run(number: number): Promise<Processed> {
  const clock = { now: () => github.clock.now() };
  github.requests.clear();
  return processObject(
    { owner: "ada", repo: "data", number },
    {
      github: client,
      trustFor: (self) => createTrust({ github: client, repo: "ada/data", clock, self }),
      names: namesOfStore(),
      clientVersion: "hubstead 0.1.0",
      now: Date.now,
    },
  );
}

const issueOf = (number: number) => github.state.issues.all().find((issue) => issue.number === number)!;
const bodyOf = (number: number) => JSON.parse(issueOf(number).body ?? "") as unknown;

test("an update is folded, marked, and the issue closed, in three requests", async () => {
  const number = await createObject({ count: 0 });
  await update(number, { count: 1, deep: { a: 1 } });
  expect(await run(number)).toMatchObject({ id: "metrics", version: 2, writes: 1 });
  expect(github.requests.list().map(({ operation }) => operation)).toEqual([
    "graphql",
    "repos/get-collaborator-permission-level",
    "graphql",
  ]);
  expect(bodyOf(number)).toEqual({ count: 1, deep: { a: 1 } });
  expect(issueOf(number).state).toBe("closed");
});

test("what is processed costs one request to look at again, and is not written", async () => {
  const number = await createObject({ count: 0 });
  await update(number, { count: 1 });
  await run(number);
  const before = issueOf(number);
  expect(await run(number)).toMatchObject({ version: 2, writes: 0, decisions: [] });
  expect(issueOf(number)).toEqual(before);
});

test("what a stranger writes changes nothing, and is decided once", async () => {
  const number = await createObject({ count: 0 });
  await update(number, { count: 666 }, "eve");
  await update(number, { mine: 1 });
  const { decisions } = await run(number);
  expect(decisions.map(({ counts, because }) => [counts, because])).toEqual([
    [false, "eve has the role read"],
    [true, "bob has the role write"],
  ]);
  expect(bodyOf(number)).toEqual({ count: 0, mine: 1 });
  expect((await run(number)).decisions).toEqual([]);
});

test("a hand edit of somebody who may write counts, and stands among the comments", async () => {
  const number = await createObject({ count: 0 });
  await update(number, { a: 1 });
  await run(number);
  await as("bob", `PATCH /issues/${number}`, { body: '{"count": 7, "a": 1}' });
  await update(number, { b: 2 });
  expect(await run(number)).toMatchObject({ version: 4 });
  expect(bodyOf(number)).toEqual({ count: 7, a: 1, b: 2 });
  expect((await run(number)).writes).toBe(0);
});

test("what is no update stops nothing", async () => {
  const number = await createObject({ count: 0 });
  for (const body of [
    "42",
    "null",
    "[1]",
    '{"_data":{},"_meta":null}',
    "[".repeat(65_000),
    '{"__proto__":{"a":1}}',
    "thanks!",
  ])
    await as("bob", `POST /issues/${number}/comments`, { body });
  await update(number, { count: 1 });
  const { decisions } = await run(number);
  expect(decisions.map(({ counts }) => counts)).toEqual([false, false, false, false, false, false, true]);
  expect(bodyOf(number)).toEqual({ count: 1 });
});

test("an issue that a stranger opened is no object, whatever its labels say", async () => {
  const number = await createObject({ count: 0 });
  const { number: forged } = await as("eve", "POST /issues", {
    title: "Stored Object: forged [0.1.0.0123456789ab]",
    body: "{}",
  });
  await as("ada", `PATCH /issues/${forged}`, { labels: ["gh-store", "stored-object", "UID:forged"] });
  await expect(run(forged)).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("eve has the role read"),
  });
  await expect(run(number)).resolves.toMatchObject({ id: "metrics" });
});

/** Takes somebody's permission to write. */
async function dismiss(login: string): Promise<void> {
  await as("ada", `DELETE /collaborators/${login}`);
}

test("what was decided stays decided, whoever its author is by now", async () => {
  const number = await createObject({ count: 0 }, "bob");
  await update(number, { mine: 1 });
  await run(number);
  await dismiss("bob");
  await update(number, { late: 1 });
  await update(number, { ours: 1 }, "ada");
  const { decisions } = await run(number);
  expect(decisions.map(({ counts }) => counts)).toEqual([false, true]);
  expect(bodyOf(number)).toEqual({ count: 0, mine: 1, ours: 1 });
});

test("who wrote an issue and may not write any more changes neither its body nor its title", async () => {
  const number = await createObject({ count: 0 }, "bob");
  await update(number, { mine: 1 });
  await run(number);
  await dismiss("bob");
  const { title } = issueOf(number);
  await as("bob", `PATCH /issues/${number}`, {
    body: '{"count": 666}',
    title: title.replace(/\[\w+/u, "[zzzzzzz"),
  });
  await update(number, { ours: 1 }, "ada");
  await run(number);
  expect(bodyOf(number)).toEqual({ count: 0, mine: 1, ours: 1 });
  await as("bob", `PATCH /issues/${number}`, { title: "Mine!" });
  await update(number, { more: 1 }, "ada");
  expect(await run(number)).toMatchObject({ id: "metrics", version: 4 });
  expect(bodyOf(number)).toEqual({ count: 0, mine: 1, ours: 1, more: 1 });
});

test("a comment that was edited after it was folded changes nothing", async () => {
  const number = await createObject({ count: 0 });
  const { id } = await update(number, { count: 1 });
  await run(number);
  await as("bob", `PATCH /issues/comments/${id}`, { body: payload({ count: 99 }) });
  await update(number, { more: 1 });
  await run(number);
  expect(bodyOf(number)).toEqual({ count: 1, more: 1 });
});

test("a comment that somebody edited who may not write is theirs", async () => {
  const number = await createObject({ count: 0 });
  const { id } = await update(number, { count: 1 });
  await as("dan", `PATCH /issues/comments/${id}`, { body: payload({ count: 2 }) });
  await dismiss("dan");
  await as("bob", `PATCH /issues/comments/${id}`, { body: payload({ count: 1 }) });
  const { decisions } = await run(number);
  expect(decisions).toMatchObject([{ counts: false, by: { login: "dan" } }]);
  expect(bodyOf(number)).toEqual({ count: 0 });
});

test("what a newer version wrote stops the fold and leaves the issue open; what came before it is done", async () => {
  const number = await createObject({ count: 0 });
  const first = await update(number, { count: 1 });
  const newer = { _data: {}, _meta: { hubstead: { v: 99 } } };
  await as("bob", `POST /issues/${number}/comments`, { body: JSON.stringify(newer) });
  await update(number, { count: 2 });
  for (const requests of [2, 1]) {
    await expect(run(number)).rejects.toMatchObject({ code: "unsupported_format" });
    expect(github.requests.list().filter(({ operation }) => operation === "graphql")).toHaveLength(requests);
    expect(bodyOf(number)).toEqual({ count: 1 });
    expect(issueOf(number).state).toBe("open");
  }
  expect(github.state.reactions.all()).toMatchObject([{ subject: `comment/${first.id}`, content: "+1" }]);
});

test("a change that does not apply is told with the reason", async () => {
  const number = await createObject({ count: "many" });
  const edits = [{ op: "increment", path: "/count", by: 1 }];
  const steps = [
    { operation: "a", edits },
    { operation: "b", edits: [{ op: "unset", paths: ["/count"] }] },
  ];
  const body = JSON.stringify({ _data: {}, _meta: { hubstead: { v: 1, steps } } });
  await as("ada", `POST /issues/${number}/comments`, { body });
  const { changes, undone } = await run(number);
  expect(changes).toMatchObject([{ why: expect.stringContaining("/count is no number") }, { version: 2 }]);
  expect(undone).toEqual([]);
});

test("a hand edit that is undone is told", async () => {
  const number = await createObject({ count: 0 });
  await update(number, { count: 1 });
  await run(number);
  const dan = github.state.accounts.all().find(({ login }) => login === "dan")!;
  await as("dan", `PATCH /issues/${number}`, { body: '{"count": 666}' });
  await fetch(`${github.url}/repos/ada/data/collaborators/dan`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${github.tokenFor("ada")}` },
  });
  const { undone } = await run(number);
  expect(undone).toMatchObject([
    { revision: { editor: { id: dan.id } }, because: expect.stringContaining("may not write") },
  ]);
  expect(bodyOf(number)).toEqual({ count: 1 });
});

test("who may write nothing of its own, as github-actions where nobody lists it, processes all the same, and says nothing twice", async () => {
  const number = await createObject({ count: 0 });
  for (let count = 1; count <= 3; count++) await update(number, { count });
  await as("bob", `PATCH /issues/${number}`, { body: '{"count": 3, "byHand": true}' });
  await update(number, { last: true });
  await client.close();
  client = new GitHubClient({
    apiUrl: github.url,
    token: github.tokenFor({ actions: "ada/data", permissions: { issues: "write", metadata: "read" } }),
    cache: false,
    retry: { attempts: 1 },
  });
  const before = github.state.comments.all().length;
  expect(await run(number)).toMatchObject({ version: 6 });
  expect(bodyOf(number)).toEqual({ count: 3, byHand: true, last: true });
  expect(issueOf(number).state).toBe("closed");
  expect(github.state.comments.all()).toHaveLength(before);
  for (let again = 0; again < 2; again++) expect((await run(number)).writes).toBe(0);
  await update(number, { more: 1 });
  expect(await run(number)).toMatchObject({ version: 7 });
  expect(bodyOf(number)).toEqual({ count: 3, byHand: true, last: true, more: 1 });
  expect(github.state.reactions.all().filter(({ content }) => content === "+1")).toHaveLength(5);
});
