/**
 * @module A GitHub App's credentials against the emulator, which checks each token as GitHub does.
 */
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCheckedGitHub } from "../../../test/emulator/checked-github.ts";
import type { EmulatedGitHub } from "../../emulator/start-github.ts";
import { HubsteadError } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import { type AppTokenOptions, createAppTokenSource } from "./app-tokens.ts";
import type { Credential } from "./token-source.ts";

const lookup = "apps/get-user-installation";
const minting = "apps/create-installation-access-token";
const acme = { owner: "acme", repo: "data", path: "/repos/acme/data" };
const globex = { owner: "globex", repo: "site", path: "/repos/globex/site" };
const minute = 60_000;

let github: EmulatedGitHub;
let credentials: ReturnType<EmulatedGitHub["appCredentials"]>;
let aheadMs: number;
let sleptMs: number;
const clock: GitHubClock = {
  now: () => github.clock.now() + aheadMs,
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    sleptMs += ms;
    github.clock.advance(ms);
  },
};

beforeEach(async () => {
  aheadMs = 0;
  sleptMs = 0;
  github = await startCheckedGitHub({
    checksRequests: true,
    clock: () => Date.UTC(2026, 10, 21, 12),
    seed: {
      users: { ada: {} },
      organizations: { acme: { members: { ada: "admin" } }, globex: {}, initech: {} },
      repositories: {
        "acme/data": { visibility: "private" },
        "acme/more": { visibility: "private" },
        "globex/site": {},
        "ada/own": {},
      },
      apps: {
        bot: {
          owner: "acme",
          permissions: { issues: "write", contents: "read" },
          installations: { acme: "all", globex: "all", ada: "all" },
        },
      },
    },
  });
  credentials = github.appCredentials("bot");
});
afterEach(() => github.close());

function sourceWith(options: Partial<AppTokenOptions> = {}) {
  const { appId, privateKey } = credentials;
  return createAppTokenSource({ appId, privateKey, apiUrl: github.url, fetch, clock, ...options });
}

async function statusWith({ authorization = "" }: Credential, path: string, method = "GET"): Promise<number> {
  const body = method === "GET" ? {} : { body: JSON.stringify({ title: "Hello" }) };
  const response = await fetch(github.url + path, { method, headers: { authorization }, ...body });
  await response.arrayBuffer();
  return response.status;
}

async function failure(promise: Promise<unknown>): Promise<HubsteadError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HubsteadError);
  if (!(error instanceof HubsteadError)) throw error;
  expect(error.hint).toBeTruthy();
  expect(`${inspect(error)} ${JSON.stringify(error)}`).not.toMatch(/eyJ|ghs_|BEGIN/u);
  return error;
}

const installationOf = (login: string) =>
  github.state.installations
    .all()
    .find(({ accountId }) => github.state.accounts.get(accountId)?.login === login)!;

function setSuspended(login: string, suspendedAt: number | null): void {
  const installation = installationOf(login);
  github.state.installations.put({ ...installation, suspendedAt });
}

test("twenty cold requests at one time need one look-up and one token", async () => {
  const source = sourceWith();
  const all = await Promise.all(Array.from({ length: 20 }, () => source.credentialFor(acme)));
  expect(new Set(all.map(({ authorization }) => authorization)).size).toBe(1);
  expect(github.requests.names()).toEqual([lookup, minting]);
  expect(all[0]!.principal).toBe(`installation:${installationOf("acme").id}`);
  expect(await statusWith(all[0]!, "/repos/acme/data")).toBe(200);
});

test("each organisation and each person has a token of its own", async () => {
  const source = sourceWith();
  const own = { owner: "ada", repo: "own", path: "/repos/ada/own" };
  const [first, second, third] = await Promise.all(
    [acme, globex, own].map((scope) => source.credentialFor(scope)),
  );
  expect(new Set([first, second, third].map((one) => one?.principal)).size).toBe(3);
  expect(await statusWith(first!, "/repos/acme/data")).toBe(200);
  expect(await statusWith(second!, "/repos/acme/data")).toBe(404);
  expect(await source.credentialFor({ ...acme, owner: "ACME" })).toEqual(first);
  expect(github.requests.count(minting)).toBe(3);
});

