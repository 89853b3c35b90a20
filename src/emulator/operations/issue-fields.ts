/**
 * @module Fields that organisations add to issues, and what issues have in them.
 *
 * @see https://docs.github.com/rest/orgs/issue-fields
 * @see https://docs.github.com/rest/issues/issue-field-values
 */
import type { Json, JsonObject } from "../../base/json.ts";
import {
  type FieldValueInput,
  readFieldValues,
  removeFieldValue,
  setFieldValues,
} from "../acts/issue-field-values.ts";
import {
  addIssueField,
  type FieldOptionInput,
  type IssueFieldEdit,
  removeIssueField,
  updateIssueField,
} from "../acts/issue-fields.ts";
import { type Answer, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound, validationFailed } from "../http/refusal.ts";
import { fieldValuesOf } from "../shapes/issue-json.ts";
import { fieldValueToJson, issueFieldToJson } from "../shapes/planning-json.ts";
import type { IssueRow } from "../world/issue-rows.ts";
import type { FieldType, FieldVisibility, IssueFieldRow } from "../world/planning-rows.ts";
import { actOf, fieldValuesIn, issueOf } from "./issues.ts";
import {
  forOrganization,
  forRepository,
  type Operation,
  type OrganizationCall,
  type RepositoryCall,
} from "./operation.ts";

const read = {
  permission: "issue_fields",
  level: "read",
  role: "member",
  scopes: ["read:org", "write:org", "admin:org"],
} as const;
const write = { permission: "issue_fields", level: "write", role: "admin", scopes: ["admin:org"] } as const;
const readValues = { permission: "issues", level: "read", role: "read" } as const;
const writeValues = { permission: "issues", level: "write", role: "write" } as const;

export const issueFieldOperations: readonly Operation[] = [
  forOrganization("orgs/list-issue-fields", read, ({ world, organization }) =>
    ok(world.issueFields.by("organization", organization.id).map((field) => issueFieldToJson(world, field))),
  ),
  forOrganization("orgs/create-issue-field", write, (call) => {
    const { services, organization, body, nowMs } = call;
    const { world } = services;
    const input = { ...editIn(body), name: String(body["name"]), dataType: body["data_type"] as FieldType };
    return ok(issueFieldToJson(world, addIssueField(world, organization.id, input, nowMs)));
  }),
  forOrganization("orgs/update-issue-field", write, (call) => {
    const { world } = call.services;
    return ok(issueFieldToJson(world, updateIssueField(world, fieldOf(call), editIn(call.body), call.nowMs)));
  }),
  forOrganization("orgs/delete-issue-field", write, (call) => {
    removeIssueField(call.services.world, fieldOf(call));
    return noContent;
  }),
  forRepository("issues/list-issue-field-values-for-issue", readValues, (call) =>
    listed(call, fieldValuesOf(call, fieldedIssue(call, call.world)), (row) =>
      fieldValueToJson(call.world, row),
    ),
  ),
  forRepository("issues/add-issue-field-values", writeValues, (call) => {
    const inputs = mustHaveValues(call);
    // An empty list takes all away, here as where all are replaced.
    return setValues(call, inputs, inputs.length === 0);
  }),
  forRepository("issues/set-issue-field-values", writeValues, (call) =>
    setValues(call, mustHaveValues(call), true),
  ),
  forRepository("issues/delete-issue-field-value", writeValues, (call) => {
    const issue = fieldedIssue(call);
    const fieldId = Number(call.params["issue_field_id"]);
    const values = call.services.world.issueFieldValues.by("issue", issue.id);
    const value = values.find((row) => row.fieldId === fieldId);
    if (value === undefined) throw notFound();
    removeFieldValue(actOf(call), issue, value);
    return noContent;
  }),
];

/** The field that the path names. @throws {Refusal} 404 */
function fieldOf({ services, params, organization }: OrganizationCall): IssueFieldRow {
  const field = services.world.issueFields.get(Number(params["issue_field_id"]));
  if (field?.organizationId !== organization.id) throw notFound();
  return field;
}

function editIn(body: JsonObject): IssueFieldEdit {
  const options = body["options"] as readonly JsonObject[] | null | undefined;
  return {
    name: (body["name"] ?? undefined) as string | undefined,
    description: body["description"] as string | null | undefined,
    visibility: (body["visibility"] ?? undefined) as FieldVisibility | undefined,
    options: options as readonly FieldOptionInput[] | null | undefined,
  };
}

/** Pull requests have no fields, nor have the issues of a person's repository. @throws {Refusal} 404, 410 */
function fieldedIssue(call: RepositoryCall, from = call.services.world): IssueRow {
  const issue = issueOf(call, from);
  if (issue.pull !== null || call.owner.kind !== "Organization") throw notFound();
  return issue;
}

/** @throws {Refusal} 422 */
function mustHaveValues({ body }: RepositoryCall): readonly FieldValueInput[] {
  const values: Json | undefined = body["issue_field_values"];
  if (values == null)
    throw validationFailed({ resource: "Issue", field: "issue_field_values", code: "missing_field" });
  return fieldValuesIn(values);
}

function setValues(call: RepositoryCall, inputs: readonly FieldValueInput[], replaces: boolean): Answer {
  const issue = fieldedIssue(call);
  const act = actOf(call);
  setFieldValues(act, issue, readFieldValues(act, inputs), replaces);
  const { world } = call.services;
  return ok(fieldValuesOf({ ...call, world }, issue).map((row) => fieldValueToJson(world, row)));
}
