/**
 * @module What protection of branches is, and what it refuses over the REST API. Merges have a file of their own.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { type Guarded, openProtection, startGuarded } from "./guarded.ts";

let guarded: Guarded;
let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let first: string;
let second: string;

beforeEach(async () => {
  guarded = await startGuarded();
  ({ github, ada, bob, first, second } = guarded);
});
afterEach(() => github.close());

const protect = (settings: object) => guarded.protect(settings);

const update = (by: Caller) => by("PUT /repos/acme/data/contents/new", { message: "m", content: "" });
const force = (by: Caller) => by("PATCH /repos/acme/data/git/refs/heads/main", { sha: first, force: true });

test("protection is put, shown and taken away, by administrators alone", async () => {
  const route = "/repos/acme/data/branches/main/protection";
  expect(await ada(`GET ${route}`)).toMatchObject({ status: 404, body: { message: "Branch not protected" } });
  await protect({
    required_status_checks: { strict: true, contexts: ["build"] },
    required_pull_request_reviews: {
      required_approving_review_count: 2,
      require_last_push_approval: true,
      dismissal_restrictions: { users: ["bob"], teams: [] },
      bypass_pull_request_allowances: { teams: ["core"] },
    },
    restrictions: { users: ["bob"], teams: ["core"], apps: ["robot"] },
  });
  expect((await ada(`GET ${route}`)).body).toMatchObject({
    required_status_checks: { strict: true, checks: [{ context: "build" }] },
    required_pull_request_reviews: {
      required_approving_review_count: 2,
      require_last_push_approval: true,
      dismissal_restrictions: { users: [{ login: "bob" }] },
      bypass_pull_request_allowances: { users: [], teams: [{ slug: "core" }] },
    },
    restrictions: { users: [{ login: "bob" }], teams: [{ slug: "core" }], apps: [{ slug: "robot" }] },
    enforce_admins: { enabled: false },
  });
  expect((await bob("GET /repos/acme/data/branches/main")).body.protected).toBe(true);
  const branchesBy = async (wanted: string) =>
    (await bob(`GET /repos/acme/data/branches?protected=${wanted}`)).body.length;
  expect([await branchesBy("true"), await branchesBy("false")]).toEqual([1, 0]);
  expect([await branchesBy(""), await branchesBy("yes")]).toEqual([1, 1]);
  await ada(`DELETE ${route}`);
  expect([await branchesBy("true"), await branchesBy("false"), await branchesBy("")]).toEqual([0, 1, 1]);
  expect((await ada(`PUT ${route}`, openProtection)).status).toBe(200);
  expect((await bob(`GET ${route}`)).status).toBe(403);
  expect((await ada(`DELETE ${route}`)).status).toBe(204);
  expect((await ada(`GET ${route}`)).status).toBe(404);
});

test("a person's repository takes no restrictions", async () => {
  const body = { ...openProtection, restrictions: { users: ["ada"], teams: [] } };
  expect((await ada("PUT /repos/ada/own/branches/main/protection", body)).status).toBe(422);
});

test("a protected branch is neither forced nor deleted, not even by administrators", async () => {
  await protect({});
  expect((await update(bob)).status).toBe(201);
  expect(await force(ada)).toMatchObject({
    status: 422,
    body: {
      message:
        "Protected branch update failed for refs/heads/main\n\nCannot force-push to this protected branch",
    },
  });
  await protect({ allow_force_pushes: true });
  expect((await force(ada)).status).toBe(200);
});

test("where pull requests are required, only administrators who are not bound write directly", async () => {
  await protect({ required_pull_request_reviews: {} });
  expect(await update(bob)).toMatchObject({
    status: 409,
    body: { message: "Could not update file: Changes must be made through a pull request." },
  });
  const robot = callAs(github, github.tokenFor({ app: "robot", account: "acme" }));
  expect((await update(robot)).status).toBe(409);
  expect((await update(ada)).status).toBe(201);
  await protect({ required_pull_request_reviews: {}, enforce_admins: true });
  expect((await ada("PUT /repos/acme/data/contents/more", { message: "m", content: "" })).status).toBe(409);
});

test("those who may bypass pull requests write directly", async () => {
  await protect({ required_pull_request_reviews: { bypass_pull_request_allowances: { apps: ["robot"] } } });
  const robot = callAs(github, github.tokenFor({ app: "robot", account: "acme" }));
  expect((await update(bob)).status).toBe(409);
  expect((await update(robot)).status).toBe(201);
});

test("restrictions let in those whom they name", async () => {
  await protect({ restrictions: { users: [], teams: ["core"], apps: [] }, enforce_admins: true });
  const cyd = callAs(github, github.tokenFor("cyd"));
  expect((await update(cyd)).status).toBe(409);
  expect((await update(ada)).status).toBe(409);
  expect((await update(bob)).status).toBe(201);
});

test("a linear history takes no merge commits", async () => {
  await protect({ required_linear_history: true, enforce_admins: true });
  const { body: tree } = await ada(`GET /repos/acme/data/git/trees/${second}`);
  const make = async (parents: readonly string[]) =>
    (await ada("POST /repos/acme/data/git/commits", { message: "m", tree: tree.sha, parents })).body.sha;
  const merge = await make([second, await make([first])]);
  const refused = await ada("PATCH /repos/acme/data/git/refs/heads/main", { sha: merge });
  expect(refused.body.message).toContain("This branch must not contain merge commits.");
  const plain = await make([second]);
  expect((await ada("PATCH /repos/acme/data/git/refs/heads/main", { sha: plain })).status).toBe(200);
});
