/**
 * @module GitHub Apps against the emulator: how they say who they are, where they are installed, what their tokens can.
 */
import { createHmac, createPublicKey, createSign, generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let key: string;
let appId: number;
let clientId: string;
let app: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin" } }, globex: { members: { bob: "admin" } } },
      repositories: {
        "acme/data": {},
        "acme/secret": { visibility: "private" },
        "globex/site": {},
        "ada/own": {},
      },
      apps: {
        bot: {
          owner: "acme",
          permissions: { issues: "write", contents: "read" },
          installations: { acme: ["data"], globex: "all" },
        },
        other: { owner: "bob", installations: { ada: "all" } },
      },
    },
  });
  ({ privateKey: key, appId, clientId } = github.appCredentials("bot"));
  app = callAs(github, signed({}));
});
afterEach(() => github.close());

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const seconds = () => Math.floor(github.clock.now() / 1000);

function signed(claims: Record<string, unknown>, privateKey = key, alg = "RS256"): string {
  const text = `${base64({ alg, typ: "JWT" })}.${base64({ iat: seconds() - 60, exp: seconds() + 540, iss: appId, ...claims })}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
}

const statusWith = async (token: string) => (await callAs(github, token)("GET /app")).status;
const installationOn = (login: string) =>
  github.state.installations
    .all()
    .find(({ accountId }) => github.state.accounts.get(accountId)?.login === login)!;

test("an app signs in with its id as a number, as text, or with its client id", async () => {
  for (const iss of [appId, String(appId), clientId]) {
    const reply = await callAs(github, signed({ iss }))("GET /app");
    expect(reply).toMatchObject({ status: 200, body: { slug: "bot", installations_count: 2 } });
  }
});

test("a token that was not signed with the app's key is refused", async () => {
  const { privateKey: wrong } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  expect(await statusWith(signed({}, wrong))).toBe(401);
  const claims = base64({ iat: seconds(), exp: seconds() + 60, iss: appId });
  const none = `${base64({ alg: "none", typ: "JWT" })}.${claims}`;
  expect(await statusWith(`${none}.`)).toBe(401);
  expect(await statusWith(`${none}.AAAA`)).toBe(401);
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" });
  const text = `${base64({ alg: "HS256", typ: "JWT" })}.${claims}`;
  expect(
    await statusWith(`${text}.${createHmac("sha256", publicKey).update(text).digest("base64url")}`),
  ).toBe(401);
  expect(await statusWith(signed({ iss: 1 }))).toBe(401);
  // Nobody has asked for the other app's key: nothing can be signed with it.
  const other = github.state.apps.find("slug", "other")!.id;
  expect(await statusWith(signed({ iss: other }))).toBe(401);
});

test("a token counts from a minute before its time to ten minutes after, by the emulator's clock", async () => {
  expect(await statusWith(signed({ exp: seconds() + 1_200 }))).toBe(401);
  expect(await statusWith(signed({ iat: seconds() + 300 }))).toBe(401);
  expect(await statusWith(signed({ exp: seconds() - 1 }))).toBe(401);
  expect(await statusWith(signed({ exp: "soon" }))).toBe(401);
  expect(await statusWith(signed({ exp: seconds() + 600 }))).toBe(200);
  expect(await statusWith(signed({ exp: seconds() + 660 }))).toBe(401);
  expect(await statusWith(signed({ iat: seconds() + 30 }))).toBe(401);
  expect(await statusWith(signed({ exp: seconds() + 100.5 }))).toBe(401);
  expect(await statusWith(signed({ iat: seconds() - 100.5 }))).toBe(401);
  const jwt = signed({});
  expect(await statusWith(jwt)).toBe(200);
  github.clock.advance(600_000);
  expect(await statusWith(jwt)).toBe(401);
  expect(await statusWith(signed({}))).toBe(200);
});

test("an app finds its installations, and no other's", async () => {
  const { body } = await app("GET /app/installations");
  expect(body.map((one: { account: { login: string } }) => one.account.login)).toEqual(["acme", "globex"]);
  expect((await app("GET /orgs/acme/installation")).body).toMatchObject({ repository_selection: "selected" });
  expect((await app("GET /users/globex/installation")).status).toBe(200);
  expect((await app("GET /repos/acme/data/installation")).status).toBe(200);
  expect((await app("GET /repos/acme/secret/installation")).status).toBe(404);
  expect((await app(`GET /app/installations/${installationOn("ada").id}`)).status).toBe(404);
  expect((await app("GET /orgs/nowhere/installation")).status).toBe(404);
  expect((await callAs(github)("GET /apps/bot")).body).not.toHaveProperty("installations_count");
  expect((await callAs(github, github.tokenFor("ada"))("GET /app")).status).toBe(401);
});

test("a token is for what the installation was given, or less", async () => {
  const { id } = installationOn("acme");
  const path = `POST /app/installations/${id}/access_tokens`;
  const all = await app(path);
  expect(all).toMatchObject({ status: 201, body: { permissions: { issues: "write", contents: "read" } } });
  expect(all.body.token).toMatch(new RegExp(`^ghs_${appId}_eyJ[\\w.-]+$`, "u"));
  expect(all.body.token.length).toBeGreaterThan(400);
  expect(Date.parse(all.body.expires_at) - github.clock.now()).toBeGreaterThan(3_590_000);
  const less = await app(path, { repositories: ["data"], permissions: { issues: "read" } });
  expect(less.body).toMatchObject({
    permissions: { issues: "read" },
    repository_selection: "selected",
    repositories: [{ full_name: "acme/data" }],
  });
  const reader = callAs(github, less.body.token);
  expect((await reader("GET /repos/acme/data/issues")).status).toBe(200);
  expect((await reader("POST /repos/acme/data/issues", { title: "No" })).status).toBe(403);
  expect((await app(path, { permissions: { contents: "write" } })).status).toBe(422);
  expect((await app(path, { permissions: { administration: "read" } })).status).toBe(422);
  expect((await app(path, { repositories: ["secret"] })).status).toBe(422);
  expect((await app(path, { repository_ids: [1] })).status).toBe(422);
});

test("an installation's token sees its repositories for an hour, or until it is revoked", async () => {
  const { body } = await app(`POST /app/installations/${installationOn("acme").id}/access_tokens`);
  const bot = callAs(github, body.token);
  expect((await bot("GET /installation/repositories")).body).toMatchObject({
    total_count: 1,
    repositories: [{ full_name: "acme/data" }],
  });
  expect((await bot("GET /repos/acme/secret/issues")).status).toBe(404);
  const created = await bot("POST /repos/acme/data/issues", { title: "Hello" });
  expect(created.body).toMatchObject({ user: { login: "bot[bot]", type: "Bot" } });
  expect((await bot("DELETE /installation/token")).status).toBe(204);
  expect((await bot("GET /installation/repositories")).status).toBe(401);
  const again = callAs(github, github.tokenFor({ app: "bot", account: "acme" }));
  expect((await again("GET /installation/repositories")).status).toBe(200);
  github.clock.advance(3_600_000);
  expect((await again("GET /installation/repositories")).status).toBe(401);
});

test("a suspended installation's tokens do nothing until it is taken back", async () => {
  const { id } = installationOn("globex");
  const bot = callAs(github, github.tokenFor({ app: "bot", account: "globex" }));
  expect((await app(`PUT /app/installations/${id}/suspended`)).status).toBe(204);
  expect((await bot("GET /installation/repositories")).status).toBe(403);
  expect((await app(`POST /app/installations/${id}/access_tokens`)).status).toBe(403);
  expect((await app(`GET /app/installations/${id}`)).body.suspended_at).not.toBeNull();
  expect((await app(`DELETE /app/installations/${id}/suspended`)).status).toBe(204);
  expect((await bot("GET /installation/repositories")).status).toBe(200);
});

test("an installation that is deleted is gone with its tokens: 204, and 202 in the newer version", async () => {
  const bot = callAs(github, github.tokenFor({ app: "bot", account: "acme" }));
  const { id } = installationOn("acme");
  expect((await app(`DELETE /app/installations/${id}`)).status).toBe(204);
  expect((await bot("GET /installation/repositories")).status).toBe(401);
  expect((await app(`GET /app/installations/${id}`)).status).toBe(404);
  const newer = { "x-github-api-version": "2026-03-10" };
  expect((await app("GET /app", undefined, newer)).status).toBe(200);
  expect((await app("GET /app/installations", undefined, newer)).status).toBe(200);
  const { id: other } = installationOn("globex");
  expect((await app(`GET /app/installations/${other}`, undefined, newer)).status).toBe(200);
  const token = await app(
    `POST /app/installations/${other}/access_tokens`,
    { repositories: ["site"] },
    newer,
  );
  expect(token.status).toBe(201);
  const path = `DELETE /app/installations/${other}`;
  expect((await app(path, undefined, newer)).status).toBe(202);
});
