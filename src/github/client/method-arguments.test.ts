import { expect, test } from "vitest";
import { GitHubClient } from "./github-client.ts";

const sha = "a".repeat(40);
/** Of each method, what it cannot do without. */
const needed: Readonly<Record<string, readonly unknown[]>> = {
  createRepo: ["app"],
  getRepo: ["app"],
  listRepos: [],
  deleteRepo: ["app", { confirm: "acme/app" }],
  getDefaultBranch: ["app"],
  getPermission: ["app", "ada"],
  getFile: ["app", "a"],
  putFile: ["app", "a", "1"],
  createOrUpdateFile: ["app", "a", "1"],
  deleteFile: ["app", "a"],
  listFiles: ["app"],
  commitFiles: ["app", { message: "m", changes: [{ path: "a", content: "1" }] }],
  setSecret: ["app", "KEY", "4711"],
  setSecrets: ["app", { KEY: "4711" }],
  listSecrets: ["app"],
  deleteSecret: ["app", "KEY"],
  triggerWorkflow: ["app", "deploy.yml"],
  getWorkflowRun: ["app", 1],
  listWorkflowRuns: ["app"],
  waitForRun: ["app", 1],
  cancelRun: ["app", 1],
  rerunFailed: ["app", 1],
  getWorkflowLogs: ["app", 1],
  getFailure: ["app", 1],
  getOrgToken: [],
  getRepoToken: ["app"],
  getOrgAccess: [],
  getRepoAccess: ["app"],
  gitEnv: ["app"],
  provisionRepo: [{ name: "app", spec: {} }],
  createIssue: ["app", "title"],
  getIssue: ["app", 1],
  editIssue: ["app", 1, { title: "t" }],
  listIssues: ["app"],
  lockIssue: ["app", 1],
  unlockIssue: ["app", 1],
  createComment: ["app", 1, "body"],
  getComment: ["app", 1],
  editComment: ["app", 1, "body"],
  deleteComment: ["app", 1],
  listComments: ["app"],
  getLabel: ["app", "bug"],
  listLabels: ["app"],
  createLabel: ["app", "bug"],
  updateLabel: ["app", "bug", { newName: "b" }],
  deleteLabel: ["app", "bug"],
  addLabels: ["app", 1, ["bug"]],
  removeLabel: ["app", 1, "bug"],
  setLabels: ["app", 1, ["bug"]],
  addReaction: ["app", 1, "eyes"],
  listReactions: ["app", 1],
  removeReaction: ["app", 1, 1],
  getRef: ["app", "heads/main"],
  createRef: ["app", "heads/main", sha],
  updateRef: ["app", "heads/main", sha],
  deleteRef: ["app", "heads/main"],
  createOrResetTag: ["app", "v1", sha],
  branchContainsCommit: ["app", "main", sha],
  createPullRequest: ["app", "title", "topic"],
  getPullRequest: ["app", 1],
  listPullRequests: ["app"],
  mergePullRequest: ["app", 1],
  closePullRequest: ["app", 1],
  enableAutoMerge: ["app", 1],
};

type Loose = Record<string, (...args: readonly unknown[]) => Promise<unknown>>;

/** Whatever it sends does not arrive. */
const open = () =>
  new GitHubClient({ apiUrl: "http://127.0.0.1:9", auth: "a".repeat(40), org: "acme", env: {} });
const refused = { code: "invalid_input", data: { path: expect.any(String) } };

test("every method refuses by name what is missing or of another kind, before anything is sent", async () => {
  await using client = open();
  const { fetch: _fetch, limits: _limits, isAnonymous: _isAnonymous, api: _api, ...methods } = client;
  expect(Object.keys(needed).sort()).toEqual(Object.keys(methods).sort());
  const call = (name: string, args: readonly unknown[]) => (client as unknown as Loose)[name]!(...args);
  for (const [name, args] of Object.entries(needed)) {
    for (const [at, right] of args.entries()) {
      const wrong: unknown[] = [undefined, true, 5n, []];
      if (typeof right === "number") wrong.push(Number.NaN, 0, -1, 1.5, "1");
      if (typeof right === "string" && name !== "putFile" && name !== "createOrUpdateFile")
        wrong.push("\ud83d");
      for (const value of wrong) {
        // No label at all is a wish, too.
        if (Array.isArray(value) && Array.isArray(right)) continue;
        const said = `${name}, argument ${at + 1}: ${String(value)}`;
        await expect(call(name, args.with(at, value)), said).rejects.toMatchObject(refused);
      }
    }
  }
});

test.for([
  ["createIssue", ["app", "t", { labels: "bug" }], "labels"],
  ["createIssue", ["app", "t", { body: 5 }], "body"],
  ["createIssue", ["app", "t", { assignees: [5] }], "assignees"],
  ["createIssue", ["app", "t", { milestone: "1" }], "milestone"],
  ["createIssue", ["app", "t", { operation: "once" }], "operation"],
  ["editIssue", ["app", 1, { labels: "bug" }], "labels"],
  ["listIssues", ["app", { labels: "bug" }], "labels"],
  ["listComments", ["app", { issue: "1" }], "issue"],
  ["addReaction", ["app", { issue: undefined }, "eyes"], "issue"],
  ["removeReaction", ["app", { comment: 1 }, undefined], "reactionId"],
  ["putFile", ["app", "a", "1", { message: 7 }], "message"],
  ["mergePullRequest", ["app", 1, { commitTitle: "\ud83d" }], "commitTitle"],
] as const)("%s refuses %j by name: %s", async ([name, args, path]) => {
  await using client = open();
  const calling = (client as unknown as Loose)[name]!(...args);
  await expect(calling).rejects.toMatchObject({ code: "invalid_input", data: { path } });
});
