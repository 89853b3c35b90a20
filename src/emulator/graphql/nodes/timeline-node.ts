/**
 * @module What happened to issues and pull requests as objects of the schema: their events, comments and commits.
 */
import type { GraphQLResolveInfo } from "graphql";
import { wholeSeconds } from "../../clock.ts";
import { parseCommit } from "../../git/objects.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { isPull } from "../../shapes/pull-json.ts";
import type { IssueRow, LabelRow } from "../../world/issue-rows.ts";
import { connect, type PageArguments } from "../connection.ts";
import { readTime } from "../problem.ts";
import { checkReads, type Fields, issuePath, upperCase, type View } from "../view.ts";
import { isShownEvent, nameOfEvent, type ShownEvent } from "./event-names.ts";
import { commitsOf } from "./pull-node.ts";

interface TimelineArguments extends PageArguments {
  readonly itemTypes?: readonly string[] | null;
  readonly since?: string | null;
  readonly skip?: number | null;
}

interface Item {
  readonly key: string;
  /** `CLOSED_EVENT`. */
  readonly type: string;
  readonly at: number;
  readonly node: () => unknown;
}

export function timelineOf(view: View, issue: IssueRow) {
  return (args: TimelineArguments, _: unknown, info: GraphQLResolveInfo): Fields => {
    const since = args.since == null ? Number.NEGATIVE_INFINITY : readTime(args.since);
    const all = itemsOf(view, issue)
      .filter(({ type, at }) => at >= since && (args.itemTypes?.includes(type) ?? true))
      .slice(Math.max(0, args.skip ?? 0));
    return {
      ...connect({ all, args, info, keyOf: ({ key }) => key, toNode: ({ node }) => node() }),
      updatedAt: wholeSeconds(all.at(-1)?.at ?? issue.createdAt),
    };
  };
}

/** The oldest first. */
function itemsOf(view: View, issue: IssueRow): Item[] {
  const { lists, nodes } = view;
  const comments = lists.comments.by("issue", issue.id).map(
    (comment): Item => ({
      key: `comment/${comment.id}`,
      type: "ISSUE_COMMENT",
      at: comment.createdAt,
      node: () => nodes.comment(comment),
    }),
  );
  const events = lists.events
    .by("issue", issue.id)
    .filter(isShownEvent)
    .map(
      (event): Item => ({
        key: `event/${event.id}`,
        type: nameOfEvent(event)
          .replaceAll(/(?<!^)[A-Z]/gu, "_$&")
          .toUpperCase(),
        at: event.createdAt,
        node: () => nodes.event(event),
      }),
    );
  return [...commitItems(view, issue), ...comments, ...events].sort((a, b) => a.at - b.at);
}

function commitItems(view: View, issue: IssueRow): Item[] {
  if (!isPull(issue)) return [];
  const git = view.services.git.repository(issue.repositoryId);
  return commitsOf(view, issue).map((oid) => ({
    key: `commit/${oid}`,
    type: "PULL_REQUEST_COMMIT",
    at: parseCommit(git.read(oid)!.content).committer.time * 1_000,
    node: () => view.nodes.pullCommit(issue, oid),
  }));
}

export function eventToNode(view: View, event: ShownEvent): Fields {
  const { world, lists, nodes } = view;
  const issue = world.issues.get(event.issueId) ?? lists.issues.get(event.issueId)!;
  const of = () => nodes.issue(issue);
  const path = `${issuePath(view, issue)}#event-${event.id}`;
  return {
    __typename: nameOfEvent(event),
    id: nodeId("event", event.repositoryId, event.id),
    actor: () => nodes.accountOf(event.actorId),
    createdAt: wholeSeconds(event.createdAt),
    resourcePath: path,
    url: view.urls.html(path),
    // Each kind names what it happened to in its own way.
    assignable: of,
    closable: of,
    labelable: of,
    lockable: of,
    subject: of,
    issue: of,
    pullRequest: of,
    ...detailFields(view, event, issue),
  };
}

function detailFields(view: View, { event, details }: ShownEvent, issue: IssueRow): Fields {
  const { nodes } = view;
  switch (event) {
    case "closed":
    case "reopened":
      return {
        stateReason:
          issue.pull !== null || details.stateReason == null ? null : upperCase(details.stateReason),
      };
    case "labeled":
    case "unlabeled":
      return { label: () => nodes.label(labelOf(view, issue, details.label!)) };
    case "assigned":
    case "unassigned": {
      const assignee = () => nodes.accountOf(details.assigneeId ?? null);
      return { assignee, user: assignee };
    }
    case "milestoned":
    case "demilestoned":
      return { milestoneTitle: details.milestone };
    case "renamed":
      return { previousTitle: details.rename?.from, currentTitle: details.rename?.to };
    case "locked":
      return { lockReason: details.lockReason == null ? null : upperCase(details.lockReason) };
    case "merged":
      return mergeFields(view, issue, details.commitOid);
    default:
      return {};
  }
}

/** One that is gone keeps the name and the colour that it had. */
function labelOf(
  { world }: View,
  { repositoryId }: IssueRow,
  { name, color }: { name: string; color: string },
): LabelRow {
  const known = world.labels.find("name", `${repositoryId}/${name.toLowerCase()}`);
  return known ?? { id: 0, repositoryId, name, color, description: null, isDefault: false };
}

function mergeFields(view: View, issue: IssueRow, oid: string | undefined): Fields {
  const repository = view.world.repositories.get(issue.repositoryId)!;
  const base = issue.pull?.base ?? "";
  return {
    commit: () => (oid === undefined ? null : view.nodes.gitObject(repository, oid)),
    mergeRefName: base,
    mergeRef() {
      checkReads(view, repository, "contents");
      const name = `refs/heads/${base}`;
      const at = view.services.git.repository(repository.id).ref(name);
      return at === undefined ? null : view.nodes.ref(repository, name, at);
    },
  };
}
