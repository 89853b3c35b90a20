/**
 * @module Fields that an organisation adds to its issues, and the options that some of them let choose from.
 *
 * @see https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/managing-issue-fields-in-your-organization
 */
import { Refusal } from "../http/refusal.ts";
import { optionsOf } from "../shapes/planning-json.ts";
import type {
  FieldType,
  FieldVisibility,
  IssueFieldOptionRow,
  IssueFieldRow,
  PlanningColor,
} from "../world/planning-rows.ts";
import type { World } from "../world/world.ts";

/** Of an organisation. */
const mostFields = 25;
/** Of a field. @see https://github.com/orgs/community/discussions/213202 */
const mostOptions = 100;

export interface FieldOptionInput {
  /** Of one that is there already. */
  readonly id?: number | undefined;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly color: PlanningColor;
  readonly priority: number;
}

export interface IssueFieldInput {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly dataType: FieldType;
  readonly visibility?: FieldVisibility | undefined;
  readonly options?: readonly FieldOptionInput[] | null | undefined;
}

export interface IssueFieldEdit extends Pick<IssueFieldInput, "description" | "visibility" | "options"> {
  readonly name?: string | undefined;
}

/** What every organisation begins with. */
export const defaultIssueFields: readonly IssueFieldInput[] = [
  {
    name: "Priority",
    dataType: "single_select",
    options: [
      { name: "Urgent", color: "red", priority: 1 },
      { name: "High", color: "orange", priority: 2 },
      { name: "Medium", color: "yellow", priority: 3 },
      { name: "Low", color: "green", priority: 4 },
    ],
  },
  {
    name: "Effort",
    dataType: "single_select",
    options: [
      { name: "High", color: "red", priority: 1 },
      { name: "Medium", color: "yellow", priority: 2 },
      { name: "Low", color: "green", priority: 3 },
    ],
  },
  { name: "Start date", dataType: "date" },
  { name: "Target date", dataType: "date" },
];

/** @throws {Refusal} 422 */
export function addIssueField(
  world: World,
  organizationId: number,
  { name, description = null, dataType, visibility = "organization_members_only", options }: IssueFieldInput,
  nowMs: number,
): IssueFieldRow {
  const { issueFields } = world;
  const known = issueFields.by("organization", organizationId);
  checkFieldName(known, name);
  checkOptions(dataType, options ?? []);
  if (known.length >= mostFields)
    throw fieldRefused(`An organization cannot have more than ${mostFields} issue fields`);
  const field = issueFields.put({
    id: issueFields.nextId(),
    organizationId,
    name: name.trim(),
    description,
    dataType,
    visibility,
    createdAt: nowMs,
    updatedAt: nowMs,
  });
  for (const option of options ?? []) putOption(world, field, option, nowMs);
  return field;
}

/** Options take the place of all that there were: what comes without its id is another one, whatever its name. @throws {Refusal} 422 */
export function updateIssueField(
  world: World,
  field: IssueFieldRow,
  { name = field.name, description, visibility = field.visibility, options }: IssueFieldEdit,
  nowMs: number,
): IssueFieldRow {
  const { issueFields } = world;
  const others = issueFields.by("organization", field.organizationId).filter(({ id }) => id !== field.id);
  checkFieldName(others, name);
  if (options != null) {
    checkOptions(field.dataType, options);
    replaceOptions(world, field, options, nowMs);
  }
  return issueFields.put({
    ...field,
    name: name.trim(),
    description: description === undefined ? field.description : description,
    visibility,
    updatedAt: nowMs,
  });
}

/** With its values; no issue counts as updated. */
export function removeIssueField(world: World, { id }: IssueFieldRow): void {
  const { issueFields, issueFieldOptions, issueFieldValues } = world;
  for (const row of issueFieldValues.by("field", id)) issueFieldValues.remove(row.id);
  for (const row of issueFieldOptions.by("field", id)) issueFieldOptions.remove(row.id);
  issueFields.remove(id);
}

/** How filters name a field: `start-date`. */
export function slugOfField({ name }: Pick<IssueFieldRow, "name">): string {
  return name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_]+/gu, "-")
    .replaceAll(/^-|-$/gu, "");
}

/** @throws {Refusal} 422 before anything is changed */
function replaceOptions(
  world: World,
  field: IssueFieldRow,
  options: readonly FieldOptionInput[],
  nowMs: number,
): void {
  const before = optionsOf(world, field);
  for (const { id } of options) {
    if (id !== undefined && !before.some((option) => option.id === id))
      throw fieldRefused(`Option with ID ${id} does not exist`);
  }
  const kept = new Set(options.map(({ id }) => id));
  for (const { id } of before) if (!kept.has(id)) removeOption(world, field, id);
  for (const option of options) putOption(world, field, option, nowMs);
}

function putOption(
  { issueFieldOptions }: World,
  field: IssueFieldRow,
  { id, name, description, color, priority }: FieldOptionInput,
  nowMs: number,
): IssueFieldOptionRow {
  const before = id === undefined ? undefined : issueFieldOptions.get(id);
  return issueFieldOptions.put({
    id: before?.id ?? issueFieldOptions.nextId(),
    fieldId: field.id,
    name: name.trim(),
    description: description === undefined ? (before?.description ?? null) : description,
    color,
    priority,
    createdAt: before?.createdAt ?? nowMs,
    updatedAt: nowMs,
  });
}

/** Whoever had chosen it has chosen it no more. */
function removeOption(
  { issueFieldOptions, issueFieldValues }: World,
  field: IssueFieldRow,
  id: number,
): void {
  for (const row of issueFieldValues.by("field", field.id)) {
    if (typeof row.value !== "object" || !row.value.includes(id)) continue;
    const left = row.value.filter((chosen) => chosen !== id);
    if (left.length === 0) issueFieldValues.remove(row.id);
    else issueFieldValues.put({ ...row, value: left });
  }
  issueFieldOptions.remove(id);
}

function checkFieldName(others: readonly IssueFieldRow[], given: string): void {
  const name = given.trim().toLowerCase();
  if (name === "") throw fieldRefused("Name can't be blank");
  if (others.some((other) => other.name.toLowerCase() === name))
    throw fieldRefused("Name has already been taken");
}

function checkOptions(dataType: FieldType, options: readonly FieldOptionInput[]): void {
  const isSelect = dataType === "single_select" || dataType === "multi_select";
  if (!isSelect && options.length > 0) throw fieldRefused(`Options are not allowed for ${dataType} fields`);
  if (isSelect && options.length === 0) throw fieldRefused("Options can't be blank");
  if (options.length > mostOptions)
    throw fieldRefused(`A field cannot have more than ${mostOptions} options`);
  const names = options.map(({ name }) => name.trim().toLowerCase());
  if (names.includes("")) throw fieldRefused("Option name can't be blank");
  const ids = options.flatMap(({ id }) => id ?? []);
  if (new Set(names).size < names.length || new Set(ids).size < ids.length)
    throw fieldRefused("Options must be unique");
}

function fieldRefused(reason: string): Refusal {
  return new Refusal(422, "Validation Failed", [reason]);
}