test("a token lasts until shortly before its end, by GitHub's clock, however wrong ours is", async () => {
  for (const ahead of [0, 90_000, -90_000, 50 * minute, -50 * minute]) {
    aheadMs = ahead;
    const source = sourceWith();
    const first = await source.credentialFor(acme);
    github.clock.advance(54 * minute);
    expect(await source.credentialFor(acme)).toEqual(first);
    github.clock.advance(2 * minute);
    const second = await source.credentialFor(acme);
    expect(second.authorization).not.toBe(first.authorization);
    expect(second.principal).toBe(first.principal);
    // Both are still good, so neither may turn up in a log.
    expect(source.secrets()).toEqual(
      expect.arrayContaining([first, second].map(({ authorization = "" }) => authorization.split(" ")[1])),
    );
  }
});

test("what only the App itself may ask carries its own token", async () => {
  const source = sourceWith({ apiUrl: `${github.url}/api/v3` });
  const paths = ["/app", "/app/installations", "/orgs/acme/installation", "/repos/acme/data/installation"];
  for (const path of [...paths, "/users/ada/installation", "/api/v3/app"]) {
    const credential = await source.credentialFor({ owner: "acme", path });
    expect(credential.principal).toBe(`app:${credentials.appId}`);
    expect(await statusWith(credential, path), path).toBe(200);
  }
  expect(github.requests.count(minting)).toBe(0);
  for (const path of ["/apps/bot", "/application", "/repos/acme/app", "/orgs/acme/installations"])
    expect((await source.credentialFor({ owner: "acme", path })).principal, path).toMatch(/^installation:/u);
});

test("an App signs in by its client id, and with keys of both forms", async () => {
  const { clientId, privateKey } = credentials;
  const pkcs1 = createPrivateKey(privateKey).export({ type: "pkcs1", format: "pem" }).toString();
  for (const key of [privateKey, pkcs1, pkcs1.replaceAll("\n", "\\n")]) {
    const source = createAppTokenSource({ clientId, privateKey: key, apiUrl: github.url, fetch, clock });
    expect(await statusWith(await source.credentialFor({ path: "/app" }), "/app")).toBe(200);
    expect(source.secrets()).toEqual(expect.arrayContaining([key, pkcs1.trim()]));
  }
});

test("an App asks in either version of the API", async () => {
  for (const apiVersion of ["2022-11-28", "2026-03-10"]) {
    const asked: (string | null)[] = [];
    const source = sourceWith({
      apiVersion,
      async fetch(input, init) {
        asked.push(new Headers(init?.headers).get("x-github-api-version"));
        return await fetch(input, init);
      },
    });
    expect(await statusWith(await source.credentialFor(acme), "/repos/acme/data")).toBe(200);
    expect(asked).toEqual([apiVersion, apiVersion]);
  }
});

test("a request without an owner is the configured organisation's, and never guessed", async () => {
  const scope = { path: "/rate_limit" };
  const error = await failure(sourceWith().credentialFor(scope));
  expect(error).toMatchObject({ code: "invalid_input", data: { path: "GITHUB_ORG" } });
  expect(github.requests.count()).toBe(0);
  const source = sourceWith({ org: "globex" });
  expect((await source.credentialFor(scope)).principal).toBe(`installation:${installationOf("globex").id}`);
  // What anybody may know of a person needs no installation there.
  expect((await source.credentialFor({ owner: "bob", path: "/users/bob" })).principal).toBe(
    `installation:${installationOf("globex").id}`,
  );
  for (const owner of ["../app", "acme/data", "acme?x", "", "acme%2f", "é"])
    expect((await failure(source.credentialFor({ owner, path: "/x" }))).code, owner).toBe("invalid_input");
});

