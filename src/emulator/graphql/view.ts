/**
 * @module Who looks, and at what: what all fields of one GraphQL request work with.
 */
import { authorize, roleOfPrincipal } from "../access/permissions.ts";
import type { Principal } from "../access/principal.ts";
import type { Services } from "../services.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import type { Urls } from "../shapes/urls.ts";
import type { AccountRow, TeamRow } from "../world/account-rows.ts";
import { hasRole } from "../world/account-rows.ts";
import type { RunRow, WorkflowRow } from "../world/action-rows.ts";
import type { CheckRunRow, StatusRow } from "../world/check-rows.ts";
import type {
  CommentRow,
  EditRow,
  IssueRow,
  LabelRow,
  MilestoneRow,
  PullPart,
  ReactionRow,
} from "../world/issue-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { ReviewRow } from "../world/review-rows.ts";
import type { World } from "../world/world.ts";
import type { ShownEvent } from "./nodes/event-names.ts";
import { Problem } from "./problem.ts";

/** An object of the schema: its fields by name, as values or as functions of their arguments. */
export type Fields = Readonly<Record<string, unknown>>;

export type PullRow = IssueRow & { readonly pull: PullPart };

/** What is written, and can be edited and reacted to. */
export type Written =
  | { readonly kind: "issue"; readonly row: IssueRow }
  | { readonly kind: "comment"; readonly row: CommentRow };

export interface Reaction {
  readonly row: ReactionRow;
  readonly of: Written;
}

/** Edits have no row of their own. */
export interface Edit {
  readonly row: EditRow;
  readonly of: Written;
  /** The oldest is 0. */
  readonly index: number;
}

/** Makes the objects of the schema. Here, so that each kind can lead to each other. */
export interface Nodes {
  account(row: AccountRow): Fields;
  /** `null` for one who is no more. */
  accountOf(id: number | null): Fields | null;
  repository(row: RepositoryRow): Fields;
  issue(row: IssueRow): Fields;
  comment(row: CommentRow): Fields;
  label(row: LabelRow): Fields;
  milestone(row: MilestoneRow): Fields;
  reaction(reaction: Reaction): Fields;
  edit(edit: Edit): Fields;
  event(row: ShownEvent): Fields;
  team(row: TeamRow): Fields;
  run(row: RunRow): Fields;
  workflow(row: WorkflowRow): Fields;
  /** A commit of a pull request. */
  pullCommit(pull: IssueRow, oid: string): Fields;
  gitObject(repository: RepositoryRow, oid: string): Fields | null;
  ref(repository: RepositoryRow, name: string, oid: string): Fields;
  checkRun(row: CheckRunRow): Fields;
  status(row: StatusRow): Fields;
  review(row: ReviewRow): Fields;
}

export interface View {
  readonly services: Services;
  /** For single things; behind the truth where lag was asked for. */
  readonly world: World;
  /** For lists. */
  readonly lists: World;
  readonly principal: Principal;
  /** Who asks: a person, or an app's bot. */
  readonly actor: AccountRow;
  readonly urls: Urls;
  readonly version: string;
  readonly nodes: Nodes;
  /** What the request costs. */
  readonly usage: Usage;
}

export interface Usage {
  /** Points of the primary limit. */
  readonly cost: number;
  /** How many nodes it may answer at most. */
  readonly nodeCount: number;
}

export function canSee({ world, principal }: View, repository: RepositoryRow): boolean {
  return hasRole(roleOfPrincipal(world, principal, repository), "read");
}

/** Whether the token at hand lets one read this part of a repository. @throws {Refusal} 403 */
export function checkReads(
  { world, principal }: View,
  repository: RepositoryRow,
  permission: "issues" | "contents" | "checks" | "statuses" | "pull_requests",
): void {
  authorize(world, principal, repository, { permission, level: "read", role: "read" });
}

/** The same of an issue, or of a pull request, for which either permission will do. @throws {Refusal} 403 */
export function checkReadsIssue({ world, principal }: View, issue: IssueRow): void {
  const need = { permission: "issues", onPull: "pull_requests", level: "read", role: "read" } as const;
  const repository = world.repositories.get(issue.repositoryId)!;
  authorize(world, principal, repository, need, issue.pull !== null);
}

/** @param what with its article: `a User with the login of 'ada'` */
export function unresolved(what: string): Problem {
  return new Problem("NOT_FOUND", `Could not resolve to ${what}.`);
}

/** Lists that lag may still hold comments of an issue that is gone. */
export function issueOf({ world, lists }: View, { issueId }: CommentRow): IssueRow {
  return (world.issues.get(issueId) ?? lists.issues.get(issueId))!;
}

/** `/acme/data/issues/1`. */
export function issuePath({ world }: View, { repositoryId, number, pull }: IssueRow): string {
  const repository = world.repositories.get(repositoryId)!;
  return `/${fullNameOf(world, repository)}/${pull === null ? "issues" : "pull"}/${number}`;
}

/** `TOO_HEATED`, as the schema writes the values of enumerations. */
export function upperCase(name: string): string {
  return name.toUpperCase().replaceAll(/[- ]/gu, "_");
}

/** Whether one of the texts has in it what a list is asked for. */
export function matches(query: string | null | undefined, ...texts: readonly (string | null)[]): boolean {
  if (query == null) return true;
  return texts.some((text) => text?.toLowerCase().includes(query.toLowerCase()));
}
