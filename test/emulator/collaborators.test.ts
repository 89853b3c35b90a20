/**
 * @module Who may do what in a repository of the emulator: collaborators, roles and invitations over the REST API.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs, type Reply } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let eve: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {}, eve: {}, kim: {} },
      organizations: {
        acme: {
          members: { ada: "admin", bob: "member" },
          basePermission: "none",
          teams: { core: { members: ["bob"], repositories: { data: "triage" } } },
        },
      },
      repositories: {
        "acme/data": { visibility: "private", collaborators: { kim: "maintain" } },
        "acme/open": {},
        "eve/own": {},
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  eve = callAs(github, github.tokenFor("eve"));
});
afterEach(() => github.close());

const logins = ({ body }: Reply): string[] => (body as { login: string }[]).map(({ login }) => login);

test.each([
  ["ada", "admin", "admin"],
  ["kim", "write", "maintain"],
  ["bob", "read", "triage"],
  ["eve", "none", "none"],
])("the permission of %s is %s, the role %s", async (login, permission, role) => {
  const { body } = await ada(`GET /repos/acme/data/collaborators/${login}/permission`);
  expect(body).toMatchObject({ permission, role_name: role, user: { login, role_name: role } });
});

test("strangers read a public repository, and who is nobody has no permission", async () => {
  expect((await ada("GET /repos/acme/open/collaborators/eve/permission")).body).toMatchObject({
    permission: "read",
    role_name: "read",
  });
  expect((await ada("GET /repos/acme/open/collaborators/nobody-at-all/permission")).status).toBe(404);
  expect((await eve("GET /repos/acme/open/collaborators/eve/permission")).status).toBe(403);
  expect((await eve("GET /repos/acme/data/collaborators/eve/permission")).status).toBe(404);
  expect((await callAs(github)("GET /repos/acme/open/collaborators/eve/permission")).status).toBe(401);
});

test("collaborators are listed by what they may do and how they came", async () => {
  expect(logins(await ada("GET /repos/acme/data/collaborators"))).toEqual(["ada", "bob", "kim"]);
  expect(logins(await ada("GET /repos/acme/data/collaborators?permission=push"))).toEqual(["ada", "kim"]);
  expect(logins(await ada("GET /repos/acme/data/collaborators?affiliation=direct"))).toEqual(["kim"]);
  expect(logins(await ada("GET /repos/acme/data/collaborators?affiliation=outside"))).toEqual(["kim"]);
  expect(logins(await eve("GET /repos/eve/own/collaborators"))).toEqual(["eve"]);
  expect((await bob("GET /repos/acme/data/collaborators")).status).toBe(403);
  expect((await ada("GET /repos/acme/data/collaborators?permission=rule")).status).toBe(422);
  expect((await ada("GET /repos/acme/data/collaborators/bob")).status).toBe(204);
  expect((await ada("GET /repos/acme/data/collaborators/eve")).status).toBe(404);
  expect((await ada("GET /repos/acme/open/collaborators/eve")).status).toBe(404);
});

test("an outsider is asked, and comes in by saying yes", async () => {
  const asked = await ada("PUT /repos/acme/data/collaborators/eve", { permission: "triage" });
  expect(asked).toMatchObject({
    status: 201,
    body: { permissions: "triage", invitee: { login: "eve" }, inviter: { login: "ada" }, expired: false },
  });
  expect((await ada("PUT /repos/acme/data/collaborators/eve", { permission: "push" })).body).toMatchObject({
    id: asked.body.id,
    permissions: "write",
  });
  expect((await ada("GET /repos/acme/data/invitations")).body).toHaveLength(1);
  const change = { permissions: "triage" };
  expect((await ada(`PATCH /repos/acme/data/invitations/${asked.body.id}`, change)).body.permissions).toBe(
    "triage",
  );
  expect((await eve("GET /repos/acme/data")).status).toBe(404);
  expect((await bob(`PATCH /user/repository_invitations/${asked.body.id}`)).status).toBe(404);
  expect((await eve("GET /user/repository_invitations")).body).toMatchObject([{ id: asked.body.id }]);
  expect((await eve(`PATCH /user/repository_invitations/${asked.body.id}`)).status).toBe(204);
  expect((await eve(`PATCH /user/repository_invitations/${asked.body.id}`)).status).toBe(404);
  expect((await eve("GET /repos/acme/data")).body.permissions).toMatchObject({ triage: true, push: false });
  expect((await ada("PUT /repos/acme/data/collaborators/eve", { permission: "admin" })).status).toBe(204);
  expect((await eve("GET /repos/acme/data")).body.permissions.admin).toBe(true);
});

test("an invitation is declined, taken back, or too old", async () => {
  const ask = async () => (await ada("PUT /repos/acme/data/collaborators/eve")).body.id as number;
  expect((await eve(`DELETE /user/repository_invitations/${await ask()}`)).status).toBe(204);
  const second = await ask();
  expect((await ada(`DELETE /repos/acme/data/invitations/${second}`)).status).toBe(204);
  expect((await eve(`PATCH /user/repository_invitations/${second}`)).status).toBe(404);
  const third = await ask();
  github.clock.advance(7 * 24 * 3_600_000);
  expect((await eve(`PATCH /user/repository_invitations/${third}`)).status).toBe(404);
  expect((await eve("GET /user/repository_invitations")).body).toEqual([]);
  expect((await ada("GET /repos/acme/data/invitations")).body).toMatchObject([{ expired: true }]);
});

test("members of the organisation come in at once, owners and nobodies not at all", async () => {
  expect((await ada("PUT /repos/acme/data/collaborators/bob", { permission: "maintain" })).status).toBe(204);
  expect((await ada("GET /repos/acme/data/collaborators/bob/permission")).body.role_name).toBe("maintain");
  expect((await ada("PUT /repos/acme/data/collaborators/bob", { permission: "rule" })).status).toBe(422);
  expect((await ada("PUT /repos/acme/data/collaborators/nobody-at-all")).status).toBe(404);
  expect((await ada("PUT /repos/acme/data/collaborators/acme")).status).toBe(404);
  expect(await eve("PUT /repos/eve/own/collaborators/eve")).toMatchObject({
    status: 422,
    body: { errors: [{ message: "Repository owner cannot be a collaborator" }] },
  });
  expect((await bob("PUT /repos/acme/open/collaborators/eve")).status).toBe(403);
});

test("whoever is taken off loses access and assignments; everybody may go", async () => {
  await ada("POST /repos/acme/data/issues", { title: "x", assignees: ["kim", "bob"] });
  expect((await bob("DELETE /repos/acme/data/collaborators/kim")).status).toBe(403);
  const kim = callAs(github, github.tokenFor("kim"));
  expect((await kim("DELETE /repos/acme/data/collaborators/kim")).status).toBe(204);
  expect((await kim("GET /repos/acme/data")).status).toBe(404);
  expect((await ada("GET /repos/acme/data/issues/1")).body.assignees).toMatchObject([{ login: "bob" }]);
});

test("an invitation that is accepted late gives nothing that stays when the collaborator is removed", async () => {
  const { body: asked } = await ada("PUT /repos/acme/data/collaborators/eve", { permission: "push" });
  await ada("PUT /orgs/acme/memberships/eve");
  await eve("PATCH /user/memberships/orgs/acme", { state: "active" });
  expect((await ada("PUT /repos/acme/data/collaborators/eve", { permission: "pull" })).status).toBe(204);
  expect((await ada("GET /repos/acme/data/invitations")).body).toEqual([]);
  expect((await eve(`PATCH /user/repository_invitations/${asked.id}`)).status).toBe(404);
  expect((await ada("DELETE /repos/acme/data/collaborators/eve")).status).toBe(204);
  expect((await eve("GET /repos/acme/data")).status).toBe(404);
});

test("whoever is a collaborator twice is none when removed once", async () => {
  const { collaborators } = github.state;
  const known = collaborators.all()[0]!;
  collaborators.put({ ...known, id: collaborators.nextId() });
  await ada("DELETE /repos/acme/data/collaborators/kim");
  const kim = callAs(github, github.tokenFor("kim"));
  expect((await kim("GET /repos/acme/data")).status).toBe(404);
});

test("a fine-grained token answers invitations only with the permission for it", async () => {
  const { body: asked } = await ada("PUT /repos/acme/data/collaborators/eve");
  const fine = (permissions: Record<string, string>) =>
    callAs(github, github.tokenFor({ user: "eve", permissions }));
  const path = `/user/repository_invitations/${asked.id}`;
  expect(await fine({})(`PATCH ${path}`)).toMatchObject({
    status: 403,
    body: { message: "Resource not accessible by personal access token" },
  });
  expect((await fine({})(`DELETE ${path}`)).status).toBe(403);
  expect((await fine({})("GET /user/repository_invitations")).status).toBe(403);
  const reader = fine({ administration: "read" });
  expect((await reader("GET /user/repository_invitations")).body).toHaveLength(1);
  expect((await reader(`PATCH ${path}`)).status).toBe(403);
  expect((await fine({ administration: "write" })(`PATCH ${path}`)).status).toBe(204);
});

test("maintainers change what a repository says of itself and how it is merged, and none of its other settings", async () => {
  const kim = callAs(github, github.tokenFor("kim"));
  const edit = {
    description: "Rows",
    homepage: "https://example.com",
    has_wiki: false,
    allow_rebase_merge: false,
  };
  expect(await kim("PATCH /repos/acme/data", edit)).toMatchObject({ status: 200, body: edit });
  expect((await kim("PUT /repos/acme/data/topics", { names: ["rows"] })).body).toEqual({ names: ["rows"] });
  for (const setting of [{ private: false }, { archived: true }, { has_issues: false }, { name: "other" }])
    expect((await kim("PATCH /repos/acme/data", { ...edit, ...setting })).status).toBe(403);
  expect((await kim("GET /repos/acme/data")).body).toMatchObject({ private: true, archived: false });
});
