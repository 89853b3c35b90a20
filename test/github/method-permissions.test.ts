/**
 * @module P5 for what no command does: each method works for an App that has exactly the permissions of the table, and is refused
 * to one that has none of them.
 */
import { expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import {
  type GovernedMethod,
  neededPermissions,
  type Permissions,
} from "../../src/github/client/needed-permissions.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { createFastClock } from "./fast-clock.ts";

const repo = "acme/data";

/** What there is when a method is tried. */
interface Things {
  readonly client: GitHubClient;
  readonly main: string;
  readonly run: number;
  readonly comment: number;
}

const tries = {
  triggerWorkflow: ({ client }) => client.triggerWorkflow(repo, "deploy.yml"),
  getWorkflowRun: ({ client, run }) => client.getWorkflowRun(repo, run),
  listWorkflowRuns: ({ client }) => client.listWorkflowRuns(repo),
  waitForRun: ({ client, run }) => client.waitForRun(repo, run),
  cancelRun: ({ client, run }) => client.cancelRun(repo, run),
  rerunFailed: ({ client, run }) => client.rerunFailed(repo, run),
  getWorkflowLogs: ({ client, run }) => client.getWorkflowLogs(repo, run),
  getFailure: ({ client, run }) => client.getFailure(repo, run),
  getIssue: ({ client }) => client.getIssue(repo, 1),
  listIssues: ({ client }) => client.listIssues(repo),
  createIssue: ({ client }) => client.createIssue(repo, "b"),
  editIssue: ({ client }) => client.editIssue(repo, 1, { title: "c" }),
  lockIssue: ({ client }) => client.lockIssue(repo, 1),
  unlockIssue: ({ client }) => client.unlockIssue(repo, 1),
  getComment: ({ client, comment }) => client.getComment(repo, comment),
  listComments: ({ client }) => client.listComments(repo, { issue: 1 }),
  createComment: ({ client }) => client.createComment(repo, 1, "d"),
  editComment: ({ client, comment }) => client.editComment(repo, comment, "e"),
  deleteComment: ({ client, comment }) => client.deleteComment(repo, comment),
  getLabel: ({ client }) => client.getLabel(repo, "bug"),
  listLabels: ({ client }) => client.listLabels(repo),
  createLabel: ({ client }) => client.createLabel(repo, "area"),
  updateLabel: ({ client }) => client.updateLabel(repo, "bug", { color: "112233" }),
  deleteLabel: ({ client }) => client.deleteLabel(repo, "bug"),
  addLabels: ({ client }) => client.addLabels(repo, 1, ["bug"]),
  removeLabel: ({ client }) => client.removeLabel(repo, 1, "bug"),
  setLabels: ({ client }) => client.setLabels(repo, 1, ["bug"]),
  listReactions: ({ client }) => client.listReactions(repo, { issue: 1 }),
  addReaction: ({ client }) => client.addReaction(repo, { issue: 1 }, "eyes"),
  removeReaction: ({ client }) => client.removeReaction(repo, { issue: 1 }, 1),
  getRef: ({ client }) => client.getRef(repo, "heads/main"),
  branchContainsCommit: ({ client, main }) => client.branchContainsCommit(repo, "main", main),
  createRef: ({ client, main }) => client.createRef(repo, "heads/new", main),
  updateRef: ({ client, main }) => client.updateRef(repo, "heads/main", main),
  deleteRef: ({ client }) => client.deleteRef(repo, "heads/topic"),
  createOrResetTag: ({ client, main }) => client.createOrResetTag(repo, "t", main),
  getPullRequest: ({ client }) => client.getPullRequest(repo, 2),
  listPullRequests: ({ client }) => client.listPullRequests(repo),
  createPullRequest: ({ client }) =>
    client.createPullRequest(repo, { head: "other", base: "main", title: "f" }),
  mergePullRequest: ({ client }) => client.mergePullRequest(repo, 2),
  closePullRequest: ({ client }) => client.closePullRequest(repo, 2),
} satisfies Partial<Record<GovernedMethod, (things: Things) => Promise<unknown>>>;

const deploy = "on: workflow_dispatch\njobs: { build: { steps: [{ run: make }] } }\n";

function clientOf(github: EmulatedGitHub, auth?: string): GitHubClient {
  const { appId, privateKey } = github.appCredentials("keeper");
  return new GitHubClient({
    apiUrl: github.url,
    clock: createFastClock(50),
    attemptTimeoutMs: 30 * 60_000,
    timeoutMs: 3_600_000,
    ...(auth === undefined ? {} : { auth }),
    env: { GITHUB_APP_ID: String(appId), GITHUB_APP_PRIVATE_KEY: privateKey },
  });
}

/** Two with a commit of their own, one of them with a pull request. */
async function addBranches(client: GitHubClient, main: string): Promise<void> {
  for (const branch of ["topic", "other"]) {
    await client.createRef(repo, `heads/${branch}`, main);
    await client.createOrUpdateFile(repo, branch, "1", { branch });
  }
  await client.createPullRequest(repo, { head: "topic", title: "a" });
}

async function tryAs(permissions: Permissions, method: keyof typeof tries): Promise<unknown> {
  await using github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        [repo]: {
          visibility: "private",
          files: { "README.md": "# Data", ".github/workflows/deploy.yml": deploy },
          labels: ["bug"],
          issues: [{ title: "a", comments: ["b"] }],
        },
      },
      apps: {
        keeper: {
          owner: "acme",
          permissions: { ...permissions, metadata: "read" },
          installations: { acme: "all" },
        },
      },
    },
  });
  await using ada = clientOf(github, github.tokenFor("ada"));
  const main = (await ada.getRef(repo, "heads/main"))!;
  if (/PullRequest|deleteRef/u.test(method)) await addBranches(ada, main);
  const run = await ada.triggerWorkflow(repo, "deploy.yml");
  github.actions.advance(run, { status: "completed", conclusion: "failure" });
  await using client = clientOf(github);
  return await tries[method]({ client, main, run, comment: github.state.comments.all()[0]!.id });
}

test.each(Object.keys(tries) as (keyof typeof tries)[])(
  "%s takes the permissions of the table",
  async (method) => {
    const needed: Permissions = neededPermissions[method];
    await tryAs(needed, method);
    await expect(tryAs({}, method)).rejects.toMatchObject({ code: "forbidden" });
    if (!Object.values(needed).includes("write")) return;
    const onlyRead = Object.fromEntries(Object.keys(needed).map((name) => [name, "read" as const]));
    await expect(tryAs(onlyRead, method)).rejects.toMatchObject({ code: "forbidden" });
  },
);
