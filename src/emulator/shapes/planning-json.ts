/**
 * @module What an organisation plans its issues with, as the REST API and webhooks show it.
 */
import { wholeSeconds } from "../clock.ts";
import type {
  FieldType,
  IssueFieldOptionRow,
  IssueFieldRow,
  IssueFieldValueRow,
  IssueTypeRow,
} from "../world/planning-rows.ts";
import type { World } from "../world/world.ts";
import { type NodeKind, nodeId } from "./node-id.ts";

/** `issue-type`. */
export function issueTypeToJson(type: IssueTypeRow) {
  return {
    id: type.id,
    node_id: nodeId("issueType", type.organizationId, type.id),
    name: type.name,
    description: type.description,
    color: type.color,
    created_at: wholeSeconds(type.createdAt),
    updated_at: wholeSeconds(type.updatedAt),
    is_enabled: type.isEnabled,
  };
}

const nodeKinds: Readonly<Record<FieldType, NodeKind>> = {
  text: "textField",
  date: "dateField",
  number: "numberField",
  single_select: "singleSelectField",
  multi_select: "multiSelectField",
};

function fieldNodeId({ id, dataType }: IssueFieldRow): string {
  return nodeId(nodeKinds[dataType], id);
}

/** Those that a field lets choose from, in their order. */
export function optionsOf({ issueFieldOptions }: World, { id }: IssueFieldRow): IssueFieldOptionRow[] {
  return issueFieldOptions.by("field", id).toSorted((a, b) => a.priority - b.priority || a.id - b.id);
}

/** `issue-field`. */
export function issueFieldToJson(world: World, field: IssueFieldRow) {
  return {
    id: field.id,
    node_id: fieldNodeId(field),
    name: field.name,
    description: field.description,
    data_type: field.dataType,
    visibility: field.visibility,
    ...(field.dataType === "single_select" || field.dataType === "multi_select"
      ? { options: optionsOf(world, field).map(optionToJson) }
      : {}),
    created_at: wholeSeconds(field.createdAt),
    updated_at: wholeSeconds(field.updatedAt),
  };
}

function optionToJson(option: IssueFieldOptionRow) {
  return {
    id: option.id,
    name: option.name,
    description: option.description,
    color: option.color,
    priority: option.priority,
    created_at: wholeSeconds(option.createdAt),
    updated_at: wholeSeconds(option.updatedAt),
  };
}

/** `issue-field-value`: of an option its id, of several their names. */
export function fieldValueToJson(world: World, row: IssueFieldValueRow) {
  const field = world.issueFields.get(row.fieldId)!;
  const chosen = chosenOptions(world, row).map(({ id, name, color }) => ({ id, name, color }));
  const names = chosen.map(({ name }) => name).join(",");
  const isSingle = field.dataType === "single_select";
  return {
    issue_field_id: field.id,
    issue_field_name: field.name,
    node_id: fieldNodeId(field),
    data_type: field.dataType,
    value: typeof row.value !== "object" ? row.value : isSingle ? (chosen[0]?.id ?? null) : names,
    ...(isSingle ? { single_select_option: chosen[0] ?? null } : {}),
    ...(field.dataType === "multi_select" ? { multi_select_options: chosen } : {}),
  };
}

/** What webhooks are told of a field. */
export function fieldAsTold({ id, name, dataType }: IssueFieldRow) {
  return { id, name, field_type: dataType };
}

/** What webhooks are told of a value. */
export function fieldValueAsTold(world: World, row: IssueFieldValueRow) {
  const { id, fieldId, value } = row;
  if (typeof value !== "object") return { id, value };
  const options = chosenOptions(world, row).map((option) => ({
    id: option.id,
    name: option.name,
    color: option.color,
    description: option.description,
  }));
  if (world.issueFields.get(fieldId)?.dataType === "multi_select") return { id, value_ids: value, options };
  return { id, value_id: value[0], option: options[0] };
}

function chosenOptions({ issueFieldOptions }: World, { value }: IssueFieldValueRow): IssueFieldOptionRow[] {
  return typeof value !== "object" ? [] : value.flatMap((id) => issueFieldOptions.get(id) ?? []);
}
