/**
 * @module Repositories as objects of the schema, with all that is found in them.
 */
import type { GraphQLResolveInfo } from "graphql";
import { roleOf, roleOfPrincipal } from "../../access/permissions.ts";
import { isAssignable } from "../../acts/issues.ts";
import { wholeSeconds } from "../../clock.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { fullNameOf } from "../../shapes/repository-json.ts";
import { type AccountRow, hasRole } from "../../world/account-rows.ts";
import type { MilestoneRow } from "../../world/issue-rows.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { connect, connectRows, type PageArguments } from "../connection.ts";
import { connectIssues, type IssueArguments } from "../issue-connection.ts";
import { type Order, sortRows } from "../order.ts";
import { Problem } from "../problem.ts";
import { connectPulls, type PullArguments } from "../pull-connection.ts";
import { checkReads, checkReadsIssue, type Fields, matches, unresolved, type View } from "../view.ts";
import { gitFields } from "./git-node.ts";
import { type LabelOrder, labelKeys } from "./label-node.ts";
import { connectProtections } from "./protection-node.ts";

type Info = GraphQLResolveInfo;

export function repositoryToNode(view: View, repository: RepositoryRow): Fields {
  const { world, urls, nodes, principal } = view;
  const { id, visibility } = repository;
  const owner = world.accounts.get(repository.ownerId)!;
  const path = `/${fullNameOf(world, repository)}`;
  const role = roleOfPrincipal(world, principal, repository);
  return {
    __typename: "Repository",
    id: nodeId("repository", id),
    databaseId: id,
    name: repository.name,
    nameWithOwner: path.slice(1),
    owner: () => nodes.account(owner),
    url: urls.html(path),
    resourcePath: path,
    isPrivate: visibility !== "public",
    isArchived: repository.isArchived,
    isFork: repository.isFork,
    isTemplate: repository.isTemplate,
    isInOrganization: owner.kind === "Organization",
    visibility: visibility.toUpperCase(),
    description: repository.description,
    homepageUrl: repository.homepage,
    createdAt: wholeSeconds(repository.createdAt),
    updatedAt: wholeSeconds(repository.updatedAt),
    pushedAt: wholeSeconds(repository.pushedAt),
    viewerPermission: role === "none" ? null : role.toUpperCase(),
    viewerCanAdminister: hasRole(role, "admin"),
    hasIssuesEnabled: repository.hasIssues,
    hasProjectsEnabled: repository.hasProjects,
    hasWikiEnabled: repository.hasWiki,
    hasDiscussionsEnabled: repository.hasDiscussions,
    sshUrl: `git@${new URL(urls.html("/")).hostname}:${path.slice(1)}.git`,
    mergeCommitAllowed: repository.merging.allowMerge,
    squashMergeAllowed: repository.merging.allowSquash,
    rebaseMergeAllowed: repository.merging.allowRebase,
    autoMergeAllowed: repository.merging.allowAuto,
    deleteBranchOnMerge: repository.merging.deleteBranch,
    // As in the REST API: nothing here forks, mirrors or stars.
    parent: null,
    isMirror: false,
    mirrorUrl: null,
    forkCount: 0,
    stargazerCount: 0,
    repositoryTopics: (args: PageArguments, _: unknown, info: Info) =>
      connect({
        all: repository.topics,
        args,
        info,
        keyOf: (topic) => topic,
        toNode: (topic) => ({
          topic: { name: topic },
          resourcePath: `/topics/${topic}`,
          url: urls.html(`/topics/${topic}`),
        }),
      }),
    branchProtectionRules: (args: PageArguments, _: unknown, info: Info) =>
      connectProtections(view, repository, args, info),
    ...issueFields(view, repository),
    ...peopleFields(view, repository),
    ...gitFields(view, repository),
  };
}