test("where the App is not installed, the error tells where to install it", async () => {
  const source = sourceWith();
  const error = await failure(source.credentialFor({ owner: "initech", path: "/orgs/initech" }));
  expect(error.code).toBe("not_found");
  expect(error.message).toBe(`GitHub App ${credentials.appId} is not installed on initech`);
  expect(error.hint).toMatch(/\/apps\/bot\/installations\/new$/u);
  const asked = github.requests.count();
  // Not asked again at once by each of many requests; but soon.
  expect((await failure(source.credentialFor({ owner: "initech", path: "/orgs/initech" }))).code).toBe(
    "not_found",
  );
  expect(github.requests.count()).toBe(asked);
  github.clock.advance(11_000);
  await failure(source.credentialFor({ owner: "initech", path: "/orgs/initech" }));
  expect(github.requests.count()).toBeGreaterThan(asked);
});

test("a narrowed source can do less, and gives nothing that is the App's own", async () => {
  const source = sourceWith();
  const reader = source.scopedTo({ repositories: ["acme/data"], permissions: { issues: "read" } });
  const credential = await reader.credentialFor(acme);
  expect(credential.principal).toBe((await source.credentialFor(acme)).principal);
  expect(await statusWith(credential, "/repos/acme/data/issues")).toBe(200);
  expect(await statusWith(credential, "/repos/acme/data/issues", "POST")).toBe(403);
  expect(await statusWith(credential, "/repos/acme/more/issues")).toBe(404);
  const token = await reader.tokenFor(acme);
  expect(token).toMatchObject({ permissions: { issues: "read" }, repositorySelection: "selected" });
  expect(Date.parse(token.expiresAt)).toBe(github.clock.now() + 60 * minute);
  expect(github.requests.names().filter((name) => name === lookup)).toHaveLength(1);
  expect(github.requests.count(minting)).toBe(2);
  expect(source.secrets()).toContain(token.token);
  expect((await failure(reader.credentialFor({ path: "/app" }))).code).toBe("forbidden");
  expect((await failure(reader.credentialFor(globex))).code).toBe("forbidden");
  expect(() => reader.scopedTo({ permissions: { issues: "write" } })).toThrow("issues: write");
  expect(() => reader.scopedTo({ permissions: { contents: "read" } })).toThrow("contents: read");
  expect(() => reader.scopedTo({ repositories: ["acme/more"] })).toThrow("acme/more");
  expect(() => source.scopedTo({ repositories: [] })).toThrow("between 1 and 500");
  expect(() => source.scopedTo({ repositories: ["a/b/c"] })).toThrow("no repository's name");
  expect(() => source.scopedTo({ permissions: { issues: "own" } })).toThrow("no level own");
});

test("more than the installation has is forbidden, and the error names what was needed", async () => {
  const source = sourceWith().scopedTo({ permissions: { administration: "write" } });
  const error = await failure(source.credentialFor(acme));
  expect(error).toMatchObject({ code: "forbidden", data: { needed: { administration: "write" } } });
  const other = await failure(
    sourceWith()
      .scopedTo({ repositories: ["nowhere"] })
      .credentialFor(acme),
  );
  expect(other.code).toBe("forbidden");
});

test("a revoked token is replaced once, for all who were refused", async () => {
  const source = sourceWith();
  const first = await source.credentialFor(acme);
  await fetch(`${github.url}/installation/token`, {
    method: "DELETE",
    headers: { authorization: first.authorization! },
  });
  expect(await statusWith(first, "/repos/acme/data")).toBe(401);
  github.clock.advance(minute);
  const renewed = await Promise.all(Array.from({ length: 20 }, () => source.renew(first, acme)));
  expect(new Set(renewed.map((one) => one?.authorization)).size).toBe(1);
  expect(github.requests.count(minting)).toBe(2);
  expect(await statusWith(renewed[0]!, "/repos/acme/data")).toBe(200);
  // One who was refused before hears of the new one.
  expect(await source.renew(first, acme)).toEqual(renewed[0]);
  expect(await source.credentialFor(acme)).toEqual(renewed[0]);
  expect(sleptMs).toBe(0);
  // And GitHub refusing that one too is no reason to go on.
  expect(await source.renew(renewed[0]!, acme)).toBeUndefined();
  expect(github.requests.count(minting)).toBe(2);
  github.clock.advance(2 * minute);
  expect((await source.renew(renewed[0]!, acme))?.authorization).not.toBe(renewed[0]!.authorization);
});

