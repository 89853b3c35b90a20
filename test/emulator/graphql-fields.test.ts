/**
 * @module Every field of the GraphQL schema is answered: none is there in name only.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import {
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  parse,
} from "graphql";
import { afterEach, expect, test } from "vitest";
import { schema } from "../../src/emulator/graphql/request.ts";
import { absentSchema } from "../../src/emulator/graphql/schema/absent-schema.ts";
import { commentNodeId } from "../../src/emulator/shapes/issue-json.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Asker, askAs } from "./ask.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Asker;

/** What is asked for by name. */
const given: Readonly<Record<string, string>> = {
  "Repository.issue": "number: 1",
  "Repository.issueOrPullRequest": "number: 2",
  "Repository.label": 'name: "bug"',
  "Repository.milestone": "number: 1",
  "Repository.object": 'expression: "HEAD"',
  "Repository.ref": 'qualifiedName: "main"',
  "Repository.refs": 'refPrefix: "refs/heads/", first: 2',
  "RepositoryOwner.repository": 'name: "data"',
  "User.repository": 'name: "own"',
  "Organization.repository": 'name: "data"',
  "CheckRun.isRequired": "pullRequestNumber: 3",
  "StatusContext.isRequired": "pullRequestNumber: 3",
  "ProjectV2Item.fieldValueByName": 'name: "Status"',
  "Organization.team": 'slug: "core"',
  "Repository.pullRequest": "number: 3",
};

/** Types that only lead to others do not count as a step. */
const isStep = (type: GraphQLNamedType) => !/(?:Connection|Edge|PageInfo)$/u.test(type.name);

/** All fields of a type, and of those that it leads to, so many steps far; each under the name of its type. */
function selectionOf(type: GraphQLNamedType, steps: number, above: readonly string[] = []): string {
  const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  const parts = objects.map((object) => {
    const fields = Object.values(object.getFields()).map((field) =>
      fieldOf(object.name, field, steps, above),
    );
    return `... on ${object.name} { ${fields.join(" ")} }`;
  });
  return `{ __typename ${parts.join(" ")} }`;
}

function fieldOf(
  typeName: string,
  field: GraphQLField<unknown, unknown>,
  steps: number,
  above: readonly string[],
): string {
  const type = getNamedType(field.type);
  const name = `${typeName}.${field.name}`;
  const isPaged = field.args.some((argument) => argument.name === "first");
  const args = given[name] ?? (isPaged ? "first: 2" : "");
  const left = isStep(type) ? steps - 1 : steps;
  const isTooFar = left < 0 || above.includes(type.name);
  const inner = !isCompositeType(type)
    ? ""
    : isTooFar
      ? "{ __typename }"
      : selectionOf(type, left, [...above, type.name]);
  return `${typeName}__${field.name}: ${field.name}${args === "" ? "" : `(${args})`} ${inner}`;
}

/** Which fields had a value somewhere, and which were asked for. */
function collect(value: unknown, seen: Map<string, boolean>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, seen);
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key.includes("__") && !key.startsWith("__")) {
        const name = key.replace("__", ".");
        seen.set(name, seen.get(name) === true || item !== null);
      }
      collect(item, seen);
    }
  }
}

async function start(stateDir: string): Promise<void> {
  github = await startCheckedGitHub({
    stateDir,
    seed: {
      users: { ada: { name: "Ada", email: "ada@example.org" }, bob: {} },
      organizations: { acme: { name: "Acme", members: { ada: "admin" } } },
      repositories: {
        "acme/data": {
          description: "Data",
          collaborators: { bob: "write" },
          files: {
            "README.md": "# Data\n",
            "docs/a.txt": "A",
            ".github/workflows/ci.yml":
              "on: [workflow_dispatch]\njobs: { test: { runs-on: x, steps: [] } }\n",
          },
          issues: [
            { title: "First", body: "One", labels: ["bug"], assignees: ["bob"], comments: ["one"] },
            { title: "Second" },
          ],
        },
        "acme/other": {},
        "ada/own": {},
        "bob/own": {},
      },
      apps: {
        robot: {
          permissions: { issues: "write", contents: "write", checks: "write", workflows: "write" },
          installations: { acme: "all" },
        },
      },
    },
  });
  ada = askAs(github, github.tokenFor("ada"));
}
afterEach(() => github.close());

