/**
 * @module Secrets of Actions: sealed to the repository's public key before they leave, so that only GitHub can read them. No
 * value gets into an error.
 *
 * @see https://docs.github.com/rest/actions/secrets
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import { mustBeObject, mustBeText } from "./check-arguments.ts";
import { readWholeList } from "./complete-list.ts";
import { namingNeeds } from "./needed-of.ts";
import { readPages } from "./pages.ts";
import type { CallOptions, GitHubApi, RepoName, Session } from "./session.ts";

export interface Secret {
  readonly name: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface SecretResult {
  readonly name: string;
  readonly outcome: "created" | "updated" | "failed";
  readonly error?: HubsteadError;
}

/** By name. */
export type SecretValues = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

export interface SecretMethods {
  /**
   * @param value at most 48 KB of UTF-8
   * @returns whether there was none of that name before
   * @throws {HubsteadError} `invalid_input` for a name or a value that GitHub does not take; `forbidden`; `not_found`
   */
  setSecret(repo: string, name: string, value: string, options?: CallOptions): Promise<"created" | "updated">;
  /**
   * Sets several secrets, and goes on where one of them fails.
   *
   * @param secrets values by name, in an object or a Map
   * @returns for each name what came of it, in the order given; `ok` where all are set
   * @throws {HubsteadError} only where not even the repository's public key is to be had
   */
  setSecrets(
    repo: string,
    secrets: SecretValues,
    options?: CallOptions,
  ): Promise<{ readonly ok: boolean; readonly results: readonly SecretResult[] }>;
  /** Names and times; nobody gets a value back from GitHub. */
  listSecrets(repo: string, options?: CallOptions): Promise<readonly Secret[]>;
  /** @returns whether there was one */
  deleteSecret(repo: string, name: string, options?: CallOptions): Promise<boolean>;
}

export function secretMethods(session: Session): SecretMethods {
  const keyFor = async (repo: string, options: CallOptions | undefined): Promise<SealingKey> => {
    const place = session.repo(repo);
    return openKey(await session.api(`the secrets of ${place.owner}/${place.repo}`, options), place);
  };
  return namingNeeds<SecretMethods>({
    async setSecret(repo, name, value, options) {
      checkSecret(name, value);
      return put(await keyFor(repo, options), name, value);
    },
    async setSecrets(repo, secrets, options) {
      const entries = secretEntries(secrets);
      if (entries.length === 0) return { ok: true, results: [] };
      return putAll(await keyFor(repo, options), entries, options?.signal);
    },
    async listSecrets(repo, options) {
      const place = session.repo(repo);
      const about = `the secrets of ${place.owner}/${place.repo}`;
      const api = await session.api(about, options);
      const found = await readWholeList(
        about,
        (json: SecretJson) => json.name,
        (noted) =>
          readPages(
            api,
            "GET /repos/{owner}/{repo}/actions/secrets",
            { ...place },
            (data) => noted<SecretsBody>(data).secrets,
          ),
      );
      return found.map(toSecret);
    },
    async deleteSecret(repo, name, options) {
      checkName(name);
      const place = session.repo(repo);
      const api = await session.api(`the secret ${name} of ${place.owner}/${place.repo}`, options);
      try {
        await api.request("DELETE /repos/{owner}/{repo}/actions/secrets/{secret_name}", {
          ...place,
          secret_name: name,
        });
        return true;
      } catch (error) {
        if (error instanceof HubsteadError && error.code === "not_found") {
          // A repository that may not be seen answers the same.
          await api.request("GET /repos/{owner}/{repo}/actions/secrets", { ...place, per_page: 1 });
          return false;
        }
        throw error;
      }
    },
  });
}

interface SecretsBody {
  readonly total_count: number;
  readonly secrets: readonly SecretJson[];
}

interface SecretJson {
  readonly name: string;
  readonly created_at: string;
  readonly updated_at: string;
}

function toSecret({ name, created_at, updated_at }: SecretJson): Secret {
  return { name, createdAt: created_at, updatedAt: updated_at };
}

