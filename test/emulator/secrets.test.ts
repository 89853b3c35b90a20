/**
 * @module Secrets and variables of Actions: sealed by whoever sets them, opened by the emulator for assertions.
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
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: { "acme/data": {}, "acme/other": {} },
    },
    limits: false,
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

const secrets = "/repos/acme/data/actions/secrets";
const variables = "/repos/acme/data/actions/variables";

async function sealed(value: string | Uint8Array, place = secrets) {
  const { body } = await ada(`GET ${place}/public-key`);
  const box = await sealTo(Buffer.from(body.key, "base64"), Buffer.from(value));
  return { encrypted_value: Buffer.from(box).toString("base64"), key_id: body.key_id };
}

test("a secret is set, replaced, listed without its value, and removed", async () => {
  expect((await ada(`PUT ${secrets}/Deploy_Key`, await sealed("one"))).status).toBe(201);
  expect((await ada(`PUT ${secrets}/deploy_key`, await sealed("zwei 🎉"))).status).toBe(204);
  expect(github.state.secrets.all()).toMatchObject([{ name: "DEPLOY_KEY", value: "zwei 🎉" }]);
  const { body } = await ada(`GET ${secrets}`);
  expect(body).toMatchObject({ total_count: 1, secrets: [{ name: "DEPLOY_KEY" }] });
  expect(JSON.stringify(body)).not.toContain("zwei");
  expect((await ada(`GET ${secrets}/DEPLOY_KEY`)).status).toBe(200);
  expect((await ada(`DELETE ${secrets}/deploy_key`)).status).toBe(204);
  expect((await ada(`GET ${secrets}/DEPLOY_KEY`)).status).toBe(404);
});

test("what is not sealed to the key that is named is refused", async () => {
  const right = await sealed("one");
  const put = (body: unknown) => ada(`PUT ${secrets}/KEY`, body);
  expect((await put({ ...right, key_id: "1" })).status).toBe(422);
  expect((await put({ ...right, encrypted_value: "not base64!" })).status).toBe(422);
  expect((await put({ ...right, encrypted_value: Buffer.from("plain").toString("base64") })).status).toBe(
    422,
  );
  await ada("GET /repos/acme/other/actions/secrets/public-key");
  const foreign = await sealed("one", "/repos/acme/other/actions/secrets");
  expect((await put({ ...foreign, key_id: right.key_id })).status).toBe(422);
  expect((await put({ key_id: right.key_id })).status).toBe(422);
  expect(github.state.secrets.all()).toEqual([]);
});

test("names are letters, digits and underscores, and not GitHub's own", async () => {
  const body = await sealed("one");
  for (const name of ["1ST", "A-B", "A%20B", "GITHUB_TOKEN", "github_x", "%C3%84"]) {
    expect([name, (await ada(`PUT ${secrets}/${name}`, body)).status]).toEqual([name, 422]);
    const decoded = decodeURIComponent(name);
    expect((await ada(`POST ${variables}`, { name: decoded, value: "x" })).status).toBe(422);
  }
});

test("a secret holds 48 KB, and a repository 100 of them", async () => {
  expect((await ada(`PUT ${secrets}/LARGE`, await sealed("x".repeat(49_152)))).status).toBe(201);
  expect((await ada(`PUT ${secrets}/LARGER`, await sealed("x".repeat(49_153)))).status).toBe(422);
  const body = await sealed("one");
  for (let at = 1; at < 100; at++) await ada(`PUT ${secrets}/S${at}`, body);
  expect((await ada(`PUT ${secrets}/ONE_MORE`, body)).status).toBe(422);
  expect((await ada(`PUT ${secrets}/S1`, body)).status).toBe(204);
  expect((await ada(`GET ${secrets}?per_page=100`)).body).toMatchObject({ total_count: 100 });
});

test("secrets and variables are for those who may write", async () => {
  expect((await bob(`GET ${secrets}`)).status).toBe(403);
  expect((await bob(`PUT ${secrets}/KEY`, await sealed("one"))).status).toBe(403);
  expect((await callAs(github)(`GET ${variables}`)).status).toBe(401);
  const job = callAs(github, github.tokenFor({ actions: "acme/data" }));
  expect((await job(`GET ${secrets}`)).status).toBe(403);
});

test("a variable is made, changed, renamed and removed", async () => {
  expect((await ada(`POST ${variables}`, { name: "stage", value: "test" })).status).toBe(201);
  expect((await ada(`POST ${variables}`, { name: "STAGE", value: "test" })).status).toBe(409);
  expect((await ada(`GET ${variables}/Stage`)).body).toMatchObject({ name: "STAGE", value: "test" });
  expect((await ada(`PATCH ${variables}/stage`, { name: "level", value: "live" })).status).toBe(204);
  expect((await ada(`GET ${variables}`)).body).toMatchObject({
    total_count: 1,
    variables: [{ name: "LEVEL", value: "live" }],
  });
  expect((await ada(`DELETE ${variables}/LEVEL`)).status).toBe(204);
  expect((await ada(`DELETE ${variables}/LEVEL`)).status).toBe(404);
});

test("an organisation's secrets are for all of its repositories, or for selected ones", async () => {
  const place = "/orgs/acme/actions/secrets";
  const { id } = github.state.repositories.all()[1]!;
  const share = { visibility: "selected", selected_repository_ids: [id] };
  expect((await ada(`PUT ${place}/KEY`, { ...(await sealed("one", place)), ...share })).status).toBe(201);
  expect((await ada(`GET ${place}/KEY`)).body).toMatchObject({ visibility: "selected" });
  expect((await ada(`GET ${place}/KEY/repositories`)).body).toMatchObject({
    repositories: [{ full_name: "acme/other" }],
  });
  const shown = async (name: string) =>
    (await ada(`GET /repos/acme/${name}/actions/organization-secrets`)).body.total_count;
  expect([await shown("data"), await shown("other")]).toEqual([0, 1]);
  const first = github.state.repositories.all()[0]!.id;
  expect((await ada(`PUT ${place}/KEY/repositories/${first}`)).status).toBe(204);
  expect((await ada(`DELETE ${place}/KEY/repositories/${id}`)).status).toBe(204);
  expect([await shown("data"), await shown("other")]).toEqual([1, 0]);
  expect((await ada(`PUT ${place}/KEY/repositories`, { selected_repository_ids: [] })).status).toBe(204);
  expect((await ada(`GET ${place}/KEY/repositories`)).body.total_count).toBe(0);
  expect((await bob(`GET ${place}`)).status).toBe(404);
  const variable = { name: "STAGE", value: "test", visibility: "all" };
  expect((await ada("POST /orgs/acme/actions/variables", variable)).status).toBe(201);
  const { body } = await ada("GET /repos/acme/data/actions/organization-variables");
  expect(body).toMatchObject({ total_count: 1, variables: [{ name: "STAGE", value: "test" }] });
  const refused = await ada("PUT /orgs/acme/actions/variables/STAGE/repositories", {
    selected_repository_ids: [],
  });
  expect(refused.status).toBe(409);
  expect((await ada("PATCH /orgs/acme/actions/variables/STAGE", { value: "live" })).status).toBe(204);
  expect((await ada("GET /orgs/acme/actions/variables/STAGE")).body).toMatchObject({
    value: "live",
    visibility: "all",
  });
});

test("a classic token needs the scope for organisations' secrets and variables", async () => {
  const blind = callAs(github, github.tokenFor({ user: "ada", scopes: ["repo"] }));
  const seeing = callAs(github, github.tokenFor({ user: "ada", scopes: ["admin:org"] }));
  for (const kind of ["secrets", "variables"]) {
    expect((await blind(`GET /orgs/acme/actions/${kind}`)).status).toBe(404);
    expect((await seeing(`GET /orgs/acme/actions/${kind}`)).status).toBe(200);
  }
});
