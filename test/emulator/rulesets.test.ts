/**
 * @module What rulesets are, and what they refuse over the REST API.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import type { Caller } from "./call.ts";
import { type Guarded, startGuarded } from "./guarded.ts";

let guarded: Guarded;
let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let first: string;

beforeEach(async () => {
  guarded = await startGuarded();
  ({ github, ada, bob, first } = guarded);
});
afterEach(() => github.close());

const rule = (...rules: readonly object[]) => guarded.rule(...rules);

const update = (by: Caller) => by("PUT /repos/acme/data/contents/new", { message: "m", content: "" });
const force = (by: Caller) => by("PATCH /repos/acme/data/git/refs/heads/main", { sha: first, force: true });

test("rulesets are created, shown, updated and deleted", async () => {
  const id = await rule({ type: "deletion" }, { type: "non_fast_forward" });
  const route = `/repos/acme/data/rulesets/${id}`;
  expect((await ada("GET /repos/acme/data/rulesets")).body).toMatchObject([{ id, enforcement: "active" }]);
  expect((await bob(`GET ${route}`)).body.bypass_actors).toBeUndefined();
  expect((await bob("GET /repos/acme/data/rules/branches/main")).body).toMatchObject([
    { type: "deletion", ruleset_id: id },
    { type: "non_fast_forward" },
  ]);
  expect((await bob("GET /repos/acme/data/rules/branches/release/1")).body).toHaveLength(2);
  expect((await bob("GET /repos/acme/data/rules/branches/release/1/x")).body).toEqual([]);
  expect((await force(ada)).body.message).toContain("Cannot force-push to this branch");
  const off = await ada(`PUT ${route}`, { enforcement: "disabled" });
  expect(off.body).toMatchObject({ enforcement: "disabled", rules: [{ type: "deletion" }, {}] });
  expect((await force(ada)).status).toBe(200);
  expect((await ada(`DELETE ${route}`)).status).toBe(204);
  expect((await ada(`GET ${route}`)).status).toBe(404);
});

test("a ruleset holds for administrators, too, unless they may bypass it", async () => {
  const id = await rule({ type: "update" });
  expect((await update(ada)).status).toBe(409);
  const role = { actor_id: 5, actor_type: "RepositoryRole" };
  await ada(`PUT /repos/acme/data/rulesets/${id}`, {
    bypass_actors: [{ ...role, bypass_mode: "pull_request" }],
  });
  expect((await update(ada)).status).toBe(409);
  await ada(`PUT /repos/acme/data/rulesets/${id}`, { bypass_actors: [{ ...role, bypass_mode: "always" }] });
  expect((await update(ada)).status).toBe(201);
  expect((await bob("PUT /repos/acme/data/contents/x", { message: "m", content: "" })).status).toBe(409);
});

test("rulesets match names as Ruby does, however many stars there are", async () => {
  const include = [`refs/heads/${"**/".repeat(40)}z`, "refs/heads/v?.*", "refs/heads/a**/b"];
  await ada("POST /repos/acme/data/rulesets", {
    name: "Stars",
    enforcement: "active",
    conditions: { ref_name: { include, exclude: ["refs/heads/no/**/z"] } },
    rules: [{ type: "deletion" }],
  });
  const matched = async (branch: string) =>
    (await bob(`GET /repos/acme/data/rules/branches/${branch}`)).body.length === 1;
  for (const branch of ["z", "a/z", "a/b/c/z", "v1.2", "ax/b"]) {
    expect([branch, await matched(branch)]).toEqual([branch, true]);
  }
  for (const branch of [`${"a/".repeat(40)}y`, "az", "a/zz", "v10.2", "v1.2/x", "ax/y/b", "no/a/z"]) {
    expect([branch, await matched(branch)]).toEqual([branch, false]);
  }
});

test("creations are refused by name", async () => {
  await rule({ type: "creation" });
  const create = (name: string) =>
    ada("POST /repos/acme/data/git/refs", { ref: `refs/heads/${name}`, sha: first });
  expect((await create("release/1")).body.message).toContain(
    "Cannot create ref due to creations being restricted.",
  );
  expect((await create("topic")).status).toBe(201);
});

test("rules for tags leave branches alone", async () => {
  await ada("POST /repos/acme/data/rulesets", {
    name: "Tags",
    target: "tag",
    enforcement: "active",
    conditions: { ref_name: { include: ["~ALL"], exclude: ["refs/tags/nightly"] } },
    rules: [{ type: "deletion" }],
  });
  for (const ref of ["refs/tags/v1", "refs/tags/nightly", "refs/heads/v1"])
    await ada("POST /repos/acme/data/git/refs", { ref, sha: first });
  const refused = await ada("DELETE /repos/acme/data/git/refs/tags/v1");
  expect(refused.body.message).toContain("Cannot delete this tag");
  expect((await ada("DELETE /repos/acme/data/git/refs/tags/nightly")).status).toBe(204);
  expect((await ada("DELETE /repos/acme/data/git/refs/heads/v1")).status).toBe(204);
});

test("a rule that nobody enforces is not taken", async () => {
  const body = { name: "x", enforcement: "active", rules: [{ type: "required_signatures" }] };
  expect((await ada("POST /repos/acme/data/rulesets", body)).status).toBe(501);
});

test("a branch is not renamed past the rulesets for its old name and its new one", async () => {
  const id = await rule({ type: "creation" }, { type: "deletion" });
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/topic", sha: first });
  const rename = (branch: string, name: string) =>
    ada(`POST /repos/acme/data/branches/${branch}/rename`, { new_name: name });
  expect(await rename("main", "trunk")).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining("Cannot delete this branch") },
  });
  expect(await rename("topic", "release/1")).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining("Cannot create ref due to creations being restricted.") },
  });
  await ada(`PUT /repos/acme/data/rulesets/${id}`, { enforcement: "disabled" });
  expect((await rename("topic", "release/1")).status).toBe(201);
});