/** A repository's public key, asked for once, and anew where it has changed. */
interface SealingKey {
  readonly api: GitHubApi;
  readonly place: RepoName;
  id: string;
  bytes: Uint8Array;
}

async function openKey(api: GitHubApi, place: RepoName): Promise<SealingKey> {
  const key: SealingKey = { api, place, id: "", bytes: new Uint8Array() };
  await renew(key);
  return key;
}

/** @returns whether it is another one */
async function renew(key: SealingKey): Promise<boolean> {
  const { data } = await key.api.request("GET /repos/{owner}/{repo}/actions/secrets/public-key", {
    ...key.place,
  });
  const isOther = data.key_id !== key.id;
  key.id = data.key_id;
  key.bytes = new Uint8Array(Buffer.from(data.key, "base64"));
  return isOther;
}

async function put(key: SealingKey, name: string, value: string): Promise<"created" | "updated"> {
  try {
    return await putOnce(key, name, value);
  } catch (error) {
    // A wrong key is 422 as well; which it was, the key says.
    const isRefused = error instanceof HubsteadError && error.code === "invalid_input";
    if (!isRefused || !(await renew(key))) throw error;
    return putOnce(key, name, value);
  }
}

async function putOnce(
  { api, place, id, bytes }: SealingKey,
  name: string,
  value: string,
): Promise<"created" | "updated"> {
  const { sealTo } = await import("../../crypto/sealed-box.ts");
  const sealed = await sealTo(bytes, new TextEncoder().encode(value));
  const { status } = await api.request("PUT /repos/{owner}/{repo}/actions/secrets/{secret_name}", {
    ...place,
    secret_name: name,
    encrypted_value: Buffer.from(sealed).toString("base64"),
    key_id: id,
  });
  return Number(status) === 201 ? "created" : "updated";
}

async function putAll(
  key: SealingKey,
  entries: readonly (readonly [string, string])[],
  signal: AbortSignal | undefined,
): Promise<{ ok: boolean; results: readonly SecretResult[] }> {
  const results: SecretResult[] = [];
  for (const [name, value] of entries) {
    try {
      checkSecret(name, value);
      results.push({ name, outcome: await put(key, name, value) });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof HubsteadError)) throw error;
      results.push({ name, outcome: "failed", error });
    }
  }
  return { ok: results.every(({ outcome }) => outcome === "created" || outcome === "updated"), results };
}

/** @throws {HubsteadError} `invalid_input` for what has no names and values */
export function secretEntries(secrets: SecretValues): readonly (readonly [string, string])[] {
  if (secrets instanceof Map) return [...(secrets as ReadonlyMap<string, string>)];
  return Object.entries(
    mustBeObject(secrets as Readonly<Record<string, string>>, "the set of secrets", "secrets"),
  );
}

const mostBytes = 48 * 1024;

/** @throws {HubsteadError} `invalid_input`, without the value */
export function checkSecret(name: string, value: string): void {
  checkName(name);
  mustBeText(value, `the value of the secret ${name}`, name);
  const sizeBytes = Buffer.byteLength(value);
  if (sizeBytes > mostBytes) {
    throw invalidInput(
      `the secret ${name} has ${sizeBytes} bytes`,
      "A secret has at most 48 KB: encrypt a larger file, commit it, and keep its passphrase as the secret.",
      { path: name, expected: `at most ${mostBytes} bytes` },
    );
  }
}

/** @see https://docs.github.com/actions/reference/security/secrets#naming-your-secrets */
function checkName(name: string): void {
  const wrong = (why: string) =>
    invalidInput(
      `${nameFor(name)} cannot name a secret, because ${why}`,
      "Use letters, digits and _, as in DEPLOY_KEY.",
      {
        path: "name",
      },
    );
  if (/^GITHUB_/iu.test(name)) throw wrong("GITHUB_ is GitHub's own prefix");
  if (/^\d/u.test(name)) throw wrong("it begins with a digit");
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,254}$/u.test(name))
    throw wrong("it has other characters than letters, digits and _, or too many or none");
}

/** Somebody may have taken the value for the name. */
function nameFor(name: string): string {
  return /^[\w-]{1,40}$/u.test(name) ? name : "what was given";
}
