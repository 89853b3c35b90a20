/**
 * @module Lists of pull requests: of a repository, of a label, of a milestone, of a branch.
 */
import type { GraphQLResolveInfo } from "graphql";
import { isPull } from "../shapes/pull-json.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { connectRows, type PageArguments } from "./connection.ts";
import { type IssueOrder, issueKeys } from "./issue-connection.ts";
import { sortRows } from "./order.ts";
import { checkReads, type Fields, type PullRow, type View } from "./view.ts";

type PullState = "OPEN" | "CLOSED" | "MERGED";

export interface PullArguments extends PageArguments {
  readonly states?: readonly PullState[] | null;
  /** A pull request must have one of them. */
  readonly labels?: readonly string[] | null;
  readonly headRefName?: string | null;
  readonly baseRefName?: string | null;
  readonly orderBy?: IssueOrder | null;
}

/** @throws {Refusal} 403 */
export function connectPulls(
  view: View,
  repository: RepositoryRow,
  args: PullArguments,
  info: GraphQLResolveInfo,
  belongs: (pull: PullRow) => boolean = () => true,
): Fields {
  checkReads(view, repository, "pull_requests");
  const { lists, nodes } = view;
  const { states, headRefName, baseRefName } = args;
  const names = args.labels == null ? undefined : new Set(args.labels.map((name) => name.toLowerCase()));
  const isLabeled = ({ labelIds }: PullRow) =>
    names === undefined || labelIds.some((id) => names.has(lists.labels.get(id)?.name.toLowerCase() ?? ""));
  const found = lists.issues
    .by("repository", repository.id)
    .filter(isPull)
    .filter((row) => belongs(row) && isLabeled(row) && (states?.includes(pullState(row)) ?? true))
    .filter(({ pull }) => headRefName == null || pull.head === headRefName)
    .filter(({ pull }) => baseRefName == null || pull.base === baseRefName);
  return connectRows(sortRows(found, args.orderBy, issueKeys(lists)), args, info, nodes.issue);
}

export function pullState({ state, pull }: PullRow): PullState {
  if (pull.mergedAt !== null) return "MERGED";
  return state === "open" ? "OPEN" : "CLOSED";
}
