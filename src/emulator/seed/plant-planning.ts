/**
 * @module Makes the types and fields of issues that a seed names, or those with which an organisation begins.
 */
import type { Act } from "../acts/act.ts";
import type { FieldValueInput } from "../acts/issue-field-values.ts";
import { addIssueField, defaultIssueFields, type IssueFieldInput } from "../acts/issue-fields.ts";
import { addIssueType, defaultIssueTypes, type IssueTypeInput } from "../acts/issue-types.ts";
import { validationFailed } from "../http/refusal.ts";
import type { World } from "../world/world.ts";
import type { Seed } from "./seed.ts";

type OrganizationSeed = NonNullable<NonNullable<Seed["organizations"]>[string]>;

/** @throws {Refusal} 422 */
export function plantPlanning(
  world: World,
  organizationId: number,
  { issueTypes, issueFields }: OrganizationSeed,
  nowMs: number,
): void {
  for (const type of issueTypes?.map(typeIn) ?? defaultIssueTypes)
    addIssueType(world, organizationId, type, nowMs);
  for (const field of issueFields?.map(fieldIn) ?? defaultIssueFields)
    addIssueField(world, organizationId, field, nowMs);
}

function typeIn(given: NonNullable<OrganizationSeed["issueTypes"]>[number]): IssueTypeInput {
  if (typeof given === "string") return { name: given };
  const { enabled: isEnabled, ...type } = given;
  return { ...type, isEnabled };
}

function fieldIn({
  type: dataType,
  options,
  ...field
}: NonNullable<OrganizationSeed["issueFields"]>[number]): IssueFieldInput {
  const choices = options?.map((given, at) => {
    const { color = "gray", ...option } = typeof given === "string" ? { name: given } : given;
    return { ...option, color, priority: at + 1 };
  });
  return { ...field, dataType, options: choices };
}

/** What a seeded issue has in its organisation's fields. @throws {Refusal} 422 for a name of none */
export function fieldsNamed(
  { services: { world }, repository }: Act,
  values: Readonly<Record<string, FieldValueInput["value"]>>,
): FieldValueInput[] {
  const known = world.issueFields.by("organization", repository.ownerId);
  return Object.entries(values).map(([name, value]) => {
    const field = known.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (field === undefined)
      throw validationFailed({ resource: "Issue", field: `fields.${name}`, code: "invalid" });
    return { fieldId: field.id, value };
  });
}
