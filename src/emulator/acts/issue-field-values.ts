/**
 * @module What issues have in the fields of their organisation.
 *
 * @see https://docs.github.com/rest/issues/issue-field-values
 */
import { Refusal, validationFailed } from "../http/refusal.ts";
import { fieldAsTold, fieldValueAsTold, optionsOf } from "../shapes/planning-json.ts";
import type { IssueRow } from "../world/issue-rows.ts";
import type { FieldValue, IssueFieldRow, IssueFieldValueRow } from "../world/planning-rows.ts";
import type { World } from "../world/world.ts";
import type { Act } from "./act.ts";
import { tellOfIssue } from "./issue-events.ts";

export interface FieldValueInput {
  readonly fieldId: number;
  /** Options by their names. */
  readonly value: string | number | readonly string[];
}

/** By the fields' ids. */
export type FieldValues = ReadonlyMap<number, FieldValue>;

/** @returns what can be set; of two for one field the later one @throws {Refusal} 422 */
export function readFieldValues(
  { services: { world }, repository }: Pick<Act, "services" | "repository">,
  inputs: readonly FieldValueInput[],
): FieldValues {
  return new Map(
    inputs.map(({ fieldId, value }) => {
      const field = world.issueFields.get(fieldId);
      if (field?.organizationId !== repository.ownerId)
        throw new Refusal(422, `Issue field with ID ${fieldId} does not exist`);
      return [fieldId, readValue(world, field, value)];
    }),
  );
}

/** That an issue can have them: pull requests have no fields. @throws {Refusal} 422 */
export function checkFieldValues(act: Act, { pull }: IssueRow, inputs: readonly FieldValueInput[]): void {
  if (pull !== null && inputs.length > 0)
    throw validationFailed({ resource: "Issue", field: "issue_field_values", code: "invalid" });
  readFieldValues(act, inputs);
}

function readValue(world: World, field: IssueFieldRow, value: FieldValueInput["value"]): FieldValue {
  switch (field.dataType) {
    case "text":
      if (typeof value === "string") return value;
      break;
    case "number":
      if (typeof value === "number" && Number.isFinite(value)) return value;
      break;
    case "date": {
      const date = typeof value === "string" ? dateIn(value) : undefined;
      if (date !== undefined) return date;
      break;
    }
    case "single_select":
      if (typeof value !== "object") return [optionNamed(world, field, String(value))];
      break;
    case "multi_select":
      if (typeof value === "object")
        return [...new Set(value.map((name) => optionNamed(world, field, name)))];
  }
  throw new Refusal(422, `Value of issue field ${field.name} must be of type ${field.dataType}`);
}

/** The day of a date, or of a time, by ISO 8601. */
function dateIn(text: string): string | undefined {
  const [, day] = /^(\d{4}-\d\d-\d\d)(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/u.exec(text) ?? [];
  const time = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day ? undefined : day;
}

/** @throws {Refusal} 422 in GitHub's words. @see https://github.com/github/github-mcp-server/pull/2492 */
function optionNamed(world: World, field: IssueFieldRow, name: string): number {
  const option = optionsOf(world, field).find((known) => known.name === name);
  if (option === undefined) throw new Refusal(422, `Issue field option with name ${name} does not exist`);
  return option.id;
}

/** @param replaces whether what is not among them is taken away */
export function setFieldValues(act: Act, issue: IssueRow, values: FieldValues, replaces: boolean): IssueRow {
  const { issues, issueFieldValues } = act.services.world;
  const changes = changesOf(act.services.world, issue, values, replaces);
  if (changes.length === 0) return issue;
  // What is told of is told as it was.
  const told = changes.map((change) => wordsOf(act.services.world, change));
  for (const { was, row } of changes) {
    if (row !== undefined) issueFieldValues.put(row);
    else if (was !== undefined) issueFieldValues.remove(was.id);
  }
  const changed = issues.put({ ...issue, updatedAt: act.nowMs });
  for (const [action, words] of told) tellOfIssue(act, action, changed, words);
  return changed;
}

/** Leaves the others as they are. */
export function removeFieldValue(act: Act, issue: IssueRow, { fieldId }: IssueFieldValueRow): IssueRow {
  const rows = act.services.world.issueFieldValues.by("issue", issue.id);
  const left = rows.filter((row) => row.fieldId !== fieldId);
  return setFieldValues(act, issue, new Map(left.map((row) => [row.fieldId, row.value])), true);
}

/** Fields are an organisation's: under another owner issues have nothing in them. */
export function dropFieldValues({ issueFieldValues }: World, repositoryId: number): void {
  for (const { id } of issueFieldValues.by("repository", repositoryId)) issueFieldValues.remove(id);
}

/** What a field had, and what it has now; without that it has nothing any more. */
interface Change {
  readonly fieldId: number;
  readonly was?: IssueFieldValueRow | undefined;
  readonly row?: IssueFieldValueRow;
}

function changesOf(
  { issueFieldValues }: World,
  { id: issueId, repositoryId }: IssueRow,
  values: FieldValues,
  replaces: boolean,
): Change[] {
  const before = issueFieldValues.by("issue", issueId);
  const gone = replaces ? before.filter(({ fieldId }) => !values.has(fieldId)) : [];
  const changed = [...values].flatMap(([fieldId, value]): Change[] => {
    const was = before.find((row) => row.fieldId === fieldId);
    const isEmpty = typeof value === "object" && value.length === 0;
    if (isEmpty) return was === undefined ? [] : [{ fieldId, was }];
    if (JSON.stringify(was?.value) === JSON.stringify(value)) return [];
    const id = was?.id ?? issueFieldValues.nextId();
    return [{ fieldId, was, row: { id, repositoryId, issueId, fieldId, value } }];
  });
  return [...gone.map((was) => ({ fieldId: was.fieldId, was })), ...changed];
}

/** The action of a webhook, and what it says besides. */
function wordsOf(
  world: World,
  { fieldId, was, row }: Change,
): readonly [action: string, words: Readonly<Record<string, unknown>>] {
  const issue_field = fieldAsTold(world.issueFields.get(fieldId)!);
  const from = was && fieldValueAsTold(world, was);
  if (row === undefined) return ["field_removed", { issue_field, issue_field_value: from }];
  const changes = from === undefined ? {} : { changes: { issue_field_value: { from } } };
  return ["field_added", { issue_field, issue_field_value: fieldValueAsTold(world, row), ...changes }];
}
