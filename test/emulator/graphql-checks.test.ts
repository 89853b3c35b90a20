/**
 * @module What was reported of commits, in GraphQL.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { askAs } from "./ask.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let robot: Caller;
let sha: string;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {} },
      repositories: {
        "ada/data": {
          files: {
            ".github/workflows/ci.yml": "name: CI\non: workflow_dispatch\njobs: { build: { steps: [] } }\n",
          },
        },
      },
      apps: {
        robot: { permissions: { checks: "write", contents: "read" }, installations: { ada: "all" } },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  robot = callAs(github, github.tokenFor({ app: "robot", account: "ada" }));
  sha = (await ada("GET /repos/ada/data/git/ref/heads/main")).body.object.sha;
});
afterEach(() => github.close());

const query = `{ repository(owner: "ada", name: "data") { object(expression: "main") { ... on Commit {
  statusCheckRollup { state commit { oid } contexts(first: 10) {
    totalCount checkRunCount statusContextCount
    nodes {
      __typename
      ... on CheckRun { id databaseId name status conclusion detailsUrl startedAt completedAt title url
        checkSuite { status conclusion workflowRun { event runNumber workflow { name } } } }
      ... on StatusContext { id context state targetUrl description creator { login } }
    }
  } } } } } }`;

async function rollup() {
  const { data, errors } = await askAs(github, github.tokenFor("ada"))(query);
  expect(errors).toBeUndefined();
  return data.repository.object.statusCheckRollup;
}

test("a commit of which nothing was reported has no roll-up", async () => {
  expect(await rollup()).toBeNull();
});

test("statuses, check runs and jobs are one roll-up", async () => {
  await ada("POST /repos/ada/data/actions/workflows/ci.yml/dispatches", { ref: "main" });
  const [run] = github.actions.runs();
  expect(await rollup()).toMatchObject({
    state: "PENDING",
    contexts: {
      nodes: [
        {
          name: "build",
          status: "QUEUED",
          conclusion: null,
          checkSuite: { workflowRun: { event: "workflow_dispatch", runNumber: 1, workflow: { name: "CI" } } },
        },
      ],
    },
  });
  github.actions.advance(run!.id, { status: "completed" });
  await robot("POST /repos/ada/data/check-runs", { name: "lint", head_sha: sha, conclusion: "success" });
  expect((await rollup()).state).toBe("SUCCESS");
  await ada(`POST /repos/ada/data/statuses/${sha}`, { state: "failure", context: "ci" });
  const all = await rollup();
  expect(all).toMatchObject({
    state: "FAILURE",
    commit: { oid: sha },
    contexts: {
      totalCount: 3,
      checkRunCount: 2,
      statusContextCount: 1,
      nodes: [
        { name: "lint", conclusion: "SUCCESS", checkSuite: { workflowRun: null, conclusion: "SUCCESS" } },
        { name: "build" },
        { context: "ci", state: "FAILURE", creator: { login: "ada" } },
      ],
    },
  });
  await ada(`POST /repos/ada/data/statuses/${sha}`, { state: "error", context: "ci" });
  expect((await rollup()).state).toBe("ERROR");
});

test("ids of check runs and statuses resolve, for those who may read them", async () => {
  const { node_id } = (await robot("POST /repos/ada/data/check-runs", { name: "lint", head_sha: sha })).body;
  const status = (await ada(`POST /repos/ada/data/statuses/${sha}`, { state: "pending" })).body;
  const ids = [node_id, status.node_id];
  const ask = `query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }`;
  expect((await askAs(github, github.tokenFor("ada"))(ask, { ids })).data.nodes).toEqual([
    { id: node_id, __typename: "CheckRun" },
    { id: status.node_id, __typename: "StatusContext" },
  ]);
  await ada("PATCH /repos/ada/data", { private: true });
  const reading = askAs(github, github.tokenFor({ app: "robot", account: "ada" }));
  const { data, errors } = await reading(ask, { ids });
  expect(data.nodes).toEqual([{ id: node_id, __typename: "CheckRun" }, null]);
  expect(errors).toMatchObject([{ type: "FORBIDDEN", path: ["nodes", 1] }]);
});
