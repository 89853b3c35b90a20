/**
 * @module What else is done to repositories in GraphQL, and who is told of whom: labels, refs, hidden comments, new
 * repositories; teams, members, affiliations.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Asker, askAs } from "./ask.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Asker;
let bob: Asker;
let eve: Asker;
let rest: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {}, eve: {}, tim: {} },
      organizations: { acme: { members: { ada: "admin", bob: "member" } } },
      repositories: {
        "acme/data": {
          collaborators: { eve: "write", tim: "triage" },
          files: { "a.txt": "A" },
          issues: [{ title: "First", labels: ["bug"], comments: ["one"] }],
        },
        "acme/hidden": { visibility: "private" },
        "bob/own": {},
      },
      apps: { robot: { permissions: { issues: "write" }, installations: { acme: "all" } } },
    },
  });
  ada = askAs(github, github.tokenFor("ada"));
  bob = askAs(github, github.tokenFor("bob"));
  eve = askAs(github, github.tokenFor("eve"));
  rest = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

/** @returns the payload, or the first error */
async function mutate(asker: Asker, name: string, input: object, payload = "clientMutationId") {
  const type = name.slice(0, 1).toUpperCase() + name.slice(1);
  const { data, errors } = await asker(
    `mutation($input: ${type}Input!) { ${name}(input: $input) { ${payload} } }`,
    { input },
  );
  return errors === undefined ? data[name] : errors[0];
}

test("a label gets another name, and goes", async () => {
  const { body } = await rest("GET /repos/acme/data/labels/bug");
  const change = { id: body.node_id, name: "fault", color: "FF0000", description: null };
  expect(await mutate(eve, "updateLabel", change, "label { name color description }")).toEqual({
    label: { name: "fault", color: "ff0000", description: null },
  });
  const taken = { id: body.node_id, name: "Question" };
  expect(await mutate(eve, "updateLabel", taken)).toMatchObject({ message: "Name has already been taken" });
  expect(await mutate(bob, "deleteLabel", { id: body.node_id })).toMatchObject({ type: "FORBIDDEN" });
  expect(await mutate(eve, "deleteLabel", { id: body.node_id })).toEqual({ clientMutationId: null });
  expect((await rest("GET /repos/acme/data/issues/1")).body.labels).toEqual([]);
});

test("a branch is made, moved and deleted, and only forward unless one insists", async () => {
  const { data } = await ada(
    '{ repository(owner: "acme", name: "data") { id ref(qualifiedName: "main") { target { oid } } } }',
  );
  const { id: repositoryId, ref } = data.repository;
  const { oid } = ref.target;
  const input = { repositoryId, name: "refs/heads/work", oid };
  expect(await mutate(bob, "createRef", input)).toMatchObject({ type: "FORBIDDEN" });
  const made = await mutate(eve, "createRef", input, "ref { id name prefix target { oid } }");
  expect(made.ref).toMatchObject({ name: "work", prefix: "refs/heads/", target: { oid } });
  expect(await mutate(eve, "createRef", input)).toMatchObject({ message: "Reference already exists" });
  expect(await mutate(eve, "createRef", { ...input, name: "work" })).toMatchObject({ type: "UNPROCESSABLE" });
  const { body } = await rest("PUT /repos/acme/data/contents/b.txt", { message: "b", content: "Yg==" });
  const refId = made.ref.id;
  const moved = await mutate(eve, "updateRef", { refId, oid: body.commit.sha }, "ref { target { oid } }");
  expect(moved.ref.target.oid).toBe(body.commit.sha);
  expect(await mutate(eve, "updateRef", { refId, oid })).toMatchObject({
    message: "Update is not a fast forward",
  });
  expect((await mutate(eve, "updateRef", { refId, oid, force: true }, "ref { name }")).ref.name).toBe("work");
  expect(await mutate(eve, "deleteRef", { refId })).toEqual({ clientMutationId: null });
  expect(await mutate(eve, "deleteRef", { refId })).toMatchObject({ type: "NOT_FOUND" });
});

