/**
 * @module Teams as objects of the schema, and who may see them.
 */
import type { GraphQLResolveInfo } from "graphql";
import { isGranted, membershipOf } from "../../access/permissions.ts";
import { wholeSeconds } from "../../clock.ts";
import { nodeId } from "../../shapes/node-id.ts";
import {
  type AccountRow,
  repositoryRoles,
  type TeamMemberRow,
  type TeamRepositoryRow,
  type TeamRow,
} from "../../world/account-rows.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { connect, connectRows, type PageArguments } from "../connection.ts";
import { type Order, sortRows } from "../order.ts";
import { scopesMissing } from "../problem.ts";
import { canSee, type Fields, matches, type View } from "../view.ts";

type Info = GraphQLResolveInfo;

interface TeamArguments extends PageArguments {
  readonly orderBy?: Order<"NAME"> | null;
  readonly privacy?: "SECRET" | "VISIBLE" | null;
  readonly query?: string | null;
  /** Of who asks. */
  readonly role?: "ADMIN" | "MEMBER" | null;
}

/** What an organisation tells of its teams. */
export function teamsOf(view: View, organization: AccountRow): Fields {
  const { lists, world, nodes, actor } = view;
  return {
    team({ slug }: { readonly slug: string }) {
      checkScope(view, "team");
      const team = world.teams.by("organization", organization.id).find((other) => other.slug === slug);
      return team === undefined || !canSeeTeam(view, team) ? null : nodes.team(team);
    },
    teams(args: TeamArguments, _: unknown, info: Info) {
      checkScope(view, "teams");
      const { privacy, role, query } = args;
      const all = lists.teams
        .by("organization", organization.id)
        .filter((team) => canSeeTeam(view, team))
        .filter((team) => privacy == null || privacyOf(team) === privacy)
        .filter(({ name, slug }) => matches(query, name, slug))
        .filter((team) => {
          const own = lists.teamMembers.by("team", team.id).find(({ userId }) => userId === actor.id);
          return (
            role == null ||
            (own !== undefined && roleOfMember(own) === (role === "ADMIN" ? "MAINTAINER" : role))
          );
        });
      return connectRows(
        sortRows(all, args.orderBy, { NAME: ({ name }) => name.toLowerCase() }),
        args,
        info,
        nodes.team,
      );
    },
  };
}

/** @throws {Problem} INSUFFICIENT_SCOPES for a classic token that may not see who is in organisations */
function checkScope({ principal }: View, field: string): void {
  if (principal.kind !== "user" || principal.token.kind === "fine-grained") return;
  const { scopes } = principal.token;
  const enough = ["read:org", "write:org", "admin:org", "read:discussion", "write:discussion"];
  if (!enough.some((scope) => scopes.includes(scope)))
    throw scopesMissing(field, ["read:org", "read:discussion"], scopes);
}

/** Members see the teams of their organisation, secret ones only those in them and its owners; apps with the permission see all. */
export function canSeeTeam({ world, principal }: View, { id, organizationId, privacy }: TeamRow): boolean {
  const need = { permission: "members", level: "read" } as const;
  switch (principal.kind) {
    case "installation":
      return (
        principal.installation.accountId === organizationId && isGranted(principal.token.permissions, need)
      );
    case "user": {
      const membership = membershipOf(world, principal.userId, organizationId);
      const { kind, permissions } = principal.token;
      if (membership === undefined || (kind === "fine-grained" && !isGranted(permissions, need)))
        return false;
      const isIn = world.teamMembers.by("team", id).some(({ userId }) => userId === principal.userId);
      return privacy === "closed" || membership.role === "admin" || isIn;
    }
    default:
      return false;
  }
}

