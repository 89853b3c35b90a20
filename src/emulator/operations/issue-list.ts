/**
 * @module Which issues a list shows, and in which order. Pure.
 *
 * @see https://docs.github.com/rest/issues/issues#list-repository-issues
 */
import { validationFailed } from "../http/refusal.ts";
import { parseTime } from "../parse-time.ts";
import type { IssueRow } from "../world/issue-rows.ts";
import type { World } from "../world/world.ts";

export interface IssueFilter {
  readonly state?: string | undefined;
  /** Names, separated by commas; an issue must have all. */
  readonly labels?: string | undefined;
  readonly milestone?: string | undefined;
  readonly assignee?: string | undefined;
  readonly creator?: string | undefined;
  readonly mentioned?: string | undefined;
  readonly since?: string | undefined;
  readonly type?: string | undefined;
  readonly sort?: string | undefined;
  readonly direction?: string | undefined;
}

/** @throws {Refusal} 422 */
export function selectIssues(
  world: World,
  issues: readonly IssueRow[],
  filter: IssueFilter,
): readonly IssueRow[] {
  const tests = testsOf(world, filter);
  const found =
    tests.length === 0 ? [...issues] : issues.filter((issue) => tests.every((test) => test(issue)));
  return sortIssues(world, found, filter);
}

function testsOf(world: World, filter: IssueFilter): ((issue: IssueRow) => boolean)[] {
  const { state = "open", labels, milestone, assignee, creator, mentioned, since, type } = filter;
  const tests: ((issue: IssueRow) => boolean)[] = [];
  if (state !== "all") tests.push((issue) => issue.state === state);
  for (const name of namesIn(labels)) {
    tests.push(({ labelIds }) => labelIds.some((id) => world.labels.get(id)?.name.toLowerCase() === name));
  }
  if (milestone !== undefined) tests.push(milestoneTest(world, milestone));
  if (assignee !== undefined) tests.push(assigneeTest(world, assignee));
  if (creator !== undefined) {
    const id = accountId(world, creator, "creator");
    tests.push(({ authorId }) => authorId === id);
  }
  if (mentioned !== undefined) {
    const isMentioned = mentionTest(mentioned);
    tests.push(({ body }) => isMentioned(body));
  }
  if (type !== undefined) tests.push(typeTest(world, type));
  if (since !== undefined) tests.push(sinceTest(since));
  return tests;
}

/**
 * Times count in whole seconds, the one that is named included.
 *
 * @returns a test that nothing passes for the beginning of 1970: there GitHub finds nothing
 * @throws {Refusal} 422
 */
export function sinceTest(since: string): (row: { readonly updatedAt: number }) => boolean {
  const time = parseTime(since);
  if (time === undefined) throw validationFailed({ field: "since", code: "invalid", value: since });
  if (time === 0) return () => false;
  const second = Math.floor(time / 1000);
  return ({ updatedAt }) => Math.floor(updatedAt / 1000) >= second;
}

/** Whether a text names somebody. */
export function mentionTest(login: string): (text: string | null) => boolean {
  const mention = new RegExp(`@${login.replaceAll(/[^\w-]/gu, "")}(?![\\w-])`, "iu");
  return (text) => mention.test(text ?? "");
}

function namesIn(labels: string | undefined): string[] {
  return (labels ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
}

function milestoneTest(world: World, milestone: string): (issue: IssueRow) => boolean {
  if (milestone === "*") return ({ milestoneId }) => milestoneId !== null;
  if (milestone === "none") return ({ milestoneId }) => milestoneId === null;
  if (!/^\d+$/u.test(milestone)) {
    throw validationFailed({ resource: "Issue", field: "milestone", code: "invalid", value: milestone });
  }
  return ({ milestoneId }) =>
    milestoneId !== null && world.milestones.get(milestoneId)?.number === Number(milestone);
}

function typeTest(world: World, type: string): (issue: IssueRow) => boolean {
  if (type === "*") return ({ typeId }) => typeId != null;
  if (type === "none") return ({ typeId }) => typeId == null;
  return isOfType(world, type);
}

/** Whether an issue has the type of this name, whichever organisation's it is. */
export function isOfType(world: World, type: string): (issue: IssueRow) => boolean {
  const name = type.toLowerCase();
  return ({ typeId }) => typeId != null && world.issueTypes.get(typeId)?.name.toLowerCase() === name;
}

function assigneeTest(world: World, assignee: string): (issue: IssueRow) => boolean {
  if (assignee === "*") return ({ assigneeIds }) => assigneeIds.length > 0;
  if (assignee === "none") return ({ assigneeIds }) => assigneeIds.length === 0;
  const id = accountId(world, assignee, "assignee");
  return ({ assigneeIds }) => assigneeIds.includes(id);
}

function accountId(world: World, login: string, field: string): number {
  const account = world.accounts.find("login", login.toLowerCase());
  if (account === undefined)
    throw validationFailed({ resource: "Issue", field, code: "invalid", value: login });
  return account.id;
}

/** Of equal times the one with the higher number is the later one. */
function sortIssues(
  world: World,
  issues: IssueRow[],
  { sort = "created", direction = "desc" }: IssueFilter,
): IssueRow[] {
  if (sort === "updated" || sort === "comments" || !isAsCreated(issues)) {
    const keyOf = sortKey(world, sort);
    // Each once: comments are counted.
    const keys = new Map(issues.map((issue) => [issue.id, keyOf(issue)]));
    issues.sort((a, b) => keys.get(a.id)! - keys.get(b.id)! || a.number - b.number);
  }
  return direction === "asc" ? issues : issues.reverse();
}

/** They nearly always come as they were created: to see that is much faster than to sort thousands. */
function isAsCreated(issues: readonly IssueRow[]): boolean {
  for (let at = 1; at < issues.length; at++) {
    const before = issues[at - 1]!;
    const issue = issues[at]!;
    if (before.createdAt > issue.createdAt || before.number > issue.number) return false;
  }
  return true;
}

function sortKey(world: World, sort: string): (issue: IssueRow) => number {
  switch (sort) {
    case "updated":
      return ({ updatedAt }) => Math.floor(updatedAt / 1000);
    case "comments":
      return ({ id }) => world.comments.by("issue", id).length;
    default:
      return ({ createdAt }) => Math.floor(createdAt / 1000);
  }
}
