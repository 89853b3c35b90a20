/**
 * @module Issues that are transferred to another repository.
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
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": {
          labels: ["ready"],
          issues: [{ title: "Move me", labels: ["bug", "ready"], comments: ["one"] }],
        },
        "acme/other": { issues: [{ title: "There already" }] },
        "acme/secret": { visibility: "private", issues: [{ title: "Hidden" }] },
        "bob/own": {},
      },
    },
    limits: false,
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

const document = `mutation ($issueId: ID!, $repositoryId: ID!) {
  transferIssue(input: { issueId: $issueId, repositoryId: $repositoryId }) { issue { number url } }
}`;

async function transfer(issue: string, repository: string, call = ada) {
  const { node_id: issueId } = (await ada(`GET /repos/${issue}`)).body;
  const { node_id: repositoryId } = (await ada(`GET /repos/${repository}`)).body;
  return (await call("POST /graphql", { query: document, variables: { issueId, repositoryId } })).body;
}

test("it is there with its comments and the labels of that repository, and leaves a trace", async () => {
  await ada("POST /repos/acme/data/issues/1/reactions", { content: "eyes" });
  const { data } = await transfer("acme/data/issues/1", "acme/other");
  expect(data.transferIssue.issue).toEqual({ number: 2, url: `${github.url}/acme/other/issues/2` });
  const { body } = await ada("GET /repos/acme/other/issues/2");
  expect(body).toMatchObject({
    title: "Move me",
    comments: 1,
    labels: [{ name: "bug" }],
    reactions: { eyes: 1 },
  });
  expect((await ada("GET /repos/acme/other/issues/2/comments")).body).toMatchObject([{ body: "one" }]);
  expect((await ada("GET /repos/acme/data/issues?state=all")).body).toEqual([]);
  const moved = await ada("GET /repos/acme/data/issues/1/comments?per_page=5");
  expect(moved.status).toBe(301);
  expect((await ada(`GET ${moved.headers.get("location")!.slice(github.url.length)}`)).body).toHaveLength(1);
  expect((await ada("PATCH /repos/acme/data/issues/1", { title: "Late" })).status).toBe(307);
});

test("a trace leads on when it moves again, and tells nobody of what they may not see", async () => {
  await transfer("acme/data/issues/1", "acme/other");
  await transfer("acme/other/issues/2", "acme/secret");
  const moved = await ada("GET /repos/acme/data/issues/1");
  expect(moved.headers.get("location")).toMatch(/\/issues\/2$/u);
  expect((await callAs(github, github.tokenFor("bob"))("GET /repos/acme/data/issues/1")).status).toBe(404);
});

test("only within one owner, never from private to public, and by those who may write in both", async () => {
  const typeOf = (answer: { errors?: { type: string }[] }) => answer.errors?.[0]?.type;
  expect(typeOf(await transfer("acme/data/issues/1", "bob/own"))).toBe("FORBIDDEN");
  expect(typeOf(await transfer("acme/secret/issues/1", "acme/data"))).toBe("UNPROCESSABLE");
  const bob = callAs(github, github.tokenFor("bob"));
  expect(typeOf(await transfer("acme/data/issues/1", "acme/other", bob))).toBe("FORBIDDEN");
  expect((await ada("GET /repos/acme/data/issues/1")).status).toBe(200);
});
