/**
 * @module The credential that a process was given by its environment, and where it belongs. Only the environment is read:
 * a file of a repository can name neither a host nor a key.
 *
 * Each variable is also known as `HUBSTEAD_…`, and that one wins: GitHub Actions takes no secrets and no variables whose
 * names begin with `GITHUB_`, and sets some of them itself
 * (https://docs.github.com/actions/reference/security/secrets#naming-your-secrets).
 */
import type { KeyObject } from "node:crypto";
import { HubsteadError, invalidInput } from "../../errors.ts";
import { type GitHubClock, systemClock } from "../clock.ts";
import { parseApiUrl, publicApiUrl } from "./api-url.ts";
import type { AppTokenSource } from "./app-tokens.ts";
import { createGhTokenSource } from "./gh-cli.ts";
import { isAppIdentity, isLogin } from "./identities.ts";
import type { Surroundings } from "./key-file.ts";
import { createLazyAppTokenSource } from "./lazy-app-tokens.ts";
import { anonymousSource, createTokenSource } from "./static-token.ts";
import type { TokenSource } from "./token-source.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentOptions {
  readonly env: Environment;
  /** What an App asks with. */
  readonly fetch: typeof globalThis.fetch;
  /** How what was put into `env` is called where it comes from, if not from the environment: `{ GITHUB_APP_ID: "appId" }`. */
  readonly calls?: Readonly<Record<string, string>>;
  readonly clock?: GitHubClock;
  readonly apiVersion?: string;
  /** Whether `GITHUB_API_URL` may be on this machine: for the emulator. */
  readonly allowInsecureLoopback?: boolean;
  /**
   * Where the environment holds no credential: `fail` at the first request, which is what it does unless said otherwise;
   * ask `gh`; or go on as nobody.
   */
  readonly otherwise?: "fail" | "gh" | "anonymous";
  /** What a test replaces for files of keys. */
  readonly surroundings?: Surroundings;
}

export interface EnvironmentCredential {
  readonly source: TokenSource;
  /** The same, where it is an App's. */
  readonly app?: AppTokenSource;
  readonly org?: string;
  readonly apiUrl: string;
  /** Which credential it is, for people: `GitHub App 12 (GITHUB_APP_ID)`. */
  readonly label: string;
}

/**
 * An App wins over a token: whoever names an App means it, while Actions and many tools put a token of their own into
 * `GITHUB_TOKEN`. An App that is only named in part is an error, not a reason to take the token.
 *
 * What is missing or wrong with a credential is told by name at the first request, so that a program which needs none
 * runs without.
 *
 * @throws {HubsteadError} `invalid_input` for a `GITHUB_API_URL` or a `GITHUB_ORG` that cannot be
 */
export function credentialFromEnvironment(options: EnvironmentOptions): EnvironmentCredential {
  const { allowInsecureLoopback = false } = options;
  const url = read(options, "GITHUB_API_URL");
  const apiUrl =
    url === undefined ? publicApiUrl : parseApiUrl(url.value, { name: url.name, allowInsecureLoopback });
  const org = readOrg(options);
  const named = appSource(options, apiUrl, org) ?? tokenSource(options) ?? fallback(options, apiUrl);
  return { ...named, ...(org === undefined ? {} : { org }), apiUrl, label: named.source.label };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

type Named = Pick<EnvironmentCredential, "source" | "app">;

/** An empty one counts as absent: that is what a workflow makes of a secret that is not there. */
function read({ env, calls = {} }: EnvironmentOptions, plainName: string): Variable | undefined {
  for (const name of [`HUBSTEAD_${plainName}`, plainName]) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== "") return { name: calls[plainName] ?? name, value };
  }
  return undefined;
}

function readOrg(options: EnvironmentOptions): string | undefined {
  const org = read(options, "GITHUB_ORG");
  if (org !== undefined && !isLogin(org.value)) {
    throw invalidInput(
      `${org.name} is no login of an organisation: ${JSON.stringify(org.value)}`,
      "Write it as it stands in the URL of its page: github.com/LOGIN.",
      { path: org.name },
    );
  }
  return org?.value;
}