test("a token that is refused right after it was made gets time to become known", async () => {
  const source = sourceWith();
  const first = await source.credentialFor(acme);
  expect((await source.renew(first, acme))?.authorization).not.toBe(first.authorization);
  expect(sleptMs).toBeGreaterThan(0);
});

test("a suspended installation is forbidden until it is unsuspended", async () => {
  const source = sourceWith();
  setSuspended("acme", github.clock.now());
  const error = await failure(source.credentialFor(acme));
  expect(error).toMatchObject({ code: "forbidden", data: { suspended: true } });
  expect((await source.credentialFor(globex)).authorization).toBeTruthy();
  const asked = github.requests.count();
  await failure(source.credentialFor(acme));
  expect(github.requests.count()).toBe(asked);
  setSuspended("acme", null);
  github.clock.advance(11_000);
  expect(await statusWith(await source.credentialFor(acme), "/repos/acme/data")).toBe(200);
});

test("an App that was installed anew, under another number, is found", async () => {
  const source = sourceWith();
  await source.credentialFor(acme);
  const old = installationOf("acme");
  github.state.installations.remove(old.id);
  github.state.installations.put({ ...old, id: old.id + 1_000 });
  github.clock.advance(58 * minute);
  expect((await source.credentialFor(acme)).principal).toBe(`installation:${old.id + 1_000}`);
});

test("our clock is set by GitHub's when GitHub refuses the App for it, once", async () => {
  for (const ahead of [10 * minute, -10 * minute, 24 * 60 * minute, 90_000, -90_000]) {
    aheadMs = ahead;
    github.requests.clear();
    const source = sourceWith();
    expect(await statusWith(await source.credentialFor(acme), "/repos/acme/data")).toBe(200);
    const refused = github.requests.list().filter(({ status }) => status === 401);
    expect(refused.length).toBeLessThanOrEqual(1);
    // The App's own token has the right time from then on.
    expect(await statusWith(await source.credentialFor({ path: "/app" }), "/app")).toBe(200);
  }
});

test("an App's own token that was refused for its times is made anew by GitHub's clock", async () => {
  aheadMs = 20 * minute;
  const source = sourceWith();
  const first = await source.credentialFor({ path: "/app" });
  expect(await statusWith(first, "/app")).toBe(401);
  const second = await source.renew(first, { path: "/app" });
  expect(await statusWith(second!, "/app")).toBe(200);
});

test("a key that is not the App's, and an App that there is not, are told apart", async () => {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const wrongKey = await failure(sourceWith({ privateKey }).credentialFor(acme));
  expect(wrongKey.code).toBe("unauthorized");
  expect(wrongKey.hint).toContain("GITHUB_APP_PRIVATE_KEY");
  const wrongId = await failure(sourceWith({ appId: 999_999 }).credentialFor(acme));
  expect(wrongId.code).toBe("unauthorized");
  expect(wrongId.hint).toContain("GITHUB_APP_ID");
  const renewing = sourceWith({ privateKey });
  const own = await renewing.credentialFor({ path: "/app" });
  expect((await failure(renewing.renew(own, { path: "/app" }))).code).toBe("unauthorized");
  expect(() => sourceWith({ appId: "bot" })).toThrow("a number");
});

