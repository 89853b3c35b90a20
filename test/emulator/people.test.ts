/**
 * @module People, organisations, their members and teams, as the emulator's REST API shows them.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs, type Reply } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let eve: Caller;
let bot: Caller;
let nobody: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: { name: "Ada L.", email: "ada@example.com" }, bob: {}, eve: {} },
      organizations: { acme: { members: { ada: "admin", bob: "member" }, basePermission: "none" } },
      repositories: { "acme/data": { visibility: "private" }, "eve/own": {} },
      apps: {
        bot: { permissions: { members: "write", administration: "write" }, installations: { acme: "all" } },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  eve = callAs(github, github.tokenFor("eve"));
  bot = callAs(github, github.tokenFor({ app: "bot", account: "acme", permissions: { members: "read" } }));
  nobody = callAs(github);
});
afterEach(() => github.close());

const logins = ({ body }: Reply): string[] => (body as { login: string }[]).map(({ login }) => login);

test("everybody sees their own account, apps have none", async () => {
  expect((await ada("GET /user")).body).toMatchObject({
    login: "ada",
    name: "Ada L.",
    plan: { name: "free" },
  });
  const reader = callAs(github, github.tokenFor({ user: "ada", scopes: ["repo"] }));
  expect((await reader("GET /user")).body).not.toHaveProperty("plan");
  expect((await nobody("GET /user")).status).toBe(401);
  expect(await bot("GET /user")).toMatchObject({
    status: 403,
    body: { message: "Resource not accessible by integration" },
  });
});

test("accounts are found by login, whatever its case, and by id", async () => {
  const { body } = await nobody("GET /users/ADA");
  expect(body).toMatchObject({ login: "ada", type: "User" });
  expect((await nobody(`GET /user/${body.id}`)).body).toEqual(body);
  expect((await nobody("GET /users/acme")).body.type).toBe("Organization");
  expect((await nobody("GET /users/bot[bot]")).body.type).toBe("Bot");
  for (const path of ["/users/nobody-at-all", "/user/1", "/user/x", "/users/%00"])
    expect((await nobody(`GET ${path}`)).status).toBe(404);
});

test("the list of all accounts goes on after an id", async () => {
  const first = await nobody("GET /users?per_page=2");
  expect(logins(first)).toEqual(["ada", "bob"]);
  const next = /<([^>]+)>; rel="next"/u.exec(first.headers.get("link") ?? "")?.[1];
  const second = await nobody(`GET ${next?.slice(github.url.length)}`);
  expect(logins(second)).toEqual(["eve", "acme"]);
  const last = await nobody("GET /users?per_page=100");
  expect(last.headers.get("link")).toBe(`<${github.url}/users{?since}>; rel="first"`);
});

test("an organisation shows its settings to its owners only", async () => {
  expect((await ada("GET /orgs/acme")).body.default_repository_permission).toBe("none");
  expect((await bob("GET /orgs/acme")).body).not.toHaveProperty("default_repository_permission");
  expect((await nobody("GET /orgs/ada")).status).toBe(404);
});

test("who belongs to an organisation is told to members, to others what is public", async () => {
  expect(logins(await bob("GET /orgs/acme/members"))).toEqual(["ada", "bob"]);
  expect(logins(await bob("GET /orgs/acme/members?role=admin"))).toEqual(["ada"]);
  expect(logins(await bot("GET /orgs/acme/members"))).toEqual(["ada", "bob"]);
  expect(logins(await eve("GET /orgs/acme/members"))).toEqual([]);
  expect((await bob("PUT /orgs/acme/public_members/ada")).status).toBe(403);
  expect((await bob("PUT /orgs/acme/public_members/bob")).status).toBe(204);
  expect(logins(await eve("GET /orgs/acme/members"))).toEqual(["bob"]);
  expect(logins(await nobody("GET /orgs/acme/public_members"))).toEqual(["bob"]);
  expect((await ada("GET /orgs/acme/members/bob")).status).toBe(204);
  expect((await ada("GET /orgs/acme/members/eve")).status).toBe(404);
  const sent = await eve("GET /orgs/acme/members/bob");
  expect(sent.status).toBe(302);
  expect(sent.headers.get("location")).toBe(`${github.url}/orgs/acme/public_members/bob`);
  expect((await eve("GET /orgs/acme/public_members/bob")).status).toBe(204);
  expect((await eve("GET /orgs/acme/public_members/ada")).status).toBe(404);
  expect(logins(await eve("GET /users/bob/orgs"))).toEqual(["acme"]);
  expect((await bob("DELETE /orgs/acme/public_members/bob")).status).toBe(204);
  expect(logins(await eve("GET /users/bob/orgs"))).toEqual([]);
});

test("a person becomes a member by saying yes, and leaves with all access", async () => {
  expect((await bob("PUT /orgs/acme/memberships/eve", {})).status).toBe(403);
  expect((await bot("PUT /orgs/acme/memberships/eve", {})).status).toBe(403);
  expect((await ada("PUT /orgs/acme/memberships/eve", { role: "admin" })).body).toMatchObject({
    state: "pending",
    role: "admin",
    user: { login: "eve" },
  });
  expect((await eve("GET /repos/acme/data")).status).toBe(404);
  expect((await eve("GET /user/memberships/orgs?state=pending")).body).toHaveLength(1);
  expect((await eve("PATCH /user/memberships/orgs/acme", { state: "active" })).body.state).toBe("active");
  expect((await eve("GET /repos/acme/data")).status).toBe(200);
  expect((await eve("GET /orgs/acme/memberships/eve")).body).toMatchObject({
    state: "active",
    role: "admin",
  });
  expect(logins(await eve("GET /user/orgs"))).toEqual(["acme"]);
  expect((await ada("PUT /orgs/acme/memberships/eve", { role: "member" })).body.role).toBe("member");
  expect((await ada("DELETE /orgs/acme/members/eve")).status).toBe(204);
  expect((await ada("DELETE /orgs/acme/members/eve")).status).toBe(404);
  expect((await eve("GET /repos/acme/data")).status).toBe(404);
  expect((await ada("PUT /orgs/acme/memberships/eve", { role: "king" })).status).toBe(422);
  expect((await ada("PUT /orgs/acme/memberships/acme")).status).toBe(404);
});

test("an invitation that is taken back is none", async () => {
  await ada("PUT /orgs/acme/memberships/eve");
  expect((await ada("DELETE /orgs/acme/memberships/eve")).status).toBe(204);
  expect((await eve("PATCH /user/memberships/orgs/acme", { state: "active" })).status).toBe(404);
});

test("a token without the scope does not tell of organisations", async () => {
  const blind = callAs(github, github.tokenFor({ user: "bob", scopes: ["repo"] }));
  expect((await blind("GET /user/orgs")).status).toBe(403);
  expect((await blind("GET /orgs/acme/teams")).status).toBe(404);
  expect(logins(await blind("GET /orgs/acme/members"))).toEqual([]);
});

test("a team gives its members what it may do in a repository", async () => {
  const made = await ada("POST /orgs/acme/teams", { name: "Core Team", privacy: "closed" });
  expect(made).toMatchObject({ status: 201, body: { slug: "core-team", members_count: 1, repos_count: 0 } });
  expect(await ada("POST /orgs/acme/teams", { name: "core team" })).toMatchObject({
    status: 422,
    body: { errors: [{ resource: "Team", field: "name", code: "already_exists" }] },
  });
  expect((await bob("GET /repos/acme/data")).status).toBe(404);
  const repository = "/orgs/acme/teams/core-team/repos/acme/data";
  expect((await ada(`GET ${repository}`)).status).toBe(404);
  expect((await ada(`PUT ${repository}`, { permission: "triage" })).status).toBe(204);
  expect((await ada(`PUT ${repository}`, { permission: "rule" })).status).toBe(422);
  expect((await ada(`GET ${repository}`)).status).toBe(204);
  const shown = await ada(`GET ${repository}`, undefined, {
    accept: "application/vnd.github.v3.repository+json",
  });
  expect(shown.body).toMatchObject({ role_name: "triage", permissions: { triage: true, push: false } });
  expect((await ada("GET /orgs/acme/teams/core-team/repos")).body).toMatchObject([
    { full_name: "acme/data" },
  ]);
  const membership = "/orgs/acme/teams/core-team/memberships/bob";
  expect((await ada(`GET ${membership}`)).status).toBe(404);
  expect((await bob(`PUT ${membership}`)).status).toBe(403);
  expect((await ada(`PUT ${membership}`)).body).toMatchObject({ role: "member", state: "active" });
  expect((await ada(`GET ${membership}`)).status).toBe(200);
  expect((await bob("GET /repos/acme/data")).body.permissions).toMatchObject({ triage: true, push: false });
  expect(logins(await ada("GET /orgs/acme/teams/core-team/members?role=member"))).toEqual(["bob"]);
  expect((await bob("GET /user/teams")).body).toMatchObject([{ slug: "core-team" }]);
  expect((await ada(`DELETE ${membership}`)).status).toBe(204);
  expect((await bob("GET /repos/acme/data")).status).toBe(404);
  expect((await ada(`DELETE ${repository}`)).status).toBe(204);
  expect((await ada(`GET ${repository}`)).status).toBe(404);
});

test("a stranger who is put into a team is asked to join the organisation first", async () => {
  await ada("POST /orgs/acme/teams", { name: "core" });
  expect((await ada("PUT /orgs/acme/teams/core/memberships/eve")).body.state).toBe("pending");
  await eve("PATCH /user/memberships/orgs/acme", { state: "active" });
  expect((await ada("GET /orgs/acme/teams/core/memberships/eve")).body.state).toBe("active");
});

test("a team is made without people and repositories where null is sent for them", async () => {
  const made = await ada("POST /orgs/acme/teams", { name: "core", maintainers: null, repo_names: null });
  expect(made.status).toBe(201);
  // But for who has made it.
  expect(logins(await ada("GET /orgs/acme/teams/core/members"))).toEqual(["ada"]);
  expect((await ada("GET /orgs/acme/teams/core/repos")).body).toEqual([]);
});

test("a secret team is there for those who are in it", async () => {
  await ada("POST /orgs/acme/teams", { name: "hidden" });
  expect((await ada("GET /orgs/acme/teams")).body).toMatchObject([{ slug: "hidden", privacy: "secret" }]);
  expect((await bob("GET /orgs/acme/teams")).body).toEqual([]);
  expect((await bob("GET /orgs/acme/teams/hidden")).status).toBe(404);
  expect((await eve("GET /orgs/acme/teams")).status).toBe(404);
});

test("a team is renamed, put below another one, and removed with what is below it", async () => {
  const { body: top } = await ada("POST /orgs/acme/teams", { name: "top", privacy: "closed" });
  await ada("POST /orgs/acme/teams", { name: "low", parent_team_id: top.id });
  expect((await ada("GET /orgs/acme/teams/low")).body.parent).toMatchObject({ slug: "top" });
  expect((await ada("PATCH /orgs/acme/teams/top", { parent_team_slug: "low" })).status).toBe(422);
  expect((await ada("PATCH /orgs/acme/teams/low", { name: "Lower" })).body.slug).toBe("lower");
  expect((await bob("DELETE /orgs/acme/teams/top")).status).toBe(403);
  expect((await ada("DELETE /orgs/acme/teams/top")).status).toBe(204);
  expect((await ada("GET /orgs/acme/teams")).body).toEqual([]);
});

test("those in a team may do what the team above it may do", async () => {
  const { body: top } = await ada("POST /orgs/acme/teams", { name: "top", privacy: "closed" });
  await ada("POST /orgs/acme/teams", { name: "low", parent_team_id: top.id });
  await ada("PUT /orgs/acme/teams/top/repos/acme/data", { permission: "push" });
  expect((await bob("GET /repos/acme/data")).status).toBe(404);
  await ada("PUT /orgs/acme/teams/low/memberships/bob");
  expect((await bob("GET /repos/acme/data")).body.permissions).toMatchObject({ push: true });
});

test("an app gives a team access to a repository only if it may administer that", async () => {
  await ada("POST /orgs/acme/teams", { name: "core", privacy: "closed" });
  const app = (permissions: Record<string, string>) =>
    callAs(github, github.tokenFor({ app: "bot", account: "acme", permissions }));
  const give = "PUT /orgs/acme/teams/core/repos/acme/data";
  expect((await app({ members: "write" })(give)).status).toBe(403);
  expect((await app({ members: "read", administration: "write" })(give)).status).toBe(403);
  expect((await app({ members: "write", administration: "write" })(give)).status).toBe(204);
});

test("a team that is to have a repository that is not there is not made", async () => {
  const refused = await ada("POST /orgs/acme/teams", {
    name: "core",
    repo_names: ["acme/data", "acme/nothing"],
  });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: "repo_names" }] } });
  expect((await ada("GET /orgs/acme/teams")).body).toEqual([]);
});

test("who puts a team below another one maintains that, or owns the organisation", async () => {
  const { body: core } = await ada("POST /orgs/acme/teams", { name: "core", privacy: "closed" });
  await ada("PUT /orgs/acme/teams/core/repos/acme/data", { permission: "admin" });
  const mine = { name: "mine", privacy: "closed" };
  expect((await bob("POST /orgs/acme/teams", { ...mine, parent_team_id: core.id })).status).toBe(403);
  expect((await bob("POST /orgs/acme/teams", { ...mine, parent_team_slug: "core" })).status).toBe(403);
  expect((await bob("POST /orgs/acme/teams", mine)).status).toBe(201);
  expect((await bob("PATCH /orgs/acme/teams/mine", { parent_team_id: core.id })).status).toBe(403);
  expect((await bob("GET /repos/acme/data")).status).toBe(404);
  await ada("PATCH /orgs/acme/teams/mine", { parent_team_id: core.id });
  expect((await bob("PATCH /orgs/acme/teams/mine", { parent_team_id: core.id })).status).toBe(200);
  await ada("PUT /orgs/acme/teams/core/memberships/bob", { role: "maintainer" });
  expect((await bob("POST /orgs/acme/teams", { name: "next", parent_team_id: core.id })).status).toBe(201);
});

test("a team that one may not see is no parent", async () => {
  const { body: hidden } = await ada("POST /orgs/acme/teams", { name: "hidden" });
  const ids = [hidden.id, 999_999_999];
  const refused = ids.map((id) => bob("POST /orgs/acme/teams", { name: "mine", parent_team_id: id }));
  const [known, unknown] = await Promise.all(refused);
  expect(known).toMatchObject({ status: 422, body: unknown!.body });
  const bySlug = { name: "mine", parent_team_slug: "hidden" };
  expect((await bob("POST /orgs/acme/teams", bySlug)).status).toBe(422);
});

test("a team's repositories are listed for those who may see them", async () => {
  await ada("POST /orgs/acme/teams", { name: "core", privacy: "closed" });
  await ada("PUT /orgs/acme/teams/core/repos/acme/data", { permission: "push" });
  expect((await bob("GET /orgs/acme/teams/core/repos")).body).toEqual([]);
  await ada("PUT /orgs/acme/teams/core/memberships/bob");
  expect((await bob("GET /orgs/acme/teams/core/repos")).body).toMatchObject([{ full_name: "acme/data" }]);
});

test("only owners ask strangers to come into a team", async () => {
  await bob("POST /orgs/acme/teams", { name: "mine" });
  const membership = "/orgs/acme/teams/mine/memberships/eve";
  expect((await bob(`PUT ${membership}`)).status).toBe(403);
  expect((await bob("POST /orgs/acme/teams", { name: "other", maintainers: ["eve"] })).status).toBe(403);
  expect((await ada("GET /orgs/acme/teams/other")).status).toBe(404);
  expect((await eve("GET /user/memberships/orgs")).body).toEqual([]);
  expect((await ada(`PUT ${membership}`)).body.state).toBe("pending");
});

test("a fine-grained token tells of its person what it was given the permissions for", async () => {
  await ada("PUT /orgs/acme/memberships/eve");
  const fine = (permissions: Record<string, string>) =>
    callAs(github, github.tokenFor({ user: "eve", permissions }));
  const accept = ["PATCH /user/memberships/orgs/acme", { state: "active" }] as const;
  for (const route of ["GET /user/teams", "GET /user/memberships/orgs", "GET /user/memberships/orgs/acme"]) {
    const refused = await fine({ issues: "write" })(route);
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-accepted-github-permissions")).toBe("members=read");
    expect((await fine({ members: "read" })(route)).status).toBe(200);
  }
  expect((await fine({ members: "read" })(...accept)).status).toBe(403);
  expect((await fine({ members: "write" })(...accept)).status).toBe(200);
  expect((await fine({ issues: "write" })("GET /user")).body).not.toHaveProperty("plan");
  expect((await fine({ plan: "read" })("GET /user")).body).toHaveProperty("plan");
});
