/**
 * @module Both versions of the API answer what is asked of people and repositories, each as it is described.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;

beforeAll(async () => {
  github = await startCheckedGitHub({
    limits: false,
    seed: {
      users: { ada: {}, bob: {} },
      organizations: {
        acme: {
          members: { ada: "admin" },
          teams: { core: { members: ["ada"], repositories: { data: "maintain" } } },
        },
      },
      repositories: {
        "acme/data": { files: { "a.txt": "a" }, issues: [{ title: "x", assignees: ["ada"] }] },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  await ada("POST /repos/acme/data/milestones", { title: "v1" });
  await ada("PUT /repos/acme/data/collaborators/bob");
});
afterAll(() => github.close());

const paths = [
  "/repos/acme/data",
  "/repos/acme/data/topics",
  "/repos/acme/data/teams",
  "/repos/acme/data/collaborators",
  "/repos/acme/data/collaborators/ada/permission",
  "/repos/acme/data/invitations",
  "/repos/acme/data/milestones",
  "/repos/acme/data/pulls",
  "/orgs/acme",
  "/orgs/acme/repos",
  "/orgs/acme/members",
  "/orgs/acme/memberships/ada",
  "/orgs/acme/teams",
  "/orgs/acme/teams/core",
  "/orgs/acme/teams/core/members",
  "/orgs/acme/teams/core/memberships/ada",
  "/orgs/acme/teams/core/repos",
  "/user",
  "/user/repos",
  "/user/orgs",
  "/user/teams",
  "/user/memberships/orgs",
  "/users",
  "/users/ada",
  "/users/ada/repos",
  "/search/issues?q=x",
  "/search/repositories?q=data",
  "/search/users?q=ada",
];

test.each(paths.flatMap((path) => ["2022-11-28", "2026-03-10"].map((version) => [path, version] as const)))(
  "%s is answered by version %s",
  async (path, version) => {
    const reply = await ada(`GET ${path}`, undefined, { "x-github-api-version": version });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("x-github-api-version-selected")).toBe(version);
  },
);

test("a version that there is not is refused", async () => {
  expect((await ada("GET /user", undefined, { "x-github-api-version": "2021-01-01" })).status).toBe(400);
});

test("who asks comes before which version: wrong credentials are 401, and good ones are told their limits", async () => {
  const version = { "x-github-api-version": "1999-01-01" };
  expect((await callAs(github, "wrong")("GET /user", undefined, version)).status).toBe(401);
  const refused = await ada("GET /user", undefined, version);
  expect([refused.status, refused.headers.get("x-ratelimit-resource")]).toEqual([400, "core"]);
});

test("wrong credentials have chosen no version", async () => {
  const name = "x-github-api-version-selected";
  for (const path of ["/user", "/repos/ada/data"])
    expect((await callAs(github, "wrong")(`GET ${path}`)).headers.get(name)).toBeNull();
  const missing = await callAs(github)("GET /user");
  expect([missing.status, missing.headers.get(name)]).toEqual([401, "2022-11-28"]);
});

test("an Enterprise Server's paths name its version, others do not", async () => {
  const name = "x-github-enterprise-version";
  expect((await ada("GET /api/v3/user")).headers.get(name)).toMatch(/^\d+\.\d+\.\d+$/u);
  expect(
    (await ada("POST /api/graphql", { query: "{ viewer { login } }" })).headers.get(name),
  ).not.toBeNull();
  expect((await ada("GET /user")).headers.get(name)).toBeNull();
});
