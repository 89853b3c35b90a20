/**
 * @module What follows when refs of a repository have changed, whoever changed them: times, and what webhooks and
 * workflows are told.
 *
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads#push
 */
import type { GitRepository } from "../git/git-store.ts";
import { ancestorsOf, isAncestor, log } from "../git/history.ts";
import { peel } from "../git/revisions.ts";
import type { Reviewed } from "../rules/approvals.ts";
import { pushedCommitToJson } from "../shapes/pushed-commit-json.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import { emailOf } from "../world/account-emails.ts";
import { type Act, tell } from "./act.ts";
import { requestSuites } from "./checks.ts";
import { followBranch } from "./pull-branches.ts";
import { withdrawReleases } from "./release-drafts.ts";
import { forgetRename } from "./renamed-branches.ts";

/** How a ref has changed, or is to change. */
export interface RefChange {
  /** `refs/heads/main`. */
  readonly ref: string;
  /** `undefined`: it did not exist. */
  readonly before: string | undefined;
  /** `undefined`: it is gone. */
  readonly after: string | undefined;
  /** The pull request of which it is the merge. */
  readonly merged?: Reviewed;
}

const nothing = "0".repeat(40);
const mostCommits = 2_048; // GitHub: a payload lists no more

/** To be called once the refs have changed. */
export function notePush(act: Act, changes: readonly RefChange[]): void {
  if (changes.length === 0) return;
  const { world, git } = act.services;
  const current = world.repositories.get(act.repository.id)!;
  const repository = git.repository(current.id);
  world.repositories.put({
    ...current,
    defaultBranch: defaultBranchAfter(repository, current.defaultBranch, changes),
    pushedAt: act.nowMs,
    updatedAt: act.nowMs,
  });
  const place: Act = { ...act, repository: world.repositories.get(current.id)! };
  for (const change of changes) {
    tellOfPush(place, repository, change);
    const { ref, before, after } = change;
    if (after === undefined && ref.startsWith("refs/tags/")) withdrawReleases(place, ref);
    if (!ref.startsWith("refs/heads/")) continue;
    const branch = ref.slice("refs/heads/".length);
    if (before === undefined) forgetRename(place, branch);
    else followBranch(place, branch, before, after);
    if (after !== undefined) requestSuites(place, { branch, before, after });
  }
}

/** The first branch of an empty repository becomes its default. */
function defaultBranchAfter(git: GitRepository, known: string, changes: readonly RefChange[]): string {
  if (git.ref(`refs/heads/${known}`) !== undefined) return known;
  const branches = git.refs("refs/heads/").map(({ name }) => name);
  const isFirst = branches.every((name) =>
    changes.some(({ ref, before }) => ref === name && before === undefined),
  );
  return (isFirst ? branches[0]?.slice("refs/heads/".length) : undefined) ?? known;
}

function tellOfPush(act: Act, git: GitRepository, { ref, before, after }: RefChange): void {
  const { world } = act.services;
  const name = ref.replace(/^refs\/(?:heads|tags)\//u, "");
  const refType = ref.startsWith("refs/tags/") ? "tag" : "branch";
  const { actor, repository, urls } = act;
  if (before === undefined || after === undefined) {
    tell(act, after === undefined ? "delete" : "create", undefined, {
      ref: name,
      ref_type: refType,
      ...(after === undefined
        ? {}
        : { master_branch: repository.defaultBranch, description: repository.description }),
      pusher_type: "user",
    });
  }
  const from = before === undefined ? undefined : peel(git, before);
  const to = after === undefined ? undefined : peel(git, after);
  const commits = to === undefined ? [] : newCommits(git, ref, from, to);
  const place = { world, git, repository, urls };
  const isForced =
    from !== undefined && to !== undefined && refType === "branch" && !isAncestor(git, from, to);
  tell(act, "push", undefined, {
    ref,
    before: before ?? nothing,
    after: after ?? nothing,
    created: before === undefined,
    deleted: after === undefined,
    forced: isForced,
    base_ref: null,
    compare: compareUrl(act, name, before, after),
    commits: commits.map((oid) => pushedCommitToJson(place, oid)),
    head_commit: to === undefined ? null : pushedCommitToJson(place, to),
    pusher: { name: actor.login, email: emailOf(actor) },
  });
}

function compareUrl(act: Act, name: string, before: string | undefined, after: string | undefined): string {
  const full = fullNameOf(act.services.world, act.repository);
  if (before === undefined || after === undefined) return act.urls.html(`/${full}/compare/${name}`);
  return act.urls.html(`/${full}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`);
}

/** Those that no other branch had, the oldest first. */
function newCommits(git: GitRepository, ref: string, from: string | undefined, to: string): string[] {
  if (ref.startsWith("refs/tags/")) return [];
  const known = new Set<string>();
  const others = from === undefined ? git.refs("refs/heads/").filter(({ name }) => name !== ref) : [];
  for (const oid of [...(from === undefined ? [] : [from]), ...others.map((other) => other.oid)]) {
    for (const ancestor of ancestorsOf(git, oid, known)) known.add(ancestor);
  }
  const found: string[] = [];
  for (const oid of log(git, to, known)) {
    found.push(oid);
    if (found.length === mostCommits) break;
  }
  return found.reverse();
}
