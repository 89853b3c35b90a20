/**
 * @module Finds what a global node id names. What one may not see is not there.
 */
import { findCheck } from "../checks/commit-checks.ts";
import { type NodeKind, parseNodeId } from "../shapes/node-id.ts";
import { isPull } from "../shapes/pull-json.ts";
import { webFlow } from "../world/account-emails.ts";
import type { AccountRow, TeamRow } from "../world/account-rows.ts";
import type { RunRow, WorkflowRow } from "../world/action-rows.ts";
import type { CheckRunRow, StatusRow } from "../world/check-rows.ts";
import type { CommentRow, IssueRow, LabelRow, MilestoneRow } from "../world/issue-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { ReviewRow } from "../world/review-rows.ts";
import { isShownEvent, type ShownEvent } from "./nodes/event-names.ts";
import { commitsOf } from "./nodes/pull-node.ts";
import { seesReview } from "./nodes/review-node.ts";
import { canSeeTeam } from "./nodes/team-node.ts";
import { nodeNotFound, Problem } from "./problem.ts";
import {
  canSee,
  checkReads,
  checkReadsIssue,
  type Edit,
  type Fields,
  issueOf,
  type PullRow,
  type Reaction,
  type View,
} from "./view.ts";

export type Found =
  | { readonly kind: "account"; readonly row: AccountRow }
  | { readonly kind: "repository"; readonly row: RepositoryRow }
  | { readonly kind: "issue"; readonly row: IssueRow }
  | { readonly kind: "comment"; readonly row: CommentRow }
  | { readonly kind: "label"; readonly row: LabelRow }
  | { readonly kind: "milestone"; readonly row: MilestoneRow }
  | { readonly kind: "reaction"; readonly reaction: Reaction }
  | { readonly kind: "edit"; readonly edit: Edit }
  | { readonly kind: "team"; readonly row: TeamRow }
  | { readonly kind: "event"; readonly row: ShownEvent }
  | { readonly kind: "pullCommit"; readonly row: PullRow; readonly oid: string }
  | { readonly kind: "workflow"; readonly row: WorkflowRow }
  | { readonly kind: "run"; readonly row: RunRow }
  | { readonly kind: "checkRun"; readonly row: CheckRunRow }
  | { readonly kind: "status"; readonly row: StatusRow }
  | { readonly kind: "review"; readonly row: ReviewRow }
  | { readonly kind: "gitObject"; readonly repository: RepositoryRow; readonly oid: string }
  | { readonly kind: "ref"; readonly repository: RepositoryRow; readonly name: string; readonly oid: string };

type Path = readonly (number | string)[];

/** @throws {Problem} NOT_FOUND */
function findNode(view: View, id: string): Found {
  const parsed = parseNodeId(id);
  for (const kind of parsed?.kinds ?? []) {
    const found = finders[kind]?.(view, parsed!.path);
    if (found === undefined) continue;
    const repository = repositoryOf(view, found);
    if (found.kind === "team" && !canSeeTeam(view, found.row)) continue;
    if (repository === undefined || canSee(view, repository)) return found;
  }
  throw nodeNotFound(id);
}

/** Finds something of one kind. @throws {Problem} NOT_FOUND */
export function mustFind<K extends Found["kind"]>(
  view: View,
  id: string,
  ...kinds: readonly K[]
): Extract<Found, { readonly kind: K }> {
  const found = findNode(view, id);
  if (!kinds.some((kind) => kind === found.kind)) {
    const names = kinds.map((kind) => kind.slice(0, 1).toUpperCase() + kind.slice(1)).join(" or ");
    throw new Problem("NOT_FOUND", `Could not resolve to ${names} node with the global id of '${id}'.`);
  }
  return found as Extract<Found, { readonly kind: K }>;
}

/** As an object of the schema. @throws {Problem} NOT_FOUND @throws {Refusal} 403 */
export function findNodeFields(view: View, id: string): Fields {
  const { nodes } = view;
  const found = findNode(view, id);
  const repository = repositoryOf(view, found);
  const issue = issueOfNode(view, found);
  if (issue !== undefined) checkReadsIssue(view, issue);
  const isOfIssues = found.kind === "label" || found.kind === "milestone";
  if (repository !== undefined && isOfIssues) checkReads(view, repository, "issues");
  const isOfActions = ["workflow", "run", "checkRun"].includes(found.kind);
  if (repository !== undefined && isOfActions) checkReads(view, repository, "checks");
  switch (found.kind) {
    case "account":
      return nodes.account(found.row);
    case "repository":
      return nodes.repository(found.row);
    case "issue":
      return nodes.issue(found.row);
    case "comment":
      return nodes.comment(found.row);
    case "label":
      return nodes.label(found.row);
    case "milestone":
      return nodes.milestone(found.row);
    case "reaction":
      return nodes.reaction(found.reaction);
    case "edit":
      return nodes.edit(found.edit);
    case "team":
      return nodes.team(found.row);
    case "event":
      return nodes.event(found.row);
    case "pullCommit":
      return nodes.pullCommit(found.row, found.oid);
    case "workflow":
      return nodes.workflow(found.row);
    case "run":
      return nodes.run(found.row);
    case "ref":
      return nodes.ref(found.repository, found.name, found.oid);
    case "checkRun":
      return nodes.checkRun(found.row);
    case "status":
      checkReads(view, repository!, "statuses");
      return nodes.status(found.row);
    case "review":
      return nodes.review(found.row);
    case "gitObject": {
      const fields = nodes.gitObject(found.repository, found.oid);
      if (fields === null) throw nodeNotFound(id);
      return fields;
    }
  }
}