test("a token is asked for again where the answer is lost; another refusal is told as it is", async () => {
  github.faults.add({ operation: minting, times: 1, effect: "done", does: { kind: "reset" } });
  github.faults.add({ operation: minting, times: 1, after: 2, does: { kind: "status", status: 502 } });
  const source = sourceWith();
  await source.credentialFor(acme);
  expect(sleptMs).toBe(1_000);
  github.clock.advance(58 * minute);
  expect(await statusWith(await source.credentialFor(acme), "/repos/acme/data")).toBe(200);
  github.faults.add({
    operation: lookup,
    does: { kind: "status", status: 403, headers: { "retry-after": "30" }, body: { message: "slow down" } },
  });
  const limited = await failure(sourceWith().credentialFor(acme));
  expect(limited.code).toBe("rate_limited");
  expect(Date.parse(String(limited.data["retryAt"]))).toBe(github.clock.now() + 30_000);
  github.faults.clear();
  github.faults.add({
    operation: lookup,
    does: { kind: "status", status: 301, headers: { location: "/x" } },
  });
  expect((await failure(sourceWith().credentialFor(acme))).code).toBe("invalid_input");
  github.faults.clear();
  github.faults.add({ operation: lookup, does: { kind: "reset" } });
  expect((await failure(sourceWith().credentialFor(acme))).code).toBe("remote_unavailable");
});

test("while GitHub is down, a token is used to its end", async () => {
  const source = sourceWith();
  const first = await source.credentialFor(acme);
  github.faults.add({ operation: minting, does: { kind: "status", status: 503 } });
  github.clock.advance(57 * minute);
  expect(await source.credentialFor(acme)).toEqual(first);
  github.clock.advance(3 * minute);
  expect((await failure(source.credentialFor(acme))).code).toBe("remote_unavailable");
});

test("one who gives up leaves the others alone; when all have, the question is dropped", async () => {
  const started = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  let signal: AbortSignal | null | undefined;
  const source = sourceWith({
    async fetch(input, init) {
      signal = init?.signal;
      started.resolve();
      await go.promise;
      return await fetch(input, init);
    },
  });
  const [one, two] = [new AbortController(), new AbortController()];
  const first = source.credentialFor(acme, one.signal);
  const second = source.credentialFor(acme, two.signal);
  await started.promise;
  one.abort(new Error("enough"));
  await expect(first).rejects.toThrow("enough");
  expect(signal?.aborted).toBe(false);
  two.abort(new Error("me too"));
  await expect(second).rejects.toThrow("me too");
  expect(signal?.aborted).toBe(true);
  go.resolve();
  expect((await source.credentialFor(acme)).principal).toMatch(/^installation:/u);
});

test("two Apps on two hosts never get each other's token, though their installations have one number", async () => {
  await using other = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {} },
      organizations: { acme: {} },
      apps: { bot: { owner: "acme", permissions: { issues: "write" }, installations: { acme: "all" } } },
    },
  });
  const there = other.appCredentials("bot");
  const elsewhere = createAppTokenSource({
    ...there,
    apiUrl: other.url,
    fetch,
    clock: { ...clock, now: Date.now },
  });
  const here = sourceWith();
  const [first, second] = await Promise.all([here.credentialFor(acme), elsewhere.credentialFor(acme)]);
  expect(first.authorization).not.toBe(second.authorization);
  expect(other.state.tokens.find("token", first.authorization!.split(" ")[1]!)).toBeUndefined();
  // Nor does the App's own token follow where this host leads.
  const before = other.requests.count();
  for (const status of [301, 302, 307, 308]) {
    const headers = { location: `${other.url}/users/acme/installation` };
    github.faults.add({ operation: lookup, times: 1, does: { kind: "status", status, headers } });
    expect((await failure(sourceWith().credentialFor(acme))).code).toBe("invalid_input");
  }
  expect(other.requests.count()).toBe(before);
});

test("a mistake in a fetch is no network that is down", async () => {
  const source = sourceWith({
    fetch: async () => (undefined as unknown as { call(): never }).call(),
  });
  await expect(source.credentialFor(acme)).rejects.toThrow(TypeError);
});