export function teamToNode(view: View, team: TeamRow): Fields {
  const { world, urls, nodes } = view;
  const organization = world.accounts.get(team.organizationId)!;
  const parent = team.parentId === null ? undefined : world.teams.get(team.parentId);
  const path = `/orgs/${organization.login}/teams/${team.slug}`;
  return {
    __typename: "Team",
    id: nodeId("team", organization.id, team.id),
    databaseId: team.id,
    name: team.name,
    slug: team.slug,
    combinedSlug: `${organization.login}/${team.slug}`,
    description: team.description,
    privacy: privacyOf(team),
    createdAt: wholeSeconds(team.createdAt),
    updatedAt: wholeSeconds(team.updatedAt),
    resourcePath: path,
    url: urls.html(path),
    organization: () => nodes.account(organization),
    parentTeam: () => (parent === undefined || !canSeeTeam(view, parent) ? null : nodes.team(parent)),
    ...memberFields(view, team),
  };
}

function privacyOf({ privacy }: TeamRow): "SECRET" | "VISIBLE" {
  return privacy === "secret" ? "SECRET" : "VISIBLE";
}

function roleOfMember({ role }: TeamMemberRow): "MAINTAINER" | "MEMBER" {
  return role === "maintainer" ? "MAINTAINER" : "MEMBER";
}

interface MemberArguments extends PageArguments {
  readonly membership?: "ALL" | "CHILD_TEAM" | "IMMEDIATE" | null;
  readonly role?: "MAINTAINER" | "MEMBER" | null;
  readonly query?: string | null;
}

interface RepositoryArguments extends PageArguments {
  readonly query?: string | null;
  readonly orderBy?: Order<RepositoryField> | null;
}

type RepositoryField = "CREATED_AT" | "NAME" | "PERMISSION" | "PUSHED_AT" | "UPDATED_AT";

function memberFields(view: View, team: TeamRow): Fields {
  const { lists, nodes } = view;
  return {
    members(args: MemberArguments, _: unknown, info: Info) {
      const { membership, role, query } = args;
      const below = membership === "IMMEDIATE" ? [] : teamsBelow(view, team);
      const teams = membership === "CHILD_TEAM" ? below : [team, ...below];
      const rows = teams.flatMap(({ id }) => lists.teamMembers.by("team", id));
      const all = [...new Map(rows.toReversed().map((row) => [row.userId, row])).values()]
        .reverse()
        .flatMap((row) => {
          const account = lists.accounts.get(row.userId);
          return account === undefined ? [] : [{ row, account }];
        })
        .filter(({ row }) => role == null || roleOfMember(row) === role)
        .filter(({ account }) => matches(query, account.login, account.name));
      return connect({
        all,
        args,
        info,
        keyOf: ({ account }) => account.id,
        toNode: ({ account }) => nodes.account(account),
        toEdge: ({ row }) => ({ role: roleOfMember(row) }),
      });
    },
    repositories(args: RepositoryArguments, _: unknown, info: Info) {
      const all = lists.teamRepositories
        .by("team", team.id)
        .flatMap((row) => {
          const repository = lists.repositories.get(row.repositoryId);
          return repository === undefined || !canSee(view, repository) ? [] : [{ row, repository }];
        })
        .filter(({ repository }) => matches(args.query, repository.name));
      return connect({
        all: sortRows(all, args.orderBy, repositoryKeys),
        args,
        info,
        keyOf: ({ repository }) => repository.id,
        toNode: ({ repository }) => nodes.repository(repository),
        toEdge: ({ row }) => ({ permission: row.role.toUpperCase() }),
      });
    },
  };
}

interface Granted {
  readonly row: TeamRepositoryRow;
  readonly repository: RepositoryRow;
}

const repositoryKeys: Readonly<Record<RepositoryField, (granted: Granted) => number | string>> = {
  CREATED_AT: ({ repository }) => repository.createdAt,
  NAME: ({ repository }) => repository.name.toLowerCase(),
  PERMISSION: ({ row }) => repositoryRoles.indexOf(row.role),
  PUSHED_AT: ({ repository }) => repository.pushedAt,
  UPDATED_AT: ({ repository }) => repository.updatedAt,
};

function teamsBelow(view: View, { id, organizationId }: TeamRow): TeamRow[] {
  const children = view.lists.teams
    .by("organization", organizationId)
    .filter(({ parentId }) => parentId === id);
  return children.flatMap((child) => [child, ...teamsBelow(view, child)]);
}
