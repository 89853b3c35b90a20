/**
 * @module Who may change objects: those who may write to the repository, asked of GitHub one by one, and those whom the configuration
 * lists. Labels, reactions and `author_association` say nothing here. A doubt is an error, never a yes.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { GitHubClock } from "../github/clock.ts";
import { type CodeOwners, createCodeOwners } from "./code-owners.ts";
import type { ReadKeys } from "./registered-keys.ts";

/** Who wrote, edited or marked something. The id stays when the login changes hands. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly kind: "user" | "bot";
}

interface Verdict {
  readonly may: boolean;
  /** For the audit log: "is admin of the repository". */
  readonly because: string;
}

/** Whom the configuration lists, besides those who may write. */
export interface TrustLists {
  /** Ids, or logins, which may change hands. */
  readonly users?: readonly (number | string)[];
  /** Slugs of GitHub Apps; also of those that GitHub runs itself: `github-actions`. */
  readonly apps?: readonly string[];
  /** `ORG/SLUG`. */
  readonly teams?: readonly string[];
  /** Whether everybody counts whom the repository's CODEOWNERS names, as for gh-store. Default: `false`. */
  readonly codeowners?: boolean;
  /**
   * Whether a change counts only where it is signed with a key that stands in the repository's `.github/hubstead/keys.json`. Default:
   * `false`.
   */
  readonly signed?: boolean;
}

export interface Trust {
  /**
   * @param account `undefined` for one that was deleted
   * @throws {HubsteadError} as the client does, where GitHub does not tell: then nobody knows, and nothing may be decided
   */
  verdictOn(account: Account | undefined): Promise<Verdict>;
  /** Whether somebody may, as far as it is known already: costs no request, whoever it is. */
  isKnownToMay(account: Account | undefined): Promise<boolean>;
  /** Where changes have to be signed: with which keys. */
  readonly readKeys?: ReadKeys;
}

export interface TrustOptions {
  readonly github: Pick<GitHubClient, "getPermission" | "api">;
  /** `OWNER/REPO`. */
  readonly repo: string;
  readonly lists?: TrustLists;
  /** Who asks, where that is known: who may process objects may write them. */
  readonly self?: Account;
  readonly readKeys?: ReadKeys;
  readonly clock: Pick<GitHubClock, "now">;
}

// A permission that was taken away counts for as long at most.
const keptMs = 5 * 60_000;

const writing = /^(?:admin|maintain|write)$/u;
const notWriting = /^(?:triage|read|none)$/u;

export function createTrust(options: TrustOptions): Trust {
  const { github, repo, lists = {}, self, clock, readKeys } = options;
  const known = new Map<number, { readonly verdict: Promise<Verdict>; readonly untilMs: number }>();

  /** @returns `undefined` where GitHub has to be asked */
  const judgeAlone = (account: Account): Verdict | undefined => {
    const listed = listedAs(account, lists);
    if (listed !== undefined) return { may: true, because: listed };
    // Through it speaks every workflow, whatever makes it speak.
    const isSelf = account.id === self?.id && account.login !== "github-actions";
    return isSelf ? { may: true, because: "processes the objects itself" } : undefined;
  };
  const codeOwners = lists.codeowners === true ? createCodeOwners(github, repo, clock) : undefined;
  const judge = async (account: Account): Promise<Verdict> => {
    const alone = judgeAlone(account);
    if (alone !== undefined) return alone;
    const verdict = await judgeByGitHub(account);
    if (verdict.may || codeOwners === undefined) return verdict;
    const owned = await judgeByOwners(github, account, await codeOwners());
    return owned ?? verdict;
  };
  const judgeByGitHub = async (account: Account): Promise<Verdict> => {
    if (account.kind === "bot") return { may: false, because: `the App ${account.login} is not listed` };
    for (const team of lists.teams ?? [])
      if (await isMember(github, team, account)) return { may: true, because: `is a member of ${team}` };
    return judgeByPermission(github, repo, account);
  };

  return {
    verdictOn(account) {
      if (account === undefined) return Promise.resolve({ may: false, because: "the account was deleted" });
      const { verdict, untilMs } = known.get(account.id) ?? {};
      if (verdict !== undefined && clock.now() < untilMs!) return verdict;
      const asked = judge(account);
      known.set(account.id, { verdict: asked, untilMs: clock.now() + keptMs });
      asked.catch(() => known.delete(account.id));
      return asked;
    },
    async isKnownToMay(account) {
      if (account === undefined) return false;
      const verdict = judgeAlone(account) ?? (await known.get(account.id)?.verdict.catch(() => undefined));
      return verdict?.may ?? false;
    },
    ...(readKeys === undefined ? {} : { readKeys }),
  };
}