/** Pull requests, one of them merged, teams, protection, checks, and one event of each kind. */
async function happen(rest: Caller): Promise<void> {
  const data = "/repos/acme/data";
  const { body: main } = await rest(`GET ${data}/git/ref/heads/main`);
  for (const branch of ["topic", "done"]) {
    await rest(`POST ${data}/git/refs`, { ref: `refs/heads/${branch}`, sha: main.object.sha });
    const content = Buffer.from(branch).toString("base64");
    await rest(`PUT ${data}/contents/${branch}.txt`, { message: `Add ${branch}`, branch, content });
    await rest(`POST ${data}/pulls`, { title: branch, head: branch, base: "main" });
  }
  await rest(`PUT ${data}/pulls/4/merge`, {});
  for (const name of ["Core", "Inner"]) await rest("POST /orgs/acme/teams", { name, privacy: "closed" });
  const { body: core } = await rest("GET /orgs/acme/teams/core");
  await rest("PATCH /orgs/acme/teams/inner", { parent_team_id: core.id, description: "Within" });
  await rest("PUT /orgs/acme/teams/inner/repos/acme/data", { permission: "push" });
  await rest("PUT /orgs/acme/teams/inner/memberships/ada", {});
  await rest(`PUT ${data}/topics`, { names: ["tables"] });
  await rest(`PUT ${data}/branches/main/protection`, {
    required_status_checks: { strict: true, contexts: ["test"] },
    required_pull_request_reviews: { required_approving_review_count: 1 },
    enforce_admins: true,
    restrictions: null,
  });
  await rest(`POST ${data}/issues`, { title: "Third" });
  const [labels, assignees] = [["bug"], ["bob"]];
  for (const edit of [
    { labels, assignees, milestone: 1 },
    { labels: [], assignees: [], milestone: null },
  ])
    await rest(`PATCH ${data}/issues/5`, edit);
  for (const edit of [{ title: "3rd" }, { state: "closed" }, { state: "open" }])
    await rest(`PATCH ${data}/issues/5`, edit);
  await rest(`PUT ${data}/issues/5/lock`, { lock_reason: "resolved" });
  await rest(`DELETE ${data}/issues/5/lock`);
  await rest(`POST ${data}/issues`, { title: "To be moved" });
  const { body: moved } = await rest(`GET ${data}/issues/6`);
  const { body: other } = await rest("GET /repos/acme/other");
  await ada("mutation($input: TransferIssueInput!) { transferIssue(input: $input) { clientMutationId } }", {
    input: { issueId: moved.node_id, repositoryId: other.node_id },
  });
  const comment = github.state.comments.all()[0]!;
  await ada(
    "mutation($input: MinimizeCommentInput!) { minimizeComment(input: $input) { clientMutationId } }",
    {
      input: { subjectId: commentNodeId(comment), classifier: "OUTDATED" },
    },
  );
  for (const ref of ["main", "topic"])
    await rest(`POST ${data}/actions/workflows/ci.yml/dispatches`, { ref });
  const { runs, jobs } = github.state;
  const times = { startedAt: 1_000, completedAt: 2_000 };
  for (const run of runs.all()) runs.put({ ...run, status: "completed", conclusion: "success" });
  for (const job of jobs.all()) jobs.put({ ...job, ...times, status: "completed", conclusion: "success" });
}

/** Of the default branch's head, which GitHub has signed, and of a pull request. */
async function report(rest: Caller, robot: Caller): Promise<{ sha: string; signatures: readonly string[] }> {
  const data = "/repos/acme/data";
  const { sha } = (await rest(`GET ${data}/git/ref/heads/main`)).body.object;
  const { tree } = (await rest(`GET ${data}/git/commits/${sha}`)).body;
  await robot(`POST ${data}/check-runs`, {
    ...{ name: "lint", head_sha: sha, conclusion: "success" },
    output: { title: "Fine", summary: "All is well", text: "Really" },
  });
  await rest(`POST ${data}/statuses/${sha}`, {
    ...{ state: "success", description: "Fine", target_url: "https://example.org/1" },
  });
  const bob = callAs(github, github.tokenFor("bob"));
  await bob(`POST ${data}/pulls/3/reviews`, { event: "APPROVE", body: "Fine" });
  await rest(`POST ${data}/pulls/3/requested_reviewers`, { team_reviewers: ["inner"] });
  const signedBy = async (kind: string): Promise<string> => {
    const signature = `-----BEGIN ${kind}-----\n\nAAAA\n-----END ${kind}-----`;
    const commit = { message: "m", tree: tree.sha, parents: [sha], signature };
    return (await rest(`POST ${data}/git/commits`, commit)).body.sha;
  };
  return { sha, signatures: [await signedBy("SSH SIGNATURE"), await signedBy("SIGNED MESSAGE")] };
}