test("a comment is hidden and shown again by those who may triage", async () => {
  const { body: comments } = await rest("GET /repos/acme/data/issues/1/comments");
  const subjectId = comments[0].node_id;
  const tim = askAs(github, github.tokenFor("tim"));
  const input = { subjectId, classifier: "OFF_TOPIC" };
  const hidden = "minimizedComment { isMinimized minimizedReason viewerCanMinimize }";
  expect(await mutate(bob, "minimizeComment", input)).toMatchObject({ type: "FORBIDDEN" });
  expect(await mutate(tim, "minimizeComment", input, hidden)).toEqual({
    minimizedComment: { isMinimized: true, minimizedReason: "off-topic", viewerCanMinimize: true },
  });
  const { body } = await rest("GET /repos/acme/data/issues/1/comments");
  expect(body[0]).toMatchObject({ minimized: { reason: "off-topic" }, updated_at: comments[0].updated_at });
  const shown = "unminimizedComment { isMinimized minimizedReason }";
  expect(await mutate(tim, "unminimizeComment", { subjectId }, shown)).toEqual({
    unminimizedComment: { isMinimized: false, minimizedReason: null },
  });
});

test("a repository is made by a member whose token may, and by nobody else", async () => {
  const { data } = await ada('{ organization(login: "acme") { id } }');
  const input = { name: "new", visibility: "PRIVATE", ownerId: data.organization.id, description: "Fresh" };
  const shown = "repository { nameWithOwner visibility description isEmpty hasIssuesEnabled hasWikiEnabled }";
  expect(await mutate(eve, "createRepository", input)).toMatchObject({ type: "FORBIDDEN" });
  const weak = askAs(github, github.tokenFor({ user: "bob", scopes: ["public_repo"] }));
  expect(await mutate(weak, "createRepository", input)).toMatchObject({
    type: "INSUFFICIENT_SCOPES",
    message: expect.stringContaining("['public_repo', 'repo']"),
  });
  const robot = askAs(github, github.tokenFor({ app: "robot", account: "acme" }));
  expect(await mutate(robot, "createRepository", input)).toMatchObject({ type: "FORBIDDEN" });
  expect(await mutate(bob, "createRepository", input, shown)).toEqual({
    repository: {
      nameWithOwner: "acme/new",
      visibility: "PRIVATE",
      description: "Fresh",
      isEmpty: true,
      hasIssuesEnabled: true,
      hasWikiEnabled: false,
    },
  });
  expect(await mutate(bob, "createRepository", input)).toMatchObject({ type: "UNPROCESSABLE" });
  const own = { name: "mine", visibility: "PUBLIC" };
  expect((await mutate(weak, "createRepository", own, shown)).repository.nameWithOwner).toBe("bob/mine");
});

test("teams are told to members of the organisation, secret ones to those in them and to owners", async () => {
  for (const [name, privacy] of [
    ["Core", "closed"],
    ["Spies", "secret"],
  ])
    await rest("POST /orgs/acme/teams", { name, privacy });
  await rest("PUT /orgs/acme/teams/core/memberships/bob", { role: "member" });
  await rest("PUT /orgs/acme/teams/core/repos/acme/hidden", { permission: "push" });
  const query =
    '{ organization(login: "acme") { teams(first: 5) { nodes { slug privacy combinedSlug members(first: 5) { edges { role node { login } } } repositories(first: 5) { edges { permission node { name } } } } } spies: team(slug: "spies") { name } } }';
  const seen = async (asker: Asker) => {
    const { data } = await asker(query);
    return [data.organization.teams.nodes.map(({ slug }: { slug: string }) => slug), data.organization.spies];
  };
  expect(await seen(ada)).toEqual([["core", "spies"], { name: "Spies" }]);
  expect(await seen(bob)).toEqual([["core"], null]);
  expect(await seen(eve)).toEqual([[], null]);
  const { data } = await bob(query);
  expect(data.organization.teams.nodes[0]).toMatchObject({
    privacy: "VISIBLE",
    combinedSlug: "acme/core",
    members: { edges: expect.arrayContaining([{ role: "MEMBER", node: { login: "bob" } }]) },
    repositories: { edges: [{ permission: "WRITE", node: { name: "hidden" } }] },
  });
  const own = async (role: string) => {
    const mine = await bob(
      `{ organization(login: "acme") { teams(first: 5, role: ${role}) { nodes { slug } } } }`,
    );
    return mine.data.organization.teams.nodes;
  };
  expect(await own("MEMBER")).toEqual([{ slug: "core" }]);
  expect(await own("ADMIN")).toEqual([]);
});

