/**
 * @module Lists of repositories: one's own, those of an organisation, of a person. Only what the caller may see.
 *
 * @see https://docs.github.com/rest/repos/repos#list-repositories-for-the-authenticated-user
 */
import { membershipOf, roleOfPrincipal } from "../access/permissions.ts";
import type { Answer } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import { parseTime } from "../parse-time.ts";
import { repositoryToJson } from "../shapes/repository-json.ts";
import { hasRole } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import {
  type Call,
  forAnyone,
  forOrganization,
  forPerson,
  type Operation,
  type UserCall,
} from "./operation.ts";

type Test = (repository: RepositoryRow) => boolean;

export const repositoryListOperations: readonly Operation[] = [
  forPerson("repos/list-for-authenticated-user", {}, (call) => {
    const { type, visibility, affiliation, since, before } = call.query;
    if (type !== undefined && (visibility !== undefined || affiliation !== undefined))
      throw new Refusal(422, "If you specify visibility or affiliation, you cannot specify type.");
    const isWanted = affiliationTest(call, affiliation ?? affiliationOfType(type));
    const wanted = visibility ?? (type === "public" || type === "private" ? type : "all");
    const found = call.world.repositories
      .all()
      .filter((repository) => isWanted(repository) && visibilityTest(wanted)(repository))
      .filter(({ updatedAt }) => since === undefined || updatedAt >= timeIn("since", since))
      .filter(({ updatedAt }) => before === undefined || updatedAt < timeIn("before", before));
    return answerList(call, found, "full_name");
  }),
  forOrganization("repos/list-for-org", { permission: "metadata", level: "read", role: "anyone" }, (call) => {
    const { type = "all" } = call.query;
    const owned = call.world.repositories.by("owner", call.organization.id);
    const isWanted: Test =
      type === "forks"
        ? ({ isFork }) => isFork
        : type === "sources"
          ? ({ isFork }) => !isFork
          : type === "member"
            ? (repository) => isTeamMemberOf(call, repository)
            : visibilityTest(type);
    return answerList(call, owned.filter(isWanted), "created");
  }),
  forAnyone("repos/list-for-user", (call) => {
    const account = call.world.accounts.find("login", call.params["username"]!.toLowerCase());
    if (account === undefined) throw notFound();
    const { type = "owner" } = call.query;
    const owned = type === "member" ? [] : call.world.repositories.by("owner", account.id);
    const joined =
      type === "owner"
        ? []
        : call.world.collaborators
            .by("user", account.id)
            .flatMap(({ repositoryId }) => call.world.repositories.get(repositoryId) ?? [])
            .filter(({ ownerId }) => ownerId !== account.id);
    // To the person, too: what is private stands in lists of one's own only.
    return answerList(call, [...owned, ...joined].filter(visibilityTest("public")), "full_name");
  }),
];

function answerList(
  call: Call,
  repositories: readonly RepositoryRow[],
  defaultSort: "created" | "full_name",
): Answer {
  const { world, principal } = call;
  const roles = new Map(repositories.map((row) => [row.id, roleOfPrincipal(world, principal, row)]));
  const visible = repositories.filter(({ id }) => hasRole(roles.get(id)!, "read"));
  const { sort = defaultSort, direction = sort === "full_name" ? "asc" : "desc" } = call.query;
  const sign = direction === "asc" ? 1 : -1;
  return listed(
    call,
    visible.toSorted((a, b) => sign * (compareBy(call, sort, a, b) || a.id - b.id)),
    (repository) =>
      repositoryToJson(world, repository, {
        ...call,
        role: principal.kind === "anonymous" ? undefined : roles.get(repository.id),
      }),
  );
}

function compareBy({ world }: Call, sort: string, a: RepositoryRow, b: RepositoryRow): number {
  switch (sort) {
    case "created":
      return a.createdAt - b.createdAt;
    case "updated":
      return a.updatedAt - b.updatedAt;
    case "pushed":
      return a.pushedAt - b.pushedAt;
    default: {
      const nameOf = ({ ownerId, name }: RepositoryRow) =>
        `${world.accounts.get(ownerId)?.login}/${name}`.toLowerCase();
      return nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0;
    }
  }
}

function affiliationOfType(type: string | undefined): string {
  if (type === "owner") return "owner";
  return type === "member" ? "collaborator,organization_member" : "owner,collaborator,organization_member";
}

function affiliationTest({ world, user }: UserCall, affiliation: string): Test {
  const wanted = affiliation.split(",").map((word) => word.trim());
  const collaboratorOf = new Set(
    world.collaborators.by("user", user.id).map(({ repositoryId }) => repositoryId),
  );
  return ({ id, ownerId }) =>
    (wanted.includes("owner") && ownerId === user.id) ||
    (wanted.includes("collaborator") && collaboratorOf.has(id)) ||
    (wanted.includes("organization_member") && membershipOf(world, user.id, ownerId) !== undefined);
}

function isTeamMemberOf({ world, principal }: Call, repository: RepositoryRow): boolean {
  if (principal.kind !== "user") return false;
  const teams = new Set(world.teamMembers.by("user", principal.userId).map(({ teamId }) => teamId));
  return world.teamRepositories.by("repository", repository.id).some(({ teamId }) => teams.has(teamId));
}

function visibilityTest(wanted: string): Test {
  if (wanted === "all") return () => true;
  return ({ visibility }) => (wanted === "public") === (visibility === "public");
}

/** @throws {Refusal} 422 */
function timeIn(field: string, text: string): number {
  const time = parseTime(text);
  if (time === undefined) throw new Refusal(422, `Invalid value for ${field}`);
  return time;
}
