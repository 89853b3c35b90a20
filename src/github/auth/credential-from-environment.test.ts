import { generateKeyPairSync } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCheckedGitHub } from "../../../test/emulator/checked-github.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { EmulatedGitHub } from "../../emulator/start-github.ts";
import { HubsteadError } from "../../errors.ts";
import {
  credentialFromEnvironment,
  type Environment,
  type EnvironmentOptions,
} from "./credential-from-environment.ts";

const token = `ghp_${"Ab1".repeat(12)}`;
const other = `ghs_${"Zz9".repeat(12)}`;
const scope = { path: "/user" };
let github: EmulatedGitHub;
let app: { GITHUB_APP_ID: string; GITHUB_APP_PRIVATE_KEY: string; GITHUB_API_URL: string };

beforeEach(async () => {
  github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {} },
      organizations: { acme: {}, globex: {} },
      apps: { bot: { owner: "acme", permissions: { issues: "write" }, installations: { acme: "all" } } },
    },
  });
  const { appId, privateKey } = github.appCredentials("bot");
  app = { GITHUB_APP_ID: String(appId), GITHUB_APP_PRIVATE_KEY: privateKey, GITHUB_API_URL: github.url };
});
afterEach(() => github.close());

const read = (env: Environment, options: Partial<EnvironmentOptions> = {}) =>
  credentialFromEnvironment({ env, fetch, allowInsecureLoopback: true, ...options });

const tokenOf = async (env: Environment): Promise<string | undefined> =>
  (await read(env).source.credentialFor(scope)).authorization?.split(" ")[1];

