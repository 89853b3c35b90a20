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
} from "graphql";
import { afterEach, expect, test } from "vitest";
import { schema } from "../../src/emulator/graphql/request.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Asker, askAs } from "./ask.ts";
import { callAs } from "./call.ts";
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
          files: { "README.md": "# Data\n", "docs/a.txt": "A" },
          issues: [
            { title: "First", body: "One", labels: ["bug"], assignees: ["bob"], comments: ["one"] },
            { title: "Second" },
          ],
        },
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

  const workflow = "name: CI\non: workflow_dispatch\njobs: { build: { steps: [] } }\n";
  const file = { message: "m\n\nsigned", content: btoa(workflow) };
  const made = await robot("PUT /repos/acme/data/contents/.github/workflows/ci.yml", file);
  const { sha, tree } = made.body.commit;
  await rest("POST /repos/acme/data/actions/workflows/ci.yml/dispatches", { ref: "main" });
  github.actions.advance(github.actions.runs()[0]!.id, { status: "completed" });
  await robot("POST /repos/acme/data/check-runs", {
    ...{ name: "lint", head_sha: sha, conclusion: "success" },
    output: { title: "Fine", summary: "All is well", text: "Really" },
  });
  await rest(`POST /repos/acme/data/statuses/${sha}`, {
    ...{ state: "success", description: "Fine", target_url: "https://example.org/1" },
  });
  const signedBy = async (kind: string): Promise<string> => {
    const signature = `-----BEGIN ${kind}-----\n\nAAAA\n-----END ${kind}-----`;
    const commit = { message: "m", tree: tree.sha, parents: [sha], signature };
    return (await rest("POST /repos/acme/data/git/commits", commit)).body.sha;
  };
  const signatures = [await signedBy("SSH SIGNATURE"), await signedBy("SIGNED MESSAGE")];

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
    inData(`object(expression: "HEAD") { ... on Commit { signature ${typed("GpgSignature")} } }`),
    ...signatures.map((oid) =>
      inData(
        `object(oid: "${oid}") { ... on Commit { signature ${typed("SshSignature")} other: signature ${typed("UnknownSignature")} } }`,
      ),
    ),
    inData(
      `object(expression: "HEAD") { ... on Commit { statusCheckRollup ${typed("StatusCheckRollup")} } }`,
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
    // Nobody has said them here.
    "Organization.email",
    "Repository.homepageUrl",
    // Of such a signature nobody knows when it was verified.
    "SshSignature.verifiedAt",
    "UnknownSignature.verifiedAt",
    // Nothing deletes a revision of a body.
    "UserContentEdit.deletedAt",
    "UserContentEdit.deletedBy",
  ]);
  const all = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !/^__|Payload$|^Query$|^Mutation$/u.test(type.name)
      ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
      : [],
  );
  expect(all.filter((name) => !seen.has(name))).toEqual([]);
});