function appSource(options: EnvironmentOptions, apiUrl: string, org: string | undefined): Named | undefined {
  const { calls = {}, clock = systemClock, fetch, apiVersion } = options;
  const nameOf = (plainName: string) => calls[plainName] ?? plainName;
  const id = read(options, "GITHUB_APP_ID");
  const key = keyOf(options);
  if (id === undefined && key === undefined) return undefined;
  if (id === undefined) {
    return failing(`a GitHub App's key (${key!.name})`, () =>
      invalidInput(
        `${key!.name} is set, but ${nameOf("GITHUB_APP_ID")} is not`,
        "Set it to the App's id or client id.",
        { path: nameOf("GITHUB_APP_ID") },
      ),
    );
  }
  const label = `GitHub App ${isAppIdentity(id.value) ? id.value : "?"} (${id.name})`;
  if (key === undefined) {
    const missing = nameOf("GITHUB_APP_PRIVATE_KEY");
    const missingPath = nameOf("GITHUB_APP_PRIVATE_KEY_PATH");
    const inActions = `in GitHub Actions, HUBSTEAD_${missing} to a secret`;
    return failing(label, () =>
      invalidInput(
        `${id.name} is set, but neither ${missing} nor ${missingPath} is`,
        `Set ${missingPath} to the file that holds the App's private key${"GITHUB_APP_ID" in calls ? "" : `; ${inActions}`}.`,
        { path: missing },
      ),
    );
  }
  if (!isAppIdentity(id.value)) {
    return failing(label, () =>
      invalidInput(`${id.name} is no id of a GitHub App`, "It is a number, or a client id: Iv….", {
        path: id.name,
        expected: "a number, or a client id",
      }),
    );
  }
  const app = createLazyAppTokenSource(label, {
    appId: id.value,
    privateKey: key.load,
    apiUrl,
    fetch,
    clock,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(org === undefined ? {} : { org }),
  });
  const source: AppTokenSource = { ...app, secrets: () => [...key.secrets, ...app.secrets()] };
  return { source, app: source };
}

interface NamedKey {
  readonly name: string;
  readonly secrets: readonly string[];
  load(): Promise<KeyObject>;
}

/** The key itself wins over the path of one: images have a path by default, and who gives the key means it. */
function keyOf(options: EnvironmentOptions): NamedKey | undefined {
  const { surroundings } = options;
  const text = read(options, "GITHUB_APP_PRIVATE_KEY");
  const path = read(options, "GITHUB_APP_PRIVATE_KEY_PATH");
  if (text !== undefined) {
    const { name, value } = text;
    const load = async () => (await import("./private-key.ts")).parsePrivateKey(value, name);
    return { name, secrets: [value], load };
  }
  if (path === undefined) return undefined;
  const { name, value } = path;
  const load = async () => (await import("./key-file.ts")).readPrivateKeyFile(value, name, surroundings);
  return { name, secrets: [], load };
}

function tokenSource(options: EnvironmentOptions): Named | undefined {
  const token = read(options, "GITHUB_TOKEN");
  if (token === undefined) return undefined;
  try {
    return { source: createTokenSource({ token: token.value, label: token.name }) };
  } catch (error) {
    return { ...failing(token.name, () => error, [token.value]) };
  }
}

function fallback({ env, otherwise = "fail" }: EnvironmentOptions, apiUrl: string): Named {
  if (otherwise === "gh") return { source: createGhTokenSource({ apiUrl, env }) };
  if (otherwise === "anonymous") return { source: anonymousSource };
  // `gh` sends it to other hosts than GitHub's API may be on; it is not taken unasked.
  const hasGhToken = (env["GH_TOKEN"] ?? "") !== "";
  return failing("no credential", () => {
    const hint = hasGhToken
      ? "GH_TOKEN is gh's own: to use it here, set GITHUB_TOKEN to it."
      : "Set GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_PATH; in GitHub Actions: env: GITHUB_TOKEN: $" +
        "{{ github.token }}.";
    return new HubsteadError(
      "unauthorized",
      "no credential for GitHub: neither GITHUB_TOKEN nor GITHUB_APP_ID is set",
      {
        hint,
        data: { missing: ["GITHUB_TOKEN", "GITHUB_APP_ID"] },
      },
    );
  });
}

/** A source that tells what is wrong when it is asked. */
function failing(label: string, errorOf: () => unknown, secrets: readonly string[] = []): Named {
  const fail = async (): Promise<never> => {
    throw errorOf();
  };
  return { source: { label, credentialFor: fail, renew: fail, secrets: () => secrets } };
}