/** That nothing is said when it is made, and all when it is used. */
async function failureAtCall(
  env: Environment,
  options: Partial<EnvironmentOptions> = {},
): Promise<HubsteadError> {
  const { source } = read({ GITHUB_ORG: "acme", ...env }, options);
  const errors = await Promise.all(
    [source.credentialFor(scope), source.renew({ principal: "x" }, scope)].map((asked) =>
      asked.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
  const error = errors[0];
  expect(error).toBeInstanceOf(HubsteadError);
  if (!(error instanceof HubsteadError)) throw error;
  expect(errors[1]).toMatchObject({ code: error.code });
  expect(error.hint).toBeTruthy();
  expect(`${inspect(error)} ${JSON.stringify(error)}`).not.toMatch(/Ab1|Zz9|BEGIN/u);
  return error;
}

test("a token is taken from GITHUB_TOKEN, and HUBSTEAD_GITHUB_TOKEN wins", async () => {
  expect(await tokenOf({ GITHUB_TOKEN: `${token}\n` })).toBe(token);
  expect(await tokenOf({ HUBSTEAD_GITHUB_TOKEN: other, GITHUB_TOKEN: token })).toBe(other);
  // As a workflow passes a secret on that is not there.
  expect(await tokenOf({ HUBSTEAD_GITHUB_TOKEN: " ", GITHUB_TOKEN: token })).toBe(token);
  expect(read({ HUBSTEAD_GITHUB_TOKEN: other })).toMatchObject({
    label: "HUBSTEAD_GITHUB_TOKEN",
    apiUrl: "https://api.github.com",
  });
});

test("an App wins over a token, by its key as text or in a file", async () => {
  const path = join(temporaryFolder(), "app.pem");
  writeFileSync(path, app.GITHUB_APP_PRIVATE_KEY, { mode: 0o600 });
  const { GITHUB_APP_PRIVATE_KEY: text, ...rest } = app;
  const ways: readonly Environment[] = [
    app,
    { ...rest, HUBSTEAD_GITHUB_APP_PRIVATE_KEY: text.replaceAll("\n", "\\n") },
    { ...rest, GITHUB_APP_PRIVATE_KEY_PATH: path },
    { ...app, GITHUB_APP_PRIVATE_KEY_PATH: "/nowhere.pem" },
  ];
  for (const way of ways) {
    const {
      source,
      org,
      apiUrl,
      label,
      app: own,
    } = read({ ...way, GITHUB_TOKEN: token, GITHUB_ORG: "acme" }, { surroundings: { mountinfo: "" } });
    expect((await source.credentialFor(scope)).principal).toMatch(/^installation:\d+$/u);
    expect({ org, apiUrl, label, own: own !== undefined }).toEqual({
      org: "acme",
      apiUrl: github.url,
      label: `GitHub App ${app.GITHUB_APP_ID} (GITHUB_APP_ID)`,
      own: true,
    });
    expect(source.secrets()).toContain(text.trim());
  }
});

test("an App that is named in part is an error by the name of what is missing, token or not", async () => {
  for (const more of [{}, { GITHUB_TOKEN: token }]) {
    const { GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY } = app;
    const noKey = await failureAtCall({ GITHUB_APP_ID, ...more });
    expect(noKey).toMatchObject({ code: "invalid_input", data: { path: "GITHUB_APP_PRIVATE_KEY" } });
    expect(noKey.message).toContain("GITHUB_APP_ID is set, but neither GITHUB_APP_PRIVATE_KEY nor");
    const noId = await failureAtCall({ HUBSTEAD_GITHUB_APP_PRIVATE_KEY: GITHUB_APP_PRIVATE_KEY, ...more });
    expect(noId).toMatchObject({ code: "invalid_input", data: { path: "GITHUB_APP_ID" } });
    expect(noId.message).toContain("HUBSTEAD_GITHUB_APP_PRIVATE_KEY is set");
  }
});

test("what is wrong with a credential is told by its variable, at the first request", async () => {
  const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  const cases: readonly (readonly [Environment, string])[] = [
    [{ ...app, GITHUB_APP_ID: "my-app" }, "GITHUB_APP_ID"],
    [{ ...app, GITHUB_APP_ID: token }, "GITHUB_APP_ID"],
    [{ ...app, GITHUB_APP_PRIVATE_KEY: "keys/app.pem" }, "GITHUB_APP_PRIVATE_KEY"],
    [
      { ...app, HUBSTEAD_GITHUB_APP_PRIVATE_KEY: short.export({ type: "pkcs8", format: "pem" }).toString() },
      "HUBSTEAD_GITHUB_APP_PRIVATE_KEY",
    ],
    [
      { GITHUB_APP_ID: "12", HUBSTEAD_GITHUB_APP_PRIVATE_KEY_PATH: "/nowhere.pem" },
      "HUBSTEAD_GITHUB_APP_PRIVATE_KEY_PATH",
    ],
    [{ GITHUB_TOKEN: app.GITHUB_APP_PRIVATE_KEY }, "GITHUB_TOKEN"],
    [{ HUBSTEAD_GITHUB_TOKEN: `Bearer ${token}` }, "HUBSTEAD_GITHUB_TOKEN"],
  ];
  for (const [env, name] of cases) {
    const error = await failureAtCall(env);
    expect(error.code, name).toBe("invalid_input");
    expect(error.message, name).toContain(name);
    expect(error.data["path"]).toBe(name);
  }
});

test("a key file that others can read is refused at the first request, and taken when that was put right", async () => {
  const path = join(temporaryFolder(), "app.pem");
  writeFileSync(path, app.GITHUB_APP_PRIVATE_KEY);
  chmodSync(path, 0o644);
  const { GITHUB_APP_PRIVATE_KEY: _, ...rest } = app;
  const env = { ...rest, GITHUB_ORG: "acme", GITHUB_APP_PRIVATE_KEY_PATH: path };
  const { source } = read(env, { surroundings: { mountinfo: "" } });
  await expect(source.credentialFor(scope)).rejects.toMatchObject({
    code: "invalid_input",
    hint: `Run: chmod 600 ${path}`,
  });
  chmodSync(path, 0o600);
  expect((await source.credentialFor(scope)).principal).toMatch(/^installation:/u);
});

test("without any credential, the first request fails by the names of what could be set", async () => {
  const error = await failureAtCall({});
  expect(error).toMatchObject({
    code: "unauthorized",
    data: { missing: ["GITHUB_TOKEN", "GITHUB_APP_ID"] },
  });
  expect((await failureAtCall({ GH_TOKEN: token })).hint).toContain("GH_TOKEN is gh's own");
  expect((await failureAtCall({ GITHUB_TOKEN: "", GITHUB_APP_ID: "" })).code).toBe("unauthorized");
});

test("without a credential, one can go on as nobody, or ask gh", async () => {
  const anonymous = read({}, { otherwise: "anonymous" }).source;
  expect(await anonymous.credentialFor(scope)).toEqual({ principal: "anonymous" });
  const folder = temporaryFolder();
  writeFileSync(join(folder, "gh"), `#!/bin/sh\n[ "$4" = "ghe.example.com" ] && echo ${other}\n`, {
    mode: 0o755,
  });
  chmodSync(join(folder, "gh"), 0o755);
  const env = { PATH: `${folder}:/usr/bin:/bin`, GITHUB_API_URL: "https://ghe.example.com/api/v3" };
  const gh = read(env, { otherwise: "gh" });
  expect(gh.label).toBe("gh auth token (ghe.example.com)");
  expect((await gh.source.credentialFor(scope)).authorization).toBe(`Bearer ${other}`);
  expect((await read({ ...env, GITHUB_TOKEN: token }, { otherwise: "gh" })).label).toBe("GITHUB_TOKEN");
});

test("where the API is, and whose the organisation is, must be right at once", () => {
  expect(read({ GITHUB_API_URL: "https://ghe.example.com/api/v3/" }).apiUrl).toBe(
    "https://ghe.example.com/api/v3",
  );
  expect(
    read({ GITHUB_API_URL: "https://one.example.com", HUBSTEAD_GITHUB_API_URL: "https://two.example.com" })
      .apiUrl,
  ).toBe("https://two.example.com");
  for (const url of ["http://169.254.169.254", "file:///etc", "https://10.0.0.1", "http://api.github.com"])
    expect(() => read({ HUBSTEAD_GITHUB_API_URL: url }), url).toThrow("HUBSTEAD_GITHUB_API_URL");
  expect(() => read({ GITHUB_API_URL: github.url }, { allowInsecureLoopback: false })).toThrow(
    "this machine",
  );
  for (const org of ["acme/data", "https://github.com/acme", "../app", "a b"])
    expect(() => read({ GITHUB_ORG: org }), org).toThrow("GITHUB_ORG is no login");
  expect(read({ GITHUB_ORG: " acme\n" }).org).toBe("acme");
});

test("an organisation is needed for what names no owner, and asked for by name", async () => {
  const { source } = read(app);
  await expect(source.credentialFor(scope)).rejects.toMatchObject({ data: { path: "GITHUB_ORG" } });
  expect((await source.credentialFor({ owner: "acme", path: "/orgs/acme" })).principal).toMatch(
    /^installation/u,
  );
});
