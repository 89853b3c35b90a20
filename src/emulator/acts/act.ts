/**
 * @module Who does something, where, and when: what the REST API and GraphQL have in common.
 */
import type { Principal } from "../access/principal.ts";
import type { Services } from "../services.ts";
import type { Place } from "../shapes/issue-json.ts";
import type { Urls } from "../shapes/urls.ts";
import type { AccountRow, RepositoryRole } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";

export interface Act {
  readonly services: Services;
  readonly principal: Principal;
  readonly actor: AccountRow;
  readonly repository: RepositoryRow;
  /** Of the actor. */
  readonly role: RepositoryRole;
  readonly urls: Urls;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export function placeOf({ services: { world }, repository, urls, version }: Act): Place {
  return { world, repository, urls, version };
}

/** Tells an organisation's webhooks of it. */
export function tellOrganization(
  { services, principal, actor, urls }: Pick<Act, "services" | "principal" | "actor" | "urls">,
  organization: AccountRow,
  event: "organization" | "membership" | "team",
  action: string,
  payload: Readonly<Record<string, unknown>>,
): void {
  services.happened({
    event,
    action,
    organizationId: organization.id,
    senderId: actor.id,
    principal,
    urls,
    payload,
  });
}

/** Tells webhooks and workflows of it. @param action `undefined` for events that have none */
export function tell(
  act: Act,
  event: string,
  action: string | undefined,
  payload: Readonly<Record<string, unknown>>,
  { onlyApp }: { readonly onlyApp?: number } = {},
): void {
  const { services, principal, actor, repository, urls } = act;
  services.happened({
    event,
    ...(action === undefined ? {} : { action }),
    repositoryId: repository.id,
    ...(onlyApp === undefined ? {} : { appId: onlyApp }),
    senderId: actor.id,
    principal,
    urls,
    payload,
  });
}
