/**
 * @module Environments of repositories: their rules as they are kept, their secrets and variables.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { sealTo } from "../../src/crypto/sealed-box.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin" }, teams: { core: {} } } },
      repositories: { "acme/data": {}, "acme/hidden": { visibility: "private" } },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

const environments = "/repos/acme/data/environments";

test("an environment is made, replaced as a whole, listed and removed, whatever its name's case", async () => {
  const { id: reviewer } = github.state.accounts.find("login", "ada")!;
  const [team] = github.state.teams.all();
  const made = await ada(`PUT ${environments}/Live%20%2F%20eu`, {
    wait_timer: 30,
    prevent_self_review: true,
    reviewers: [
      { type: "User", id: reviewer },
      { type: "Team", id: team!.id },
    ],
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
  });
  expect(made).toMatchObject({
    status: 200,
    body: {
      name: "Live / eu",
      protection_rules: [
        { type: "wait_timer", wait_timer: 30 },
        {
          type: "required_reviewers",
          prevent_self_review: true,
          reviewers: [
            { type: "User", reviewer: { login: "ada" } },
            { type: "Team", reviewer: { slug: "core" } },
          ],
        },
        { type: "branch_policy" },
      ],
      deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
    },
  });
  const replaced = await ada(`PUT ${environments}/live%20%2f%20EU`);
  expect(replaced.body).toMatchObject({ id: made.body.id, name: "Live / eu", protection_rules: [] });
  expect((await ada(`GET ${environments}/LIVE%20%2F%20EU`)).body).toEqual(replaced.body);
  expect((await bob(`GET ${environments}`)).body).toEqual({ total_count: 1, environments: [replaced.body] });
  expect((await ada(`DELETE ${environments}/Live%20%2F%20eu`)).status).toBe(204);
  expect((await ada(`GET ${environments}/Live%20%2F%20eu`)).status).toBe(404);
  expect((await ada(`DELETE ${environments}/Live%20%2F%20eu`)).status).toBe(404);
});

test("only administrators make one, and only who may see the repository reads it", async () => {
  expect((await bob(`PUT ${environments}/live`)).status).toBe(403);
  await ada("PUT /repos/acme/hidden/environments/live");
  expect((await bob("GET /repos/acme/hidden/environments/live")).status).toBe(404);
});

test("rules that cannot be are refused", async () => {
  const status = async (body: unknown, name = "live") =>
    (await ada(`PUT ${environments}/${name}`, body)).status;
  expect(await status({ wait_timer: 43_201 })).toBe(422);
  expect(await status({ wait_timer: -1 })).toBe(422);
  expect(await status({ reviewers: [{ type: "User", id: 1 }] })).toBe(422);
  expect(await status({ reviewers: [{ type: "Team", id: 1_001 }] })).toBe(422);
  const both = { protected_branches: true, custom_branch_policies: true };
  expect(await status({ deployment_branch_policy: both })).toBe(422);
  expect(await status({ wait: 1 })).toBe(422);
  expect(await status({}, "x".repeat(256))).toBe(422);
  expect(await status({}, "%20live")).toBe(422);
  expect(await status({}, "a%0Ab")).toBe(422);
  expect(github.state.environments.all()).toEqual([]);
});

test("an environment has secrets, sealed to a key of its own, and variables", async () => {
  await ada(`PUT ${environments}/Live`);
  const at = `${environments}/Live`;
  const { body: key } = await ada(`GET ${at}/secrets/public-key`);
  const { body: other } = await ada("GET /repos/acme/data/actions/secrets/public-key");
  expect(key.key).not.toBe(other.key);
  const box = await sealTo(Buffer.from(key.key, "base64"), Buffer.from("open sesame"));
  const sealed = { encrypted_value: Buffer.from(box).toString("base64"), key_id: key.key_id };
  expect((await ada(`PUT ${at}/secrets/door`, sealed)).status).toBe(201);
  expect((await ada(`PUT ${environments}/live/secrets/DOOR`, sealed)).status).toBe(204);
  expect((await ada(`GET ${at}/secrets`)).body).toMatchObject({
    total_count: 1,
    secrets: [{ name: "DOOR" }],
  });
  expect((await ada(`GET ${at}/secrets/door`)).body).not.toHaveProperty("value");
  expect(github.state.secrets.all()).toMatchObject([{ name: "DOOR", value: "open sesame" }]);
  expect((await ada("GET /repos/acme/data/actions/secrets")).body.total_count).toBe(0);
  expect((await ada(`POST ${at}/variables`, { name: "color", value: "red" })).status).toBe(201);
  expect((await ada(`POST ${at}/variables`, { name: "color", value: "red" })).status).toBe(409);
  expect((await ada(`PATCH ${at}/variables/color`, { value: "blue" })).status).toBe(204);
  expect((await ada(`GET ${at}/variables/color`)).body).toMatchObject({ name: "COLOR", value: "blue" });
  expect((await ada(`GET ${at}/variables`)).body.total_count).toBe(1);
  expect((await bob(`GET ${at}/variables`)).status).toBe(403);
  expect((await ada(`DELETE ${at}/variables/color`)).status).toBe(204);
  expect((await ada(`DELETE ${at}/secrets/door`)).status).toBe(204);
  expect((await ada(`GET ${environments}/other/secrets`)).status).toBe(404);
});

test("a removed environment takes its secrets and variables along, and so does its repository", async () => {
  for (const [method, path] of [
    ["DELETE", `${environments}/live`],
    ["DELETE", "/repos/acme/data"],
  ]) {
    await ada(`PUT ${environments}/live`);
    await ada(`POST ${environments}/live/variables`, { name: "color", value: "red" });
    await ada(`GET ${environments}/live/secrets/public-key`);
    expect((await ada(`${method} ${path}`)).status).toBe(204);
    const { variables, sealingKeys, environments: rows } = github.state;
    expect([...variables.all(), ...sealingKeys.all(), ...rows.all()]).toEqual([]);
  }
});
