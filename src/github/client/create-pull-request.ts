/**
 * @module Opens a pull request, or returns the one that is open from the same branch to the same branch: GitHub lets there be
 * only one.
 *
 * @see https://docs.github.com/rest/pulls/pulls#create-a-pull-request
 */
import { HubsteadError } from "../../errors.ts";
import { deadlineOf } from "./call-deadline.ts";
import { mustBeText } from "./check-arguments.ts";
import { readPages } from "./pages.ts";
import { placeIn } from "./place.ts";
import { type PullRequest, type PullRequestJson, toPullRequest } from "./pull-request.ts";
import { recoverBy } from "./recover-create.ts";
import { parseBranch } from "./repository-place.ts";
import type { CallOptions, GitHubApi, RepoName, Session } from "./session.ts";
import { untilShown } from "./until-shown.ts";

export interface CreatePullRequestOptions extends CallOptions {
  /** The branch with the changes; of a fork, `owner:branch`. */
  readonly head: string;
  /** The branch that they are to go into. Default: the default branch. */
  readonly base?: string;
  readonly title: string;
  readonly body?: string;
  readonly draft?: boolean;
}

export interface PullRequestCreated {
  /** `exists` where there was one: its title and body stay as they are. */
  readonly outcome: "created" | "exists";
  readonly pullRequest: PullRequest;
}

/** @see PullRequestMethods.createPullRequest */
export async function createPullRequest(
  session: Session,
  name: string,
  { head, base, title, body = "", draft = false, ...call }: CreatePullRequestOptions,
): Promise<PullRequestCreated> {
  const { clock } = session;
  const deadlineAt = deadlineOf(call, clock);
  mustBeText(head, "the branch with the changes", "head");
  mustBeText(title, "the title of a pull request", "title");
  const target = session.repo(name);
  const ends = await endsOf(session, target, { head, base }, call);
  const marker = `a pull request of ${target.owner}/${target.repo} from ${ends.head} to ${ends.base}`;
  const recovery = recoverBy<PullRequestJson>({
    session,
    place: target,
    call,
    marker,
    // One that is open, or was made and closed since.
    look: async (api, since) =>
      (await pullsBetween(api, target, ends)).filter(
        ({ state, created_at }) => state === "open" || created_at >= since,
      ),
  });
  const { api, place } = await placeIn(session, name, `the pull request from ${ends.head}`, {
    ...call,
    recovery,
  });
  try {
    const { data } = await api.request("POST /repos/{owner}/{repo}/pulls", {
      ...place,
      head,
      base: ends.base,
      title,
      body,
      draft,
    });
    return { outcome: "created", pullRequest: toPullRequest(data) };
  } catch (error) {
    if (!(error instanceof HubsteadError)) throw error;
    if (/no commits between/iu.test(error.message)) throw nothingToMerge(error, ends);
    // There can be only one: whoever has opened it, it is what was asked for.
    if (error.code !== "already_exists" && error.code !== "ambiguous_write") throw error;
    const open = await untilShown(
      { clock, lagMs: session.lagMs, from: clock.now(), deadlineAt, signal: call.signal },
      async () => (await pullsBetween(api, target, ends)).find(({ state }) => state === "open"),
    );
    // Closed again in the meantime.
    if (open.kind !== "found") throw error;
    return { outcome: "exists", pullRequest: toPullRequest(open.value) };
  }
}

interface Ends {
  /** `owner:branch`: without its owner GitHub leaves it out of account. */
  readonly head: string;
  readonly base: string;
}

async function endsOf(
  session: Session,
  { owner, repo }: RepoName,
  { head, base }: { readonly head: string; readonly base: string | undefined },
  call: CallOptions,
): Promise<Ends> {
  const [first, second] = head.split(":");
  const from = second === undefined ? `${owner}:${parseBranch(head)}` : `${first}:${parseBranch(second)}`;
  if (base !== undefined) return { head: from, base: parseBranch(base) };
  const api = await session.api(`${owner}/${repo}`, call);
  const { data } = await api.request("GET /repos/{owner}/{repo}", { owner, repo });
  return { head: from, base: data.default_branch };
}

/** The newest first. */
async function pullsBetween(
  api: GitHubApi,
  { owner, repo }: RepoName,
  ends: Ends,
): Promise<readonly PullRequestJson[]> {
  const parameters = { owner, repo, ...ends, state: "all", sort: "created", direction: "desc" };
  return (await readPages<PullRequestJson>(api, "GET /repos/{owner}/{repo}/pulls", parameters)).flat();
}

function nothingToMerge(error: HubsteadError, { head, base }: Ends): HubsteadError {
  return new HubsteadError("invalid_input", `${base} has everything that ${head} has: nothing to merge`, {
    hint: "Push a commit to the branch first; or there is nothing to do.",
    data: { ...error.data, reason: "no_commits_between", head, base },
    cause: error,
  });
}
