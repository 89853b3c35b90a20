/**
 * @module Types of issues, which organisations have and their repositories use.
 *
 * @see https://docs.github.com/rest/orgs/issue-types
 */

import { addIssueType, type IssueTypeInput, removeIssueType, updateIssueType } from "../acts/issue-types.ts";
import { noContent, ok } from "../http/answer.ts";
import { notFound } from "../http/refusal.ts";
import { issueTypeToJson } from "../shapes/planning-json.ts";
import type { IssueTypeRow, PlanningColor } from "../world/planning-rows.ts";
import { forOrganization, forRepository, type Operation, type OrganizationCall } from "./operation.ts";

const read = {
  permission: "issue_types",
  level: "read",
  role: "member",
  scopes: ["read:org", "write:org", "admin:org"],
} as const;
const write = { permission: "issue_types", level: "write", role: "admin", scopes: ["admin:org"] } as const;

export const issueTypeOperations: readonly Operation[] = [
  forOrganization("orgs/list-issue-types", read, ({ world, organization }) =>
    ok(world.issueTypes.by("organization", organization.id).map(issueTypeToJson)),
  ),
  forOrganization("orgs/create-issue-type", write, (call) => {
    const { services, organization, nowMs } = call;
    return ok(issueTypeToJson(addIssueType(services.world, organization.id, inputIn(call), nowMs)));
  }),
  forOrganization("orgs/update-issue-type", write, (call) =>
    ok(issueTypeToJson(updateIssueType(call.services.world, typeOf(call), inputIn(call), call.nowMs))),
  ),
  forOrganization("orgs/delete-issue-type", write, (call) => {
    removeIssueType(call.services.world, typeOf(call));
    return noContent;
  }),
  forRepository(
    "repos/list-issue-types",
    { permission: "metadata", level: "read", role: "read" },
    ({ world, owner }) => {
      if (owner.kind !== "Organization") throw notFound();
      const types = world.issueTypes.by("organization", owner.id);
      return ok(types.filter(({ isEnabled }) => isEnabled).map(issueTypeToJson));
    },
  ),
];

/** The type that the path names. @throws {Refusal} 404 */
function typeOf({ services, params, organization }: OrganizationCall): IssueTypeRow {
  const type = services.world.issueTypes.get(Number(params["issue_type_id"]));
  if (type?.organizationId !== organization.id) throw notFound();
  return type;
}

function inputIn({ body }: OrganizationCall): IssueTypeInput {
  return {
    name: String(body["name"]),
    isEnabled: body["is_enabled"] as boolean,
    description: body["description"] as string | null | undefined,
    color: body["color"] as PlanningColor | null | undefined,
  };
}
