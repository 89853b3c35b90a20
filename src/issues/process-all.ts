/**
 * @module Finds what waits anywhere in a store, also in issues that are closed, and what older tools have left behind; then folds it,
 * one object after the other. One that cannot be folded stops no other.
 */
import type { GitHubApi } from "../github/client/session.ts";
import type { StorePlace } from "./find-object.ts";
import { listIssues } from "./list-objects.ts";
import { maxComments } from "./next-issue.ts";
import { isOfSameId } from "./object-life.ts";
import { titleOf } from "./object-title.ts";
import type { Processed } from "./process-object.ts";
import type { StoreLabels } from "./store-labels.ts";
import type { ObjectIssue } from "./stored-object.ts";
import type { Account } from "./trust.ts";
import { readComment } from "./wire/comment.ts";
import { type Document, readDocument } from "./wire/document.ts";
import { hashOfBody } from "./wire/title.ts";

export interface ProcessAllOptions {
  /** ISO 8601: looks at comments of closed issues from then on only. Default: at all. */
  readonly since?: string;
}

interface ProcessAllParts {
  readonly process: (issueNumber: number) => Promise<Processed>;
  readonly mayWrite: (account: Account) => Promise<boolean>;
}

export interface ProcessedAll {
  readonly processed: readonly Processed[];
  /** With what went wrong: what waits there still waits. */
  readonly failed: readonly { readonly id: string; readonly issueNumber: number; readonly error: unknown }[];
}

export async function processAll(
  api: GitHubApi,
  place: StorePlace,
  names: StoreLabels,
  { since, process, mayWrite }: ProcessAllOptions & ProcessAllParts,
): Promise<ProcessedAll> {
  const live = (await listIssues(api, place, names)).issues.filter(({ life }) => life === "live");
  // Where a late update may lie: what was said there goes on in another issue.
  const { issues: deprecated } = await listIssues(api, place, names, { base: names.deprecated });
  const left = deprecated.filter(
    (issue) => issue.life === "deprecated" && isOfSameId(issue, issue.id, names),
  );
  const issues = [...left, ...live];
  const waiting = new Set(
    issues.filter((object) => isWaiting(object, names)).map(({ issue }) => issue.number),
  );
  const trusted = await withTrustedTitles(issues, mayWrite);
  for (const number of await waitingInClosed(api, place, names, { issues, since, trusted }))
    waiting.add(number);
  const processed: Processed[] = [];
  const failed: { id: string; issueNumber: number; error: unknown }[] = [];
  for (const { id, issue } of issues) {
    if (!waiting.has(issue.number)) continue;
    try {
      processed.push(await process(issue.number));
    } catch (error) {
      failed.push({ id, issueNumber: issue.number, error });
    }
  }
  return { processed, failed };
}

/** Open, or full, or with a body that somebody has written since it was processed. */
function isWaiting({ life, issue, labels }: ObjectIssue, { uidPrefix }: StoreLabels): boolean {
  if (issue.state === "open") return true;
  // What was left for another issue is not shown any more.
  if (life !== "live") return false;
  if (issue.comments >= maxComments) return true;
  const { checkpoint } = titleOf({ title: issue.title, labels }, uidPrefix)!;
  if (checkpoint === undefined) return false;
  const { value } = readDocument(issue.body ?? "") as { value?: Document };
  return value === undefined || hashOfBody(value) !== checkpoint.bodyHash;
}

/** Numbers of issues whose authors may write. Others may have closed theirs, and named it as if all were processed. */
async function withTrustedTitles(
  issues: readonly ObjectIssue[],
  mayWrite: ProcessAllParts["mayWrite"],
): Promise<ReadonlySet<number>> {
  const trusted = new Set<number>();
  for (const { issue } of issues) {
    const { user } = issue;
    if (user === null || user === undefined) continue;
    const login = user.login.replace(/\[bot\]$/u, "");
    // Whom GitHub does not tell about, nobody knows: the processor says so.
    const may = await mayWrite({ id: user.id, login, kind: user.type === "Bot" ? "bot" : "user" }).catch(
      () => false,
    );
    if (may) trusted.add(issue.number);
  }
  return trusted;
}

interface ListedComment {
  readonly id: number;
  readonly body?: string;
  readonly issue_url: string;
  readonly reactions?: Readonly<Record<string, unknown>> | undefined;
}

interface Sweep {
  readonly issues: readonly ObjectIssue[];
  readonly since: string | undefined;
  readonly trusted: ReadonlySet<number>;
}

/** Numbers of closed issues with updates that no checkpoint covers, or that nobody has marked where there is none. */
async function waitingInClosed(
  api: GitHubApi,
  { owner, repo }: StorePlace,
  names: StoreLabels,
  { issues, since, trusted }: Sweep,
): Promise<ReadonlySet<number>> {
  const closed = new Map(issues.map((object) => [object.issue.number, object]));
  const waiting = new Set<number>();
  for await (const { data } of api.paginate.iterator("GET /repos/{owner}/{repo}/issues/comments", {
    owner,
    repo,
    sort: "created",
    direction: "asc",
    per_page: 100,
    ...(since === undefined ? {} : { since }),
  })) {
    for (const comment of data as readonly ListedComment[]) {
      const object = closed.get(Number(comment.issue_url.split("/").at(-1)));
      if (object === undefined || !hasUpdate(comment.body ?? "")) continue;
      const { checkpoint } = titleOf({ title: object.issue.title, labels: object.labels }, names.uidPrefix)!;
      const isCovered =
        checkpoint === undefined
          ? Number(comment.reactions?.[names.reactions.processed] ?? 0) > 0
          : comment.id <= checkpoint.commentId;
      if (!isCovered || !trusted.has(object.issue.number)) waiting.add(object.issue.number);
    }
  }
  return waiting;
}

/** What a newer version wrote waits, too: to be told of. */
function hasUpdate(body: string): boolean {
  const { kind } = readComment(body);
  return kind === "update" || kind === "newer";
}