test("every field of every object has a value somewhere", async () => {
  const stateDir = temporaryFolder();
  await start(stateDir);
  const { state } = github;
  const rest = callAs(github, github.tokenFor("ada"));
  const robot = callAs(github, github.tokenFor({ app: "robot", account: "acme" }));
  const [first, second] = state.issues.all();
  const milestone = state.milestones.put({
    id: state.milestones.nextId(),
    repositoryId: first!.repositoryId,
    number: 1,
    title: "Soon",
    description: "Not now",
    state: "closed",
    creatorId: first!.authorId,
    dueOn: 1_000,
    closedAt: 1_000,
    createdAt: 1_000,
    updatedAt: 1_000,
  });
  const pull = {
    head: "work",
    base: "main",
    headOid: "1".repeat(40),
    baseOid: "2".repeat(40),
    isDraft: false,
    mergedAt: 2_000,
  };
  state.issues.put({ ...second!, pull, milestoneId: milestone.id, closedAt: 2_000, state: "closed" });
  state.issues.put({ ...first!, milestoneId: milestone.id });
  const [comment] = state.comments.all();
  await rest(`PATCH /repos/acme/data/issues/comments/${comment!.id}`, { body: "edited" });
  await rest("PATCH /repos/acme/data/issues/1", { body: "Two", state: "closed" });
  await rest("PATCH /repos/acme/data/issues/2", { body: "Two" });
  await rest("PUT /repos/acme/data/issues/1/lock", { lock_reason: "spam" });
  await rest("PUT /repos/acme/data/issues/2/lock", { lock_reason: "spam" });
  await robot("POST /repos/acme/data/issues/1/comments", { body: "beep" });
  await rest("POST /repos/acme/data/issues/2/comments", { body: "on a pull request" });
  await rest("POST /repos/acme/data/issues/1/reactions", { content: "heart" });
  await rest(`POST /repos/acme/data/issues/comments/${comment!.id}/reactions`, { content: "eyes" });

  await happen(rest);
  const { sha, signatures } = await report(rest, robot);

  const folder = join(stateDir, "git", `${first!.repositoryId}.git`);
  const as = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  execFileSync("git", ["-C", folder, ...as, "tag", "-a", "v1", "-m", "Version 1", "main"]);

  const typed = (name: string, steps = 0) => selectionOf(schema.getType(name)!, steps, [name]);
  const inData = (field: string) => `{ repository(owner: "acme", name: "data") { ${field} } }`;
  const inReports = (fields: string) =>
    inData(
      `object(expression: "HEAD") { ... on Commit { statusCheckRollup { contexts(first: 3) { edges { cursor node { ${fields} } } } } } }`,
    );
  const queries = [
    `{ rateLimit ${typed("RateLimit")} viewer ${typed("User")} organization(login: "acme") ${typed("Organization")} }`,
    `{ repository(owner: "acme", name: "data") ${typed("Repository")} }`,
    inData(`issue(number: 1) ${typed("Issue", 1)}`),
    inData(`issueOrPullRequest(number: 2) ${typed("PullRequest")}`),
    inData(`issue(number: 1) { comments(first: 2) { nodes ${typed("IssueComment")} } }`),
    inData(
      `issueOrPullRequest(number: 2) { ... on PullRequest { comments(first: 2) { nodes ${typed("IssueComment")} } } }`,
    ),
    inData(`issue(number: 1) { comments(last: 1) { nodes { author ${typed("Bot")} } } }`),
    inData(`object(expression: "v1") ${typed("Tag")}`),
    inData(`label(name: "bug") ${typed("Label")} milestone(number: 1) ${typed("Milestone")}`),
    inData(
      `object(expression: "HEAD") ${typed("Commit", 1)} blob: object(expression: "HEAD:README.md") ${typed("GitObject")}`,
    ),
    inData(`pullRequest(number: 3) ${typed("PullRequest")}`),
    inData(`pullRequest(number: 4) ${typed("PullRequest")}`),
    inData(
      `pullRequest(number: 3) { commits(first: 1) { nodes ${typed("PullRequestCommit")} } files(first: 1) { nodes ${typed("PullRequestChangedFile")} } }`,
    ),
    inData(`pullRequest(number: 3) { statusCheckRollup ${typed("StatusCheckRollup", 1)} }`),
    inData(`pullRequest(number: 3) { reviews(first: 1) ${typed("PullRequestReviewConnection", 1)} }`),
    inData(`pullRequest(number: 3) { reviewRequests(first: 1) ${typed("ReviewRequestConnection", 1)} }`),
    inData(`issue(number: 5) { timelineItems(first: 50) ${typed("IssueTimelineItemsConnection", 1)} }`),
    inData(
      `pullRequest(number: 4) { timelineItems(first: 50) ${typed("PullRequestTimelineItemsConnection", 1)} }`,
    ),
    `{ repository(owner: "acme", name: "other") { issue(number: 1) { timelineItems(last: 1) { nodes { ... on TransferredEvent ${typed("TransferredEvent")} } } } } }`,
    inData(`branchProtectionRules(first: 1) { nodes ${typed("BranchProtectionRule")} }`),
    inData(`repositoryTopics(first: 1) { nodes ${typed("RepositoryTopic", 1)} }`),
    `{ organization(login: "acme") { teams(first: 2) { nodes ${typed("Team")} } } }`,
    `{ search(query: "First", type: ISSUE, first: 2) ${typed("SearchResultItemConnection")} }`,
    inData(`object(oid: "${sha}") { ... on Commit { signature ${typed("GpgSignature")} } }`),
    ...signatures.map((oid) =>
      inData(
        `object(oid: "${oid}") { ... on Commit { signature ${typed("SshSignature")} other: signature ${typed("UnknownSignature")} } }`,
      ),
    ),
    inData(
      `object(expression: "HEAD") { ... on Commit { statusCheckRollup ${typed("StatusCheckRollup", 1)} } }`,
    ),
    inReports(`... on StatusContext ${typed("StatusContext")}`),
    inReports(`... on CheckRun ${typed("CheckRun")}`),
    inReports(`... on CheckRun { checkSuite ${typed("CheckSuite")} }`),
    inReports(`... on CheckRun { checkSuite { workflowRun ${typed("WorkflowRun", 1)} } }`),
    inData(`object(expression: "HEAD:") ${typed("Tree", 1)} ref(qualifiedName: "main") ${typed("Ref")}`),
  ];
  const seen = new Map<string, boolean>();
  for (const query of queries) {
    const { data, errors } = await ada(query);
    expect(errors).toBeUndefined();
    collect(data, seen);
  }
  const empty = [...seen].filter(([, hasValue]) => !hasValue).map(([name]) => name);
  expect(empty.sort()).toEqual([
    // Nothing here describes organisations.
    "Organization.description",
    // Nobody has said them here.
    "Organization.email",
    // Nothing here merges by itself, forks or mirrors.
    "PullRequest.autoMergeRequest",
    "Repository.homepageUrl",
    "Repository.mirrorUrl",
    "Repository.parent",
    // Of such a signature nobody knows when it was verified.
    "SshSignature.verifiedAt",
    "UnknownSignature.verifiedAt",
    // Nothing deletes a revision of a body.
    "UserContentEdit.deletedAt",
    "UserContentEdit.deletedBy",
  ]);
  // Of which there is nothing here: their lists are empty.
  const absent = new Set(
    parse(absentSchema).definitions.map((definition) => ("name" in definition ? definition.name?.value : "")),
  );
  const all = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !/^__|Payload$|^Query$|^Mutation$/u.test(type.name) && !absent.has(type.name)
      ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
      : [],
  );
  expect(all.filter((name) => !seen.has(name))).toEqual([]);
});
