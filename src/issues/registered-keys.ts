/**
 * @module The keys of those who sign, as the repository's default branch has them: read in one request, kept for five minutes.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { GitHubClock } from "../github/clock.ts";
import { keyFilePath, parseKeyFile, type RegisteredKey } from "./signing/key-file.ts";

interface RegisteredKeys {
  readonly repositoryId: number;
  /** The account that asks. */
  readonly readerId: number;
  /** By their ids. */
  readonly keys: ReadonlyMap<string, RegisteredKey>;
}

/** @throws {HubsteadError} as the client does, and `corrupt` for a file that is none: then nobody knows, and nothing is decided */
export type ReadKeys = () => Promise<RegisteredKeys>;

const keysQuery = `query($owner: String!, $repo: String!) {
  viewer { login databaseId }
  repository(owner: $owner, name: $repo) {
    databaseId
    object(expression: "HEAD:${keyFilePath}") { ... on Blob { text isTruncated } }
  }
}`;

interface KeysJson {
  readonly viewer: { readonly databaseId: number };
  readonly repository: {
    readonly databaseId: number;
    readonly object: { readonly text?: string | null; readonly isTruncated?: boolean } | null;
  };
}

// A key that was given up counts for as long at most.
const keptMs = 5 * 60_000;

/** @param repo `OWNER/REPO` */
export function createKeyReader(
  github: Pick<GitHubClient, "api">,
  repo: string,
  clock: Pick<GitHubClock, "now">,
): ReadKeys {
  let kept: { readonly keys: Promise<RegisteredKeys>; readonly untilMs: number } | undefined;
  return () => {
    if (kept !== undefined && clock.now() < kept.untilMs) return kept.keys;
    const own = { keys: readKeys(github, repo), untilMs: clock.now() + keptMs };
    kept = own;
    own.keys.catch(() => {
      if (kept === own) kept = undefined;
    });
    return own.keys;
  };
}

async function readKeys(github: Pick<GitHubClient, "api">, repo: string): Promise<RegisteredKeys> {
  const [owner, name] = repo.split("/");
  const api = await github.api(`${keyFilePath} of ${repo}`);
  const { viewer, repository } = await api.graphql<KeysJson>(keysQuery, { owner, repo: name });
  const { text, isTruncated } = repository.object ?? {};
  if (typeof text === "string" && !isTruncated)
    return {
      repositoryId: repository.databaseId,
      readerId: viewer.databaseId,
      keys: parseKeyFile(text),
    };
  throw new HubsteadError("corrupt", `${repo} has no ${keyFilePath} that can be read`, {
    hint: "Commit one to the default branch, with the public keys of all who write, and protect it; or do without signatures.",
    data: { path: keyFilePath },
  });
}
