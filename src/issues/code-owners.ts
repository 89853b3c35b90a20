/**
 * @module Who is named in a repository's CODEOWNERS, as gh-store reads it: anybody on any line, whatever the line's pattern. Counts only
 * where somebody has asked for gh-store's own rule; a CODEOWNERS file says who reviews, not who may write.
 *
 * @see https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { GitHubClock } from "../github/clock.ts";

export interface CodeOwners {
  /** Logins in lower case; of an App with `[bot]` at the end. */
  readonly logins: ReadonlySet<string>;
  /** `ORG/SLUG`. */
  readonly teams: readonly string[];
}

/** The first that is there is the one that counts, also where it is empty. */
const paths = [".github/CODEOWNERS", "docs/CODEOWNERS", "CODEOWNERS"] as const;

/** `data.path` of the error where the token may not read them. */
export const codeOwnersPath = "CODEOWNERS";

const ownersQuery = `query($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
    ${paths.map((path, index) => `f${index}: object(expression: "HEAD:${path}") { ... on Blob { text isTruncated } }`).join("\n    ")}
  }
}`;

interface OwnersJson {
  readonly repository: Readonly<
    Record<string, { readonly text?: string | null; readonly isTruncated?: boolean } | null>
  >;
}

// Who was taken out counts for as long at most.
const keptMs = 5 * 60_000;

/**
 * @param repo `OWNER/REPO`
 * @returns reads the file of the default branch, in one request, and keeps it for five minutes; where GitHub does not tell, nobody knows,
 *   and it throws what the client throws
 */
export function createCodeOwners(
  github: Pick<GitHubClient, "api">,
  repo: string,
  clock: Pick<GitHubClock, "now">,
): () => Promise<CodeOwners> {
  let kept: { readonly owners: Promise<CodeOwners>; readonly untilMs: number } | undefined;
  return () => {
    if (kept !== undefined && clock.now() < kept.untilMs) return kept.owners;
    const owners = readOwners(github, repo);
    const own = { owners, untilMs: clock.now() + keptMs };
    kept = own;
    owners.catch(() => {
      if (kept === own) kept = undefined;
    });
    return owners;
  };
}

async function readOwners(github: Pick<GitHubClient, "api">, repo: string): Promise<CodeOwners> {
  const [owner, name] = repo.split("/");
  const api = await github.api(`CODEOWNERS of ${repo}`);
  const { repository } = await api
    .graphql<OwnersJson>(ownersQuery, { owner, repo: name })
    .catch((error: unknown) => {
      throw isForbidden(error) ? unreadable(repo, error) : error;
    });
  // A folder of that name is no file.
  const index = paths.findIndex((_, at) => repository[`f${at}`]?.text !== undefined);
  if (index === -1) return { logins: new Set(), teams: [] };
  const { text, isTruncated } = repository[`f${index}`]!;
  if (typeof text !== "string" || isTruncated)
    throw new HubsteadError("unsupported_format", `${paths[index]} of ${repo} cannot be read as text`, {
      hint: "Save it as UTF-8 text below 512 KB, or set `trust.codeowners` to false.",
      data: { path: paths[index] },
    });
  return parseCodeOwners(text);
}

function isForbidden(error: unknown): error is HubsteadError {
  return error instanceof HubsteadError && error.code === "forbidden";
}

function unreadable(repo: string, cause: HubsteadError): HubsteadError {
  return new HubsteadError("forbidden", `CODEOWNERS of ${repo} cannot be read: ${cause.message}`, {
    hint: "Let the token read contents (in a workflow: `contents: read`), or set `trust.codeowners` to false.",
    data: { ...cause.data, needed: "contents=read", path: codeOwnersPath },
    cause,
  });
}

/** A line's first word is a pattern, the others are owners; addresses of e-mails are nobody's here. `#` begins a comment. */
export function parseCodeOwners(text: string): CodeOwners {
  const logins = new Set<string>();
  const teams = new Set<string>();
  for (const line of text.split(/\r\n|[\n\r]/u)) {
    const words = line
      .replace(/(?<=^|\s)#.*$/u, "")
      .trim()
      .split(/\s+/u);
    for (const word of words.slice(1)) {
      const name = /^@(?<name>[\w.-]+(?:\/[\w.-]+|\[bot\])?)$/u.exec(word)?.groups?.["name"]?.toLowerCase();
      if (name === undefined) continue;
      if (name.includes("/")) teams.add(name);
      else logins.add(name);
    }
  }
  return { logins, teams: [...teams] };
}