test("a classic token without `read:org` is told which scope the field wants", async () => {
  const weak = askAs(github, github.tokenFor({ user: "ada", scopes: ["repo"] }));
  const { data, errors } = await weak(
    '{ viewer { login } organization(login: "acme") { team(slug: "x") { name } } }',
  );
  expect(data).toEqual({ viewer: { login: "ada" }, organization: { team: null } });
  expect(errors).toEqual([
    expect.objectContaining({
      type: "INSUFFICIENT_SCOPES",
      path: ["organization", "team"],
      message:
        "Your token has not been granted the required scopes to execute this query. The 'team' field requires one of the following scopes: ['read:org', 'read:discussion'], but your token has only been granted the: ['repo'] scopes. Please modify your token's scopes at: https://github.com/settings/tokens.",
    }),
  ]);
});

test("the id of a secret team leads nowhere for those who may not see it", async () => {
  await rest("POST /orgs/acme/teams", { name: "Spies", privacy: "secret" });
  const { data } = await ada('{ organization(login: "acme") { team(slug: "spies") { id } } }');
  const { id } = data.organization.team;
  const node = "query($id: ID!) { node(id: $id) { ... on Team { slug } } }";
  expect((await ada(node, { id })).data.node).toEqual({ slug: "spies" });
  expect((await bob(node, { id })).errors?.[0]).toMatchObject({ type: "NOT_FOUND" });
});

test("members who hide are told to members only", async () => {
  const members =
    '{ organization(login: "acme") { membersWithRole(first: 5) { totalCount edges { role } } } }';
  expect((await bob(members)).data.organization.membersWithRole).toEqual({
    totalCount: 2,
    edges: [{ role: "ADMIN" }, { role: "MEMBER" }],
  });
  const outside = (await eve(members)).data.organization.membersWithRole;
  const { body } = await callAs(github, github.tokenFor("eve"))("GET /orgs/acme/members");
  expect(outside.totalCount).toBe(body.length);
  expect(outside.totalCount).toBeLessThan(2);
});

test("somebody's repositories are those that they own or work in, as far as one may see them", async () => {
  await rest("PUT /repos/acme/hidden/collaborators/bob", { permission: "push" });
  const list = async (asker: Asker, login: string, args = "") => {
    const { data } = await asker(
      `{ repositoryOwner(login: "${login}") { repositories(first: 9 ${args}) { nodes { nameWithOwner } } } }`,
    );
    return data.repositoryOwner.repositories.nodes.map((row: { nameWithOwner: string }) => row.nameWithOwner);
  };
  expect(await list(eve, "eve")).toEqual(["acme/data"]);
  expect(await list(eve, "eve", "ownerAffiliations: [OWNER]")).toEqual([]);
  expect(await list(bob, "bob", "ownerAffiliations: [ORGANIZATION_MEMBER]")).toContain("acme/data");
  expect(await list(ada, "acme")).toEqual(["acme/data", "acme/hidden"]);
  expect(await list(ada, "acme", "privacy: PRIVATE")).toEqual(["acme/hidden"]);
  expect(await list(ada, "acme", "visibility: PUBLIC")).toEqual(["acme/data"]);
  expect(await list(eve, "acme")).toEqual(["acme/data"]);
  expect((await eve('{ repositoryOwner(login: "nobody") { login } }')).data).toEqual({
    repositoryOwner: null,
  });
});

test("fields of one name on issues and pull requests are merged though their types differ, as GitHub does", async () => {
  const { data, errors } = await ada(
    '{ repository(owner: "acme", name: "data") { it: issueOrPullRequest(number: 1) { ... on Issue { state } ... on PullRequest { state } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.repository.it).toEqual({ state: "OPEN" });
  const wrong = await ada("{ viewer { it: login it: name } }");
  expect(wrong.errors?.[0]?.message).toMatch(/are different fields/u);
});
