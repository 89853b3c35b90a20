/**
 * @module Issues across repositories, by what somebody has to do with them.
 *
 * @see https://docs.github.com/rest/issues/issues#list-issues-assigned-to-the-authenticated-user
 */
import { membershipOf, roleOf, roleOfPrincipal } from "../access/permissions.ts";
import type { Answer } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { Refusal } from "../http/refusal.ts";
import { issueToJson } from "../shapes/issue-json.ts";
import { repositoryToJson } from "../shapes/repository-json.ts";
import type { AccountRow } from "../world/account-rows.ts";
import type { IssueRow } from "../world/issue-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { mentionTest, selectIssues } from "./issue-list.ts";
import {
  actorOf,
  type Call,
  forOrganization,
  forPerson,
  type Operation,
  type UserCall,
} from "./operation.ts";
import { mayFind } from "./search-places.ts";

export const accountIssueOperations: readonly Operation[] = [
  forPerson("issues/list", {}, (call) => {
    for (const option of ["collab", "orgs", "owned", "pulls"])
      if (call.query[option] !== undefined)
        throw new Refusal(501, `The emulator does not serve ${option} in lists of issues`);
    return issuesOf(call, () => true);
  }),
  forPerson("issues/list-for-authenticated-user", {}, (call) =>
    issuesOf(call, (repository) => isOwnOrMembers(call, repository)),
  ),
  forOrganization("issues/list-for-org", { permission: "issues", level: "read", role: "anyone" }, (call) => {
    if (call.principal.kind === "installation")
      throw new Refusal(403, "Resource not accessible by integration");
    const { organization } = call;
    return issuesOf({ ...call, user: actorOf(call) }, ({ ownerId }) => ownerId === organization.id);
  }),
];

function issuesOf(call: UserCall, isWanted: (repository: RepositoryRow) => boolean): Answer {
  const { world, user } = call;
  const { filter = "assigned" } = call.query;
  const isEverything = filter === "all" || filter === "repos";
  const repositories = world.repositories
    .all()
    .filter((repository) => isWanted(repository) && mayFind(call, repository, "issues"))
    // All issues of all public repositories are not what somebody sees as theirs.
    .filter((repository) => !isEverything || isAffiliated(call, repository));
  const concerns = isEverything ? () => true : concernTest(call, user, filter);
  const issues = repositories.flatMap(({ id, hasIssues }) =>
    world.issues
      .by("repository", id)
      .filter((issue) => (hasIssues || issue.pull !== null) && concerns(issue)),
  );
  return listed(call, selectIssues(world, issues, call.query), (issue) => {
    const repository = world.repositories.get(issue.repositoryId)!;
    const role = roleOfPrincipal(call.services.world, call.principal, repository);
    return {
      ...issueToJson({ ...call, repository }, issue),
      repository: repositoryToJson(world, repository, { ...call, role }),
    };
  });
}

function isOwnOrMembers(call: UserCall, { id, ownerId }: RepositoryRow): boolean {
  const { world, user } = call;
  return (
    ownerId === user.id ||
    world.collaborators.by("user", user.id).some(({ repositoryId }) => repositoryId === id) ||
    membershipOf(world, user.id, ownerId) !== undefined
  );
}

function isAffiliated(call: UserCall, repository: RepositoryRow): boolean {
  const isMore = roleOf(call.services.world, call.user.id, repository) !== "read";
  return isMore || isOwnOrMembers(call, repository);
}

/** Whom GitHub subscribes to an issue by itself: who wrote, who is assigned, who is named. */
function concernTest(
  { world }: Call,
  { id, login }: AccountRow,
  filter: string,
): (issue: IssueRow) => boolean {
  const isMentioned = mentionTest(login);
  const isNamed = (issue: IssueRow) =>
    isMentioned(issue.body) || world.comments.by("issue", issue.id).some(({ body }) => isMentioned(body));
  switch (filter) {
    case "created":
      return ({ authorId }) => authorId === id;
    case "mentioned":
      return isNamed;
    case "subscribed":
      return (issue) =>
        issue.authorId === id ||
        issue.assigneeIds.includes(id) ||
        world.comments.by("issue", issue.id).some(({ authorId }) => authorId === id) ||
        isNamed(issue);
    default:
      return ({ assigneeIds }) => assigneeIds.includes(id);
  }
}
