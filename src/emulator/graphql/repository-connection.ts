/**
 * @module Lists of repositories that somebody has, or works in.
 */
import type { GraphQLResolveInfo } from "graphql";
import type { AccountRow } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { connectRows, type PageArguments } from "./connection.ts";
import { type Order, sortRows } from "./order.ts";
import { canSee, type Fields, type View } from "./view.ts";

type RepositoryField = "CREATED_AT" | "UPDATED_AT" | "PUSHED_AT" | "NAME";
type Affiliation = "COLLABORATOR" | "ORGANIZATION_MEMBER" | "OWNER";

export interface RepositoryArguments extends PageArguments {
  readonly orderBy?: Order<RepositoryField> | null;
  readonly isArchived?: boolean | null;
  readonly isFork?: boolean | null;
  readonly privacy?: "PRIVATE" | "PUBLIC" | null;
  readonly visibility?: "INTERNAL" | "PRIVATE" | "PUBLIC" | null;
  /** How the account has to do with them; where it is not said, as owner or collaborator. */
  readonly ownerAffiliations?: readonly (Affiliation | null)[] | null;
}

const repositoryKeys: Readonly<Record<RepositoryField, (row: RepositoryRow) => number | string>> = {
  CREATED_AT: ({ createdAt }) => createdAt,
  UPDATED_AT: ({ updatedAt }) => updatedAt,
  PUSHED_AT: ({ pushedAt }) => pushedAt,
  NAME: ({ name }) => name.toLowerCase(),
};

export function connectRepositories(
  view: View,
  account: AccountRow,
  args: RepositoryArguments,
  info: GraphQLResolveInfo,
): Fields {
  const { isArchived, isFork, privacy, visibility } = args;
  const seen = repositoriesOf(view, account, args.ownerAffiliations ?? ["OWNER", "COLLABORATOR"]).filter(
    (row) =>
      canSee(view, row) &&
      (isArchived == null || row.isArchived === isArchived) &&
      (isFork == null || row.isFork === isFork) &&
      (privacy == null || (row.visibility === "public") === (privacy === "PUBLIC")) &&
      (visibility == null || row.visibility === visibility.toLowerCase()),
  );
  return connectRows(sortRows(seen, args.orderBy, repositoryKeys), args, info, view.nodes.repository);
}

function repositoriesOf(
  { lists }: View,
  { id }: AccountRow,
  affiliations: readonly (Affiliation | null)[],
): readonly RepositoryRow[] {
  const owned = (ownerId: number) => lists.repositories.by("owner", ownerId);
  const found = [
    ...(affiliations.includes("OWNER") ? owned(id) : []),
    ...(affiliations.includes("COLLABORATOR")
      ? lists.collaborators
          .by("user", id)
          .flatMap(({ repositoryId }) => lists.repositories.get(repositoryId) ?? [])
      : []),
    ...(affiliations.includes("ORGANIZATION_MEMBER")
      ? lists.memberships.by("user", id).flatMap(({ organizationId }) => owned(organizationId))
      : []),
  ];
  return [...new Set(found)].sort((a, b) => a.id - b.id);
}