function issueFields(view: View, repository: RepositoryRow): Fields {
  const { world, lists, nodes } = view;
  const find = (number: number) => {
    const issue = world.issues.find("number", `${repository.id}/${number}`);
    if (issue === undefined) checkReads(view, repository, "issues");
    else checkReadsIssue(view, issue);
    return issue;
  };
  return {
    issues: (args: IssueArguments, _: unknown, info: Info) => connectIssues(view, repository, args, info),
    issue({ number }: { readonly number: number }) {
      const issue = find(number);
      if (issue === undefined || issue.pull !== null)
        throw unresolved(`an Issue with the number of ${number}`);
      return nodes.issue(issue);
    },
    pullRequest({ number }: { readonly number: number }) {
      const issue = find(number);
      if (issue === undefined || issue.pull === null)
        throw unresolved(`a PullRequest with the number of ${number}`);
      return nodes.issue(issue);
    },
    pullRequests: (args: PullArguments, _: unknown, info: Info) => connectPulls(view, repository, args, info),
    issueOrPullRequest({ number }: { readonly number: number }) {
      const issue = find(number);
      if (issue === undefined) throw unresolved(`an issue or pull request with the number of ${number}`);
      return nodes.issue(issue);
    },
    label({ name }: { readonly name: string }) {
      checkReads(view, repository, "issues");
      const label = world.labels.find("name", `${repository.id}/${name.toLowerCase()}`);
      return label === undefined ? null : nodes.label(label);
    },
    labels(
      args: PageArguments & { readonly orderBy?: LabelOrder | null; readonly query?: string | null },
      _: unknown,
      info: Info,
    ) {
      checkReads(view, repository, "issues");
      const all = lists.labels
        .by("repository", repository.id)
        .filter(({ name, description }) => matches(args.query, name, description));
      return connectRows(sortRows(all, args.orderBy, labelKeys), args, info, nodes.label);
    },
    milestone({ number }: { readonly number: number }) {
      checkReads(view, repository, "issues");
      const milestone = world.milestones
        .by("repository", repository.id)
        .find((other) => other.number === number);
      return milestone === undefined ? null : nodes.milestone(milestone);
    },
    milestones(args: MilestoneArguments, _: unknown, info: Info) {
      const { states, query, orderBy } = args;
      checkReads(view, repository, "issues");
      const all = lists.milestones
        .by("repository", repository.id)
        .filter(({ state }) => states == null || states.includes(state === "open" ? "OPEN" : "CLOSED"))
        .filter(({ title, description }) => matches(query, title, description));
      return connectRows(sortRows(all, orderBy, milestoneKeys), args, info, nodes.milestone);
    },
  };
}

type MilestoneField = "CREATED_AT" | "DUE_DATE" | "NUMBER" | "UPDATED_AT";

interface MilestoneArguments extends PageArguments {
  readonly states?: readonly ("OPEN" | "CLOSED")[] | null;
  readonly query?: string | null;
  readonly orderBy?: Order<MilestoneField> | null;
}

const milestoneKeys: Readonly<Record<MilestoneField, (row: MilestoneRow) => number>> = {
  CREATED_AT: ({ createdAt }) => createdAt,
  DUE_DATE: ({ dueOn }) => dueOn ?? Number.POSITIVE_INFINITY,
  NUMBER: ({ number }) => number,
  UPDATED_AT: ({ updatedAt }) => updatedAt,
};

interface CollaboratorArguments extends PageArguments {
  readonly affiliation?: "ALL" | "DIRECT" | "OUTSIDE" | null;
  readonly login?: string | null;
  readonly query?: string | null;
}

function peopleFields(view: View, repository: RepositoryRow): Fields {
  const { world, lists, nodes, principal, services } = view;
  return {
    assignableUsers(args: PageArguments & { readonly query?: string | null }, _: unknown, info: Info) {
      const all = lists.accounts
        .all()
        .filter(({ login, name }) => matches(args.query, login, name))
        .filter(({ id }) => isAssignable({ services, repository }, id));
      return connectRows(all, args, info, nodes.account);
    },
    collaborators(args: CollaboratorArguments, _: unknown, info: Info) {
      if (!hasRole(roleOfPrincipal(world, principal, repository), "write")) {
        throw new Problem("FORBIDDEN", "Must have push access to view repository collaborators.");
      }
      return connect({
        all: collaboratorsOf(view, repository, args),
        args,
        info,
        keyOf: ({ id }) => id,
        toNode: nodes.account,
        toEdge: ({ id }) => ({ permission: roleOf(world, id, repository).toUpperCase() }),
      });
    },
  };
}

/** Everybody who may do more than the public: the visibility gives no role here. */
function collaboratorsOf(
  { lists }: View,
  repository: RepositoryRow,
  { affiliation, login, query }: CollaboratorArguments,
): readonly AccountRow[] {
  const direct = new Set(lists.collaborators.by("repository", repository.id).map(({ userId }) => userId));
  const members = new Set(
    lists.memberships.by("organization", repository.ownerId).map(({ userId }) => userId),
  );
  return lists.accounts.all().filter((account) => {
    const { id, kind } = account;
    if (kind !== "User" || !hasRole(roleOf(lists, id, { ...repository, visibility: "private" }), "read"))
      return false;
    if (affiliation === "DIRECT" && !direct.has(id) && id !== repository.ownerId) return false;
    if (affiliation === "OUTSIDE" && (!direct.has(id) || members.has(id))) return false;
    if (login != null && account.login.toLowerCase() !== login.toLowerCase()) return false;
    return matches(query, account.login, account.name);
  });
}
