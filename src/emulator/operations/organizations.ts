/**
 * @module Organisations and their members: `orgs/…` of the REST API.
 *
 * @see https://docs.github.com/rest/orgs/members
 */
import { isGranted, membershipOf } from "../access/permissions.ts";
import {
  acceptMembership,
  endMembership,
  type MembershipState,
  membershipStateOf,
  setMembership,
} from "../acts/memberships.ts";
import { noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { forbidden, notFound, Refusal } from "../http/refusal.ts";
import {
  accountToJson,
  fullOrganizationToJson,
  organizationSettingsToJson,
  organizationToJson,
} from "../shapes/account-json.ts";
import { membershipToJson } from "../shapes/membership-json.ts";
import type { AccountRow } from "../world/account-rows.ts";
import {
  actorOf,
  type Call,
  forAnyone,
  forOrganization,
  forPerson,
  hasScope,
  type Operation,
  type OrganizationCall,
  type UserCall,
} from "./operation.ts";
import { accountNamed, personNamed } from "./users.ts";

const open = { permission: "metadata", level: "read", role: "anyone" } as const;
const inside = {
  permission: "members",
  level: "read",
  role: "member",
  scopes: ["read:org", "write:org", "admin:org"],
} as const;
const own = {
  permission: "members",
  level: "write",
  role: "admin",
  scopes: ["write:org", "admin:org"],
} as const;
const anyOrgScope = ["read:org", "write:org", "admin:org", "user"];
const ownMembership = { scopes: anyOrgScope, granted: inside };

export const organizationOperations: readonly Operation[] = [
  forOrganization("orgs/get", open, (call) => {
    const json = fullOrganizationToJson(call.world, call.organization, call.urls);
    return ok(
      isOwner(call) ? { ...json, ...organizationSettingsToJson(call.world, call.organization) } : json,
    );
  }),
  forPerson("orgs/list-for-authenticated-user", {}, (call) => {
    const { principal, user, world, urls } = call;
    if (principal.kind === "user" && !hasScope(principal.token, anyOrgScope))
      throw forbidden("You need at least read:org scope or user scope to list your organizations.");
    return listed(call, organizationsOf(world, user.id), (row) => organizationToJson(row, urls));
  }),
  forAnyone("orgs/list-for-user", (call) => {
    const user = accountNamed(call, call.params["username"]!);
    const isPublic = ({ id }: AccountRow) => membershipOf(call.world, user.id, id)?.isPublic === true;
    return listed(call, organizationsOf(call.world, user.id).filter(isPublic), (row) =>
      organizationToJson(row, call.urls),
    );
  }),
  forOrganization("orgs/list-members", open, (call) => {
    const { role = "all", filter = "all" } = call.query;
    if (filter !== "all") throw new Refusal(501, "The emulator knows nothing of two-factor authentication");
    const canSeeAll = isInside(call);
    const members = call.world.memberships
      .by("organization", call.organization.id)
      .filter((member) => (canSeeAll || member.isPublic) && (role === "all" || member.role === role));
    return listMembers(call, members);
  }),
  forOrganization("orgs/list-public-members", open, (call) =>
    listMembers(
      call,
      call.world.memberships.by("organization", call.organization.id).filter(({ isPublic }) => isPublic),
    ),
  ),
  forOrganization("orgs/check-membership-for-user", open, (call) => {
    const { username = "" } = call.params;
    if (!isInside(call)) {
      const location = call.urls.api(
        `/orgs/${call.organization.login}/public_members/${encodeURIComponent(username)}`,
      );
      return { status: 302, headers: { location } };
    }
    const user = accountNamed(call, username);
    if (membershipOf(call.world, user.id, call.organization.id) === undefined) throw notFound();
    return noContent;
  }),
  forOrganization("orgs/check-public-membership-for-user", open, (call) => {
    const user = accountNamed(call, call.params["username"]!);
    if (membershipOf(call.world, user.id, call.organization.id)?.isPublic !== true) throw notFound();
    return noContent;
  }),
  forOrganization("orgs/set-public-membership-for-authenticated-user", inside, (call) =>
    publicize(call, true),
  ),
  forOrganization("orgs/remove-public-membership-for-authenticated-user", inside, (call) =>
    publicize(call, false),
  ),
  forOrganization("orgs/get-membership-for-user", inside, (call) =>
    answerMembership(call, membershipStateOf(call.world, call.organization, memberNamed(call))),
  ),
  forOrganization("orgs/set-membership-for-user", own, (call) => {
    const role = (call.body["role"] ?? "member") as "admin" | "member";
    return answerMembership(call, setMembership(actIn(call), call.organization, memberNamed(call), role));
  }),
  forOrganization("orgs/remove-member", own, end),
  forOrganization("orgs/remove-membership-for-user", own, end),
  forPerson("orgs/list-memberships-for-authenticated-user", ownMembership, (call) => {
    const { state } = call.query;
    const all: MembershipState[] = [
      ...call.world.memberships.by("user", call.user.id).map((row) => ({ row, state: "active" }) as const),
      ...call.world.membershipInvitations
        .by("user", call.user.id)
        .map((row) => ({ row, state: "pending" }) as const),
    ];
    return listed(
      call,
      all.filter((membership) => state === undefined || membership.state === state),
      (membership) => membershipToJson(call.world, membership.row, membership.state, call.urls),
    );
  }),
  forPerson("orgs/get-membership-for-authenticated-user", ownMembership, (call) =>
    answerMembership(call, membershipStateOf(call.world, organizationNamed(call), call.user)),
  ),
  forPerson("orgs/update-membership-for-authenticated-user", { scopes: own.scopes, granted: own }, (call) => {
    const organization = organizationNamed(call);
    const { world } = call.services;
    const invitation = world.membershipInvitations
      .by("organization", organization.id)
      .find(({ userId }) => userId === call.user.id);
    if (invitation !== undefined) acceptMembership({ ...call, actor: call.user }, organization, invitation);
    return answerMembership(call, membershipStateOf(world, organization, call.user));
  }),
];

/** What organisations' acts are done with. @throws {Refusal} 401 for nobody */
export function actIn(call: OrganizationCall) {
  return { ...call, actor: actorOf(call) };
}

function organizationNamed(call: Call): AccountRow {
  const organization = accountNamed(call, call.params["org"]!);
  if (organization.kind !== "Organization") throw notFound();
  return organization;
}

function memberNamed(call: OrganizationCall): AccountRow {
  return personNamed(call, call.params["username"]!);
}

function organizationsOf(world: Call["world"], userId: number): AccountRow[] {
  return world.memberships
    .by("user", userId)
    .flatMap(({ organizationId }) => world.accounts.get(organizationId) ?? []);
}

/** Whether one may see who belongs to an organisation. */
function isInside({ services: { world }, principal, organization }: OrganizationCall): boolean {
  switch (principal.kind) {
    case "user":
      return (
        membershipOf(world, principal.userId, organization.id) !== undefined &&
        hasScope(principal.token, inside.scopes) &&
        (principal.token.kind !== "fine-grained" || isGranted(principal.token.permissions, inside))
      );
    case "installation":
      return (
        principal.installation.accountId === organization.id && isGranted(principal.token.permissions, inside)
      );
    default:
      return false;
  }
}

function isOwner({ services: { world }, principal, organization }: OrganizationCall): boolean {
  return (
    principal.kind === "user" &&
    membershipOf(world, principal.userId, organization.id)?.role === "admin" &&
    hasScope(principal.token, inside.scopes)
  );
}

function listMembers(call: OrganizationCall, members: readonly { readonly userId: number }[]) {
  return listed(
    call,
    members.flatMap(({ userId }) => call.world.accounts.get(userId) ?? []),
    (account) => accountToJson(account, call.urls),
  );
}

function answerMembership(call: Call, found: MembershipState | undefined) {
  if (found === undefined) throw notFound();
  return ok(membershipToJson(call.services.world, found.row, found.state, call.urls));
}

function end(call: OrganizationCall) {
  if (!endMembership(actIn(call), call.organization, memberNamed(call))) throw notFound();
  return noContent;
}

/** Everybody says so of themselves only. */
function publicize(call: OrganizationCall, isPublic: boolean) {
  const { memberships } = call.services.world;
  const user: UserCall["user"] = memberNamed(call);
  if (user.id !== actorOf(call).id) throw forbidden("You can only publicize your own membership");
  const member = membershipOf(call.services.world, user.id, call.organization.id);
  if (member === undefined) throw notFound();
  memberships.put({ ...member, isPublic });
  return noContent;
}
