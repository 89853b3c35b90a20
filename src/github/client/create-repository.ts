/**
 * @module Makes a repository, once: where the answer is lost, it is looked whether it is there, and whether it is the one that
 * was asked for.
 */
import { HubsteadError } from "../../errors.ts";
import type { Recovery } from "../fetch/governed-request.ts";
import { deadlineOf, termsWithin } from "./call-deadline.ts";
import { mustBeText } from "./check-arguments.ts";
import { withNeeded } from "./github-error.ts";
import { type Repository, type RepositoryJson, toRepository } from "./repository.ts";
import { type CallOptions, type RepoName, type Session, unlessMissing } from "./session.ts";

export interface CreateRepoOptions extends CallOptions {
  readonly description?: string;
  /** Default: true. */
  readonly private?: boolean;
  /** Whether it begins with a README and its commit. Default: false. */
  readonly autoInit?: boolean;
  /** An organisation, or the user whose token is used. Default: of `OWNER/REPO`, or the configured organisation. */
  readonly owner?: string;
}

/** What is asked for. */
interface Wish extends RepoName {
  readonly description: string;
  readonly private: boolean;
  readonly autoInit: boolean;
}

/**
 * @throws {HubsteadError} `already_exists`; `ambiguous_write` where the answer was lost and nobody can tell whether a
 *   repository of that name is the one that was made; `forbidden`
 * @see https://docs.github.com/rest/repos/repos#create-an-organization-repository
 */
export async function createRepository(
  session: Session,
  name: string,
  options: CreateRepoOptions,
): Promise<Repository> {
  mustBeText(name, "the name of a repository", "name");
  const { description = "", private: isPrivate = true, autoInit = false, owner, ...call } = options;
  const wish: Wish = {
    ...session.repo(owner === undefined ? name : `${owner}/${name}`),
    description,
    private: isPrivate,
    autoInit,
  };
  // What is there before cannot be what this call has made; and GitHub's own time tells what comes after.
  const asked = await askFor(session, wish, call);
  if (asked.found !== undefined) throw alreadyThere(asked.found);
  const recovery = recoveryOf(session, wish, asked.githubTimeMs, call);
  const api = await session.api(`${wish.owner}/${wish.repo}`, { ...call, recovery });
  const body = { name: wish.repo, description, private: isPrivate, auto_init: autoInit };
  const asking = api.request("POST /orgs/{org}/repos", { org: wish.owner, ...body });
  const inOrganization = await unlessMissing(
    asking.catch((error: unknown) => {
      throw scopeIsMissing(error, wish);
    }),
  );
  if (inOrganization !== undefined) return toRepository(inOrganization.data);
  await checkIsOneself(session, wish.owner, call);
  return toRepository((await api.request("POST /user/repos", body)).data);
}

/** To a classic token without the scope GitHub says that there is no such organisation. */
function scopeIsMissing(error: unknown, { private: isPrivate }: Wish): unknown {
  if (!(error instanceof HubsteadError) || error.code !== "not_found") return error;
  const { message, data } = error;
  const { scopes } = data as { readonly scopes?: readonly string[] };
  const wanted = isPrivate ? ["repo"] : ["repo", "public_repo"];
  if (scopes === undefined || wanted.some((scope) => scopes.includes(scope))) return error;
  const needed = wanted.map((scope) => `scope ${scope}`).join("; ");
  return withNeeded(new HubsteadError("forbidden", message, { data, cause: error }), needed);
}

async function askFor(
  session: Session,
  { owner, repo }: RepoName,
  call: CallOptions,
): Promise<{ readonly found: RepositoryJson | undefined; readonly githubTimeMs: number }> {
  const response = await readRepository(session, { owner, repo }, call, call.signal);
  const githubTimeMs = Date.parse(response.headers.get("date") ?? "");
  if (response.status === 404)
    return {
      found: undefined,
      githubTimeMs: Number.isNaN(githubTimeMs) ? session.clock.now() : githubTimeMs,
    };
  if (response.status === 200) {
    const found = (await response.json()) as RepositoryJson;
    // What was renamed is answered under its old name; that name is free.
    const isSame = found.full_name.toLowerCase() === `${owner}/${repo}`.toLowerCase();
    return { found: isSame ? found : undefined, githubTimeMs };
  }
  // Octokit says what is wrong, as with any other request.
  const api = await session.api(`${owner}/${repo}`, call);
  const { data } = await api.request("GET /repos/{owner}/{repo}", { owner, repo });
  return { found: data, githubTimeMs };
}

async function readRepository(
  { fetch, apiUrl, clock }: Session,
  { owner, repo }: RepoName,
  call: CallOptions,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const { signal: _, ...terms } = termsWithin(call, deadlineOf(call, clock), clock);
  // In the lane of writes no equal read that has begun earlier answers for it.
  return fetch.with({ ...terms, lane: terms.lane ?? "interactive-write" })(
    `${apiUrl}/repos/${owner}/${repo}`,
    {
      headers: { accept: "application/vnd.github+json" },
      ...(signal === undefined ? {} : { signal }),
    },
  );
}

function recoveryOf(session: Session, wish: Wish, sinceMs: number, call: CallOptions): Recovery {
  const fullName = `${wish.owner}/${wish.repo}`;
  return {
    marker: `the repository ${fullName}`,
    async find(signal) {
      const response = await readRepository(session, wish, call, signal);
      if (response.status === 404) return undefined;
      const found = response.ok ? ((await response.clone().json()) as RepositoryJson) : undefined;
      if (found !== undefined && isAsWished(found, wish, sinceMs)) return response;
      throw new HubsteadError("ambiguous_write", `nobody knows who has made ${fullName}`, {
        data: { marker: fullName },
      });
    },
  };
}

function isAsWished(
  found: RepositoryJson & { readonly size?: number },
  wish: Wish,
  sinceMs: number,
): boolean {
  const isNew = Date.parse(found.created_at ?? "") >= Math.floor(sinceMs / 1_000) * 1_000;
  const isUntouched = wish.autoInit || (found.size ?? 0) === 0;
  const isSame = (found.description ?? "") === wish.description && found.private === wish.private;
  return isNew && isUntouched && isSame && found.full_name.toLowerCase() === nameOf(wish);
}

function nameOf({ owner, repo }: RepoName): string {
  return `${owner}/${repo}`.toLowerCase();
}

/** @throws {HubsteadError} `not_found`, `forbidden` */
async function checkIsOneself(session: Session, owner: string, call: CallOptions): Promise<void> {
  const api = await session.api(owner, call);
  const { data: account } = await api.request("GET /users/{username}", { username: owner });
  const isPerson = account.type === "User";
  const login = isPerson ? (await api.request("GET /user")).data.login : undefined;
  if (login?.toLowerCase() === owner.toLowerCase()) return;
  throw new HubsteadError(
    "forbidden",
    isPerson
      ? `a repository of ${owner} can only be made with ${owner}'s own token`
      : `the credential may not make repositories in ${owner}`,
    {
      hint: isPerson
        ? "Use their token, or make it in an organisation."
        : "Become a member, or give the App the permission administration=write there.",
      data: { owner, needed: "administration=write" },
    },
  );
}

function alreadyThere(found: RepositoryJson): HubsteadError {
  return new HubsteadError("already_exists", `there is a repository ${found.full_name} already`, {
    hint: "Use another name, or read what is there with getRepo.",
    data: { fullName: found.full_name, id: Number(found.id) },
  });
}
