/**
 * @module Lists of issues: of a repository, of a label, of a milestone.
 */
import type { GraphQLResolveInfo } from "graphql";
import { sinceTest } from "../operations/issue-list.ts";
import type { IssueRow } from "../world/issue-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { connectRows, type PageArguments } from "./connection.ts";
import { type Order, sortRows } from "./order.ts";
import { checkReads, type Fields, type View } from "./view.ts";

type IssueState = "OPEN" | "CLOSED";

export interface IssueArguments extends PageArguments {
  readonly states?: readonly IssueState[] | null;
  /** An issue must have one of them. */
  readonly labels?: readonly string[] | null;
  readonly filterBy?: IssueFilters | null;
  readonly orderBy?: IssueOrder | null;
}

interface IssueFilters {
  readonly assignee?: string | null;
  readonly createdBy?: string | null;
  readonly labels?: readonly string[] | null;
  readonly mentioned?: string | null;
  /** A milestone's number, `*` for any, or none where it is null. */
  readonly milestone?: string | null;
  readonly milestoneNumber?: string | null;
  readonly since?: string | null;
  readonly states?: readonly IssueState[] | null;
}

/** Pull requests are not among them. @throws {Refusal} 403, 422 */
export function connectIssues(
  view: View,
  repository: RepositoryRow,
  args: IssueArguments,
  info: GraphQLResolveInfo,
  belongs: (issue: IssueRow) => boolean = () => true,
): Fields {
  checkReads(view, repository, "issues");
  const { lists } = view;
  const tests = [belongs, ...testsOf(lists, args), ...filterTests(lists, args.filterBy ?? {})];
  const found = lists.issues
    .by("repository", repository.id)
    .filter((issue) => issue.pull === null && tests.every((test) => test(issue)));
  return connectRows(sortRows(found, args.orderBy, issueKeys(lists)), args, info, view.nodes.issue);
}

export type IssueOrder = Order<"CREATED_AT" | "UPDATED_AT" | "COMMENTS">;

export function issueKeys(world: World): Readonly<Record<IssueOrder["field"], (issue: IssueRow) => number>> {
  return {
    CREATED_AT: ({ createdAt, number }) => Math.floor(createdAt / 1000) * 1_000_000 + number,
    UPDATED_AT: ({ updatedAt, number }) => Math.floor(updatedAt / 1000) * 1_000_000 + number,
    COMMENTS: ({ id }) => world.comments.by("issue", id).length,
  };
}

type Test = (issue: IssueRow) => boolean;

function testsOf(world: World, { states, labels }: Pick<IssueArguments, "states" | "labels">): Test[] {
  const tests: Test[] = [];
  if (states != null) tests.push(({ state }) => states.includes(state === "open" ? "OPEN" : "CLOSED"));
  if (labels != null) {
    const names = new Set(labels.map((name) => name.toLowerCase()));
    tests.push(({ labelIds }) =>
      labelIds.some((id) => names.has(world.labels.get(id)?.name.toLowerCase() ?? "")),
    );
  }
  return tests;
}

function filterTests(world: World, filters: IssueFilters): Test[] {
  const { assignee, createdBy, mentioned, since } = filters;
  const tests = testsOf(world, filters);
  const idOf = (login: string) => world.accounts.find("login", login.toLowerCase())?.id ?? -1;
  if (createdBy != null) tests.push(({ authorId }) => authorId === idOf(createdBy));
  if (assignee === null) tests.push(({ assigneeIds }) => assigneeIds.length === 0);
  else if (assignee === "*") tests.push(({ assigneeIds }) => assigneeIds.length > 0);
  else if (assignee !== undefined) tests.push(({ assigneeIds }) => assigneeIds.includes(idOf(assignee)));
  const milestone = filters.milestoneNumber === undefined ? filters.milestone : filters.milestoneNumber;
  if (milestone === null) tests.push(({ milestoneId }) => milestoneId === null);
  else if (milestone === "*") tests.push(({ milestoneId }) => milestoneId !== null);
  else if (milestone !== undefined)
    tests.push(
      ({ milestoneId }) =>
        milestoneId !== null && String(world.milestones.get(milestoneId)?.number) === milestone,
    );
  if (mentioned != null) {
    const mention = new RegExp(`@${mentioned.replaceAll(/[^\w-]/gu, "")}(?![\\w-])`, "iu");
    tests.push(({ body }) => mention.test(body ?? ""));
  }
  if (since != null) tests.push(sinceTest(since));
  return tests;
}
