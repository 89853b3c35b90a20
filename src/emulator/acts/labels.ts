/**
 * @module Labels of a repository: found without regard to case, made where somebody who may do so names a new one.
 */
import { validationFailed } from "../http/refusal.ts";
import { labelToJson } from "../shapes/issue-json.ts";
import { hasRole } from "../world/account-rows.ts";
import type { LabelRow } from "../world/issue-rows.ts";
import { type Act, placeOf, tell } from "./act.ts";

const mostNameLength = 50;
const mostDescriptionLength = 100;
/** Of an issue. */
const mostLabels = 100;
/** What GitHub gives to labels that are made by being used. */
const plainColor = "ededed";

export interface LabelInput {
  readonly name: string;
  readonly color?: string | undefined;
  readonly description?: string | null | undefined;
}

export function findLabel({ services: { world }, repository }: Act, name: string): LabelRow | undefined {
  return world.labels.find("name", `${repository.id}/${name.toLowerCase()}`);
}

/** @throws {Refusal} 422 */
export function createLabel(
  act: Act,
  { name, color = plainColor, description = null }: LabelInput,
): LabelRow {
  checkLabel(name, color, description);
  if (findLabel(act, name) !== undefined) {
    throw validationFailed({ resource: "Label", field: "name", code: "already_exists" });
  }
  const { world } = act.services;
  const label = world.labels.put({
    id: world.labels.nextId(),
    repositoryId: act.repository.id,
    name,
    color: color.replace(/^#/u, "").toLowerCase(),
    description,
    isDefault: false,
  });
  tell(act, "label", "created", { label: labelToJson(placeOf(act), label) });
  return label;
}

/** @throws {Refusal} 422 */
export function updateLabel(
  act: Act,
  label: LabelRow,
  { name = label.name, color = label.color, description = label.description }: Partial<LabelInput>,
): LabelRow {
  checkLabel(name, color, description);
  const other = findLabel(act, name);
  if (other !== undefined && other.id !== label.id) {
    throw validationFailed({ resource: "Label", field: "name", code: "already_exists" });
  }
  const changed = act.services.world.labels.put({
    ...label,
    name,
    color: color.replace(/^#/u, "").toLowerCase(),
    description,
  });
  tell(act, "label", "edited", {
    label: labelToJson(placeOf(act), changed),
    changes: {
      ...(name === label.name ? {} : { name: { from: label.name } }),
      ...(changed.color === label.color ? {} : { color: { from: label.color } }),
    },
  });
  return changed;
}

/** Takes it off all issues; none of them counts as updated. */
export function removeLabel(act: Act, label: LabelRow): void {
  const { issues, labels } = act.services.world;
  for (const issue of issues.by("repository", act.repository.id)) {
    if (issue.labelIds.includes(label.id)) {
      issues.put({ ...issue, labelIds: issue.labelIds.filter((id) => id !== label.id) });
    }
  }
  labels.remove(label.id);
  tell(act, "label", "deleted", { label: labelToJson(placeOf(act), label) });
}

/** That an issue can have the labels of these names. @throws {Refusal} 422 for new ones whose name is none, or who may make none */
export function checkLabelsNamed(act: Act, names: readonly string[]): void {
  for (const name of names) {
    if (findLabel(act, name) !== undefined) continue;
    if (!hasRole(act.role, "write")) {
      throw validationFailed({ resource: "Label", field: "name", code: "invalid", value: name });
    }
    checkLabel(name, plainColor, null);
  }
  if (new Set(names.map((name) => name.toLowerCase())).size > mostLabels) {
    throw validationFailed({
      resource: "Issue",
      field: "labels",
      code: "custom",
      message: `an issue has at most ${mostLabels} labels`,
    });
  }
}

/** The labels of these names, made where they are new; none is made where one is refused. @throws {Refusal} as {@link checkLabelsNamed} */
export function labelsNamed(act: Act, names: readonly string[]): LabelRow[] {
  checkLabelsNamed(act, names);
  const found = names.map((name) => findLabel(act, name) ?? createLabel(act, { name }));
  return [...new Map(found.map((label) => [label.id, label])).values()];
}

function checkLabel(name: string, color: string, description: string | null): void {
  if (name.trim() === "") throw validationFailed({ resource: "Label", field: "name", code: "missing_field" });
  if ([...name].length > mostNameLength) throw tooLong("name", mostNameLength);
  if ([...(description ?? "")].length > mostDescriptionLength)
    throw tooLong("description", mostDescriptionLength);
  if (!/^#?[0-9a-f]{6}$/iu.test(color)) {
    throw validationFailed({ resource: "Label", field: "color", code: "invalid" });
  }
}

function tooLong(field: string, most: number) {
  return validationFailed({
    resource: "Label",
    field,
    code: "custom",
    message: `${field} is too long (maximum is ${most} characters)`,
  });
}