/** The issue that it is, or belongs to. */
function issueOfNode(view: View, found: Found): IssueRow | undefined {
  switch (found.kind) {
    case "issue":
    case "pullCommit":
      return found.row;
    case "event":
    case "review":
      return view.world.issues.get(found.row.issueId);
    case "comment":
      return issueOf(view, found.row);
    case "reaction":
      return issueOfNode(view, found.reaction.of);
    case "edit":
      return issueOfNode(view, found.edit.of);
    default:
      return undefined;
  }
}

/** Where it lies; `undefined` for accounts and teams. */
function repositoryOf({ world }: View, found: Found): RepositoryRow | undefined {
  switch (found.kind) {
    case "account":
    case "team":
      return undefined;
    case "repository":
      return found.row;
    case "gitObject":
    case "ref":
      return found.repository;
    case "reaction":
      return world.repositories.get(found.reaction.of.row.repositoryId);
    case "edit":
      return world.repositories.get(found.edit.of.row.repositoryId);
    default:
      return world.repositories.get(found.row.repositoryId);
  }
}

type Finder = (view: View, path: Path) => Found | undefined;

const account: Finder = ({ world }, path) => {
  const id = numberAt(path);
  return asFound("account", world.accounts.get(id) ?? (id === webFlow.id ? webFlow : undefined));
};
const gitObject: Finder = ({ world, services }, [id, oid]) => {
  const repository = typeof id === "number" ? world.repositories.get(id) : undefined;
  if (repository === undefined || typeof oid !== "string") return undefined;
  if (services.git.repository(repository.id).read(oid) === undefined) return undefined;
  return { kind: "gitObject", repository, oid };
};

const finders: Partial<Readonly<Record<NodeKind, Finder>>> = {
  user: account,
  organization: account,
  bot: account,
  repository: ({ world }, path) => asFound("repository", world.repositories.get(numberAt(path))),
  issue: issueWhere(({ pull }) => pull === null),
  pullRequest: issueWhere(({ pull }) => pull !== null),
  comment: ({ world }, path) => asFound("comment", world.comments.get(numberAt(path))),
  label: ({ world }, path) => asFound("label", world.labels.get(numberAt(path))),
  milestone: ({ world }, path) => asFound("milestone", world.milestones.get(numberAt(path))),
  reaction(view, path) {
    const row = view.world.reactions.get(numberAt(path));
    const [kind, id] = row?.subject.split("/") ?? [];
    const of = writtenAt(view, kind, Number(id));
    return row === undefined || of === undefined ? undefined : { kind: "reaction", reaction: { row, of } };
  },
  edit(view, [, kind, id, index]) {
    const of = writtenAt(view, kind, Number(id));
    const row = of?.row.edits[Number(index)];
    return of === undefined || row === undefined
      ? undefined
      : { kind: "edit", edit: { row, of, index: Number(index) } };
  },
  team: ({ world }, path) => asFound("team", world.teams.get(numberAt(path))),
  event({ world }, path) {
    const row = world.events.get(numberAt(path));
    return row === undefined || !isShownEvent(row) || world.issues.get(row.issueId) === undefined
      ? undefined
      : { kind: "event", row };
  },
  pullCommit(view, [, id, oid]) {
    const row = view.world.issues.get(Number(id));
    if (row === undefined || !isPull(row) || typeof oid !== "string") return undefined;
    return commitsOf(view, row).includes(oid) ? { kind: "pullCommit", row, oid } : undefined;
  },
  workflow: ({ world }, path) => asFound("workflow", world.workflows.get(numberAt(path))),
  run: ({ world }, path) => asFound("run", world.runs.get(numberAt(path))),
  job({ world }, [repositoryId, id]) {
    const row = findCheck(world, Number(repositoryId), Number(id));
    return row === undefined ? undefined : { kind: "checkRun", row };
  },
  status({ world }, path) {
    const row = world.statuses.get(numberAt(path));
    return row === undefined ? undefined : { kind: "status", row };
  },
  review(view, path) {
    const row = view.world.reviews.get(numberAt(path));
    return row === undefined || !seesReview(view, row) ? undefined : { kind: "review", row };
  },
  commit: gitObject,
  tree: gitObject,
  blob: gitObject,
  tag: gitObject,
  ref({ world, services }, [id, name]) {
    const repository = typeof id === "number" ? world.repositories.get(id) : undefined;
    if (repository === undefined || typeof name !== "string") return undefined;
    const refs = services.git.repository(repository.id).refs(name);
    const ref = refs.find((other) => other.name === name);
    return ref === undefined ? undefined : { kind: "ref", repository, ...ref };
  },
};

function issueWhere(test: (issue: IssueRow) => boolean): Finder {
  return ({ world }, path) => {
    const row = world.issues.get(numberAt(path));
    return row !== undefined && test(row) ? { kind: "issue", row } : undefined;
  };
}

function writtenAt({ world }: View, kind: unknown, id: number): Reaction["of"] | undefined {
  if (kind === "issue") {
    const row = world.issues.get(id);
    return row === undefined ? undefined : { kind, row };
  }
  const row = kind === "comment" ? world.comments.get(id) : undefined;
  return row === undefined ? undefined : { kind: "comment", row };
}

/** The object's own number is the last one. */
function numberAt(path: Path): number {
  const last = path.at(-1);
  return typeof last === "number" ? last : -1;
}

function asFound<
  K extends "account" | "repository" | "comment" | "label" | "milestone" | "team" | "workflow" | "run",
>(kind: K, row: Extract<Found, { readonly kind: K }>["row"] | undefined): Found | undefined {
  return row === undefined ? undefined : ({ kind, row } as Found);
}