function listedAs({ id, login, kind }: Account, { users = [], apps = [] }: TrustLists): string | undefined {
  const name = login.toLowerCase();
  if (kind === "bot")
    return apps.some((app) => app.toLowerCase() === name) ? `the App ${login} is listed` : undefined;
  const isListed = users.some((user) =>
    typeof user === "number" ? user === id : user.toLowerCase() === name,
  );
  return isListed ? `${login} is listed` : undefined;
}

async function judgeByPermission(
  github: TrustOptions["github"],
  repo: string,
  { id, login }: Account,
): Promise<Verdict> {
  try {
    const { userId, roleName, permission } = await github.getPermission(repo, login);
    if (userId !== id) return { may: false, because: `the login ${login} is another account's by now` };
    // A role of the organisation's own stands on one of GitHub's, which the older word tells.
    const may =
      writing.test(roleName) || (!notWriting.test(roleName) && /^(?:admin|write)$/u.test(permission));
    return { may, because: `${login} has the role ${roleName}` };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // Nobody of that login any more, or a fault: the account itself tells, so that no stranger can hold up an object.
    const current = await loginOf(github, id);
    if (current === undefined) return { may: false, because: `the account ${login} was deleted` };
    if (current === login) throw error;
    return judgeByPermission(github, repo, { id, login: current, kind: "user" });
  }
}

/** @returns `undefined` for who is not among them */
async function judgeByOwners(
  github: TrustOptions["github"],
  account: Account,
  { logins, teams }: CodeOwners,
): Promise<Verdict | undefined> {
  const login = account.kind === "bot" ? `${account.login}[bot]` : account.login;
  // The login is whose it is today; the account that it names must be the one that wrote.
  if (logins.has(login.toLowerCase()) && (await idOf(github, login)) === account.id)
    return { may: true, because: `${login} is in CODEOWNERS` };
  if (account.kind === "bot") return undefined;
  for (const team of teams)
    if (await isMember(github, team, account))
      return { may: true, because: `is a member of ${team}, which is in CODEOWNERS` };
  return undefined;
}

/** @returns `undefined` where nobody has the login */
async function idOf(github: TrustOptions["github"], login: string): Promise<number | undefined> {
  const api = await github.api(`the account ${login}`);
  try {
    return Number((await api.request("GET /users/{username}", { username: login })).data.id);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** @returns the login that an account has now; `undefined` where it is gone */
async function loginOf(github: TrustOptions["github"], id: number): Promise<string | undefined> {
  const api = await github.api(`the account ${id}`);
  try {
    return (await api.request("GET /user/{account_id}", { account_id: id })).data.login;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof HubsteadError && error.code === "not_found";
}

/** @see https://docs.github.com/rest/teams/members#get-team-membership-for-a-user */
async function isMember(
  github: TrustOptions["github"],
  team: string,
  { login, id }: Account,
): Promise<boolean> {
  const [org = "", slug = ""] = team.split("/");
  const api = await github.api(`the team ${team}`);
  try {
    const { data } = await api.request("GET /orgs/{org}/teams/{team_slug}/memberships/{username}", {
      org,
      team_slug: slug,
      username: login,
    });
    if (data.state !== "active") return false;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
  return (await idOf(github, login)) === id;
}
