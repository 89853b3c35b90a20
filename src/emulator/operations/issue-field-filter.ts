/**
 * @module Which issues have what in the fields of their organisation, as a list is asked for it: `priority:Urgent,effort:High`.
 *
 * @see https://docs.github.com/rest/issues/issues#list-repository-issues
 */
import { seesField } from "../access/field-visibility.ts";
import { slugOfField } from "../acts/issue-fields.ts";
import { validationFailed } from "../http/refusal.ts";
import type { IssueRow } from "../world/issue-rows.ts";
import type { IssueFieldValueRow } from "../world/planning-rows.ts";
import type { World } from "../world/world.ts";
import type { RepositoryCall } from "./operation.ts";

/** Those that have all that is asked for. @throws {Refusal} 422 for a field that nobody here has, or sees */
export function withFieldValues(call: RepositoryCall, issues: readonly IssueRow[]): readonly IssueRow[] {
  const asked = call.query["issue_field_values"] ?? "";
  const parts = asked.split(",").filter((part) => part.trim() !== "");
  const tests = parts.map((part) => valueTest(call, part));
  return tests.length === 0 ? issues : issues.filter((issue) => tests.every((test) => test(issue)));
}

function valueTest(call: RepositoryCall, part: string): (issue: IssueRow) => boolean {
  const { world, repository } = call;
  const colon = part.indexOf(":");
  const slug = part.slice(0, Math.max(0, colon)).trim().toLowerCase();
  const wanted = part.slice(colon + 1).trim();
  const ids = world.issueFields
    .by("organization", repository.ownerId)
    .filter((field) => slugOfField(field) === slug && seesField(call, field))
    .map(({ id }) => id);
  if (ids.length === 0)
    throw validationFailed({ resource: "Issue", field: "issue_field_values", code: "invalid", value: part });
  return ({ id }) =>
    world.issueFieldValues
      .by("issue", id)
      .some((row) => ids.includes(row.fieldId) && isValue(world, row, wanted));
}

/** Texts and options are the same whatever their case. */
function isValue({ issueFieldOptions }: World, { value }: IssueFieldValueRow, wanted: string): boolean {
  const isWanted = (text: string | undefined) => text?.toLowerCase() === wanted.toLowerCase();
  if (typeof value === "string") return isWanted(value);
  if (typeof value === "number") return wanted !== "" && Number(wanted) === value;
  return value.some((id) => isWanted(issueFieldOptions.get(id)?.name));
}
