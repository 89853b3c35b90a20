/**
 * @module SQL for one field of an entity's data. Paths come from users: they are quoted here and nowhere else,
 * and values are always parameters.
 */
import { canonicalJson, checkJson, isJsonObject, type Json } from "../../base/json.ts";
import type { Segments } from "../../base/json-pointer.ts";
import { invalidInput } from "../../errors.ts";
import type { FieldCondition } from "../query.ts";

/** A piece of SQL with the values for its question marks. */
export interface Sql {
  readonly text: string;
  readonly values: readonly (string | number | null)[];
}

/** SQLite's own path language. @see https://sqlite.org/json1.html#path_arguments */
export function jsonPathLiteral(segments: Segments): string {
  const path = `$${segments.map((segment) => `.${JSON.stringify(segment)}`).join("")}`;
  return quoteText(path);
}

/** A text literal. SQLite knows no escapes in them but the doubled quote. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The field as an SQL value: text, number, 0 and 1 for booleans, NULL where it is absent or null. */
export function fieldValue(segments: Segments): string {
  return `(data ->> ${jsonPathLiteral(segments)})`;
}

function fieldType(segments: Segments): string {
  return `json_type(data, ${jsonPathLiteral(segments)})`;
}

const operators = ["eq", "ne", "in", "gt", "gte", "lt", "lte", "exists", "contains"] as const;
const comparisons = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** A bare value is `eq`; an object of operators is what it says. @throws {HubsteadError} `invalid_input` */
export function readCondition(field: string, condition: Json | FieldCondition): FieldCondition {
  if (!isJsonObject(condition)) {
    if (condition === undefined)
      throw invalidInput(
        `the condition on "${field}" has no value`,
        "Leave it out, or use { exists: false }.",
      );
    checkJson(condition);
    return { eq: condition };
  }
  const keys = Object.keys(condition);
  const unknown = keys.find((key) => !operators.some((operator) => operator === key));
  if (keys.length === 0 || unknown !== undefined) {
    throw invalidInput(
      `the condition on "${field}" has no operator "${unknown ?? ""}"`,
      `Use ${operators.join(", ")}; to compare with an object write { eq: {…} }.`,
      { field, expected: operators },
    );
  }
  for (const key of keys) if (condition[key] !== undefined) checkJson(condition[key], `/${key}`);
  return condition as FieldCondition;
}

/** One condition on one field. @throws {HubsteadError} `invalid_input` when a value does not fit its operator */
export function conditionSql(field: string, segments: Segments, condition: FieldCondition): Sql {
  const parts: Sql[] = [];
  const value = fieldValue(segments);
  const type = fieldType(segments);
  if (condition.eq !== undefined) parts.push(equals(value, type, segments, condition.eq));
  if (condition.ne !== undefined) parts.push(negate(equals(value, type, segments, condition.ne)));
  if (condition.in !== undefined) {
    if (!Array.isArray(condition.in))
      throw invalidInput(`"in" on "${field}" takes a list`, 'Write { in: ["a", "b"] }.');
    parts.push(isOneOf(value, type, segments, condition.in));
  }
  for (const [name, operator] of Object.entries(comparisons)) {
    const bound = condition[name as keyof typeof comparisons];
    if (bound === undefined) continue;
    if (typeof bound !== "string" && !(typeof bound === "number" && Number.isFinite(bound))) {
      throw invalidInput(
        `"${name}" on "${field}" takes a number or text`,
        "Ranges compare numbers with numbers and text with text.",
      );
    }
    const { text, values } = operand(bound);
    parts.push({ text: `(${value} ${operator} ${text} AND ${type} ${typeNames(bound)})`, values });
  }
  if (condition.exists !== undefined) {
    if (typeof condition.exists !== "boolean")
      throw invalidInput(`"exists" on "${field}" takes true or false`);
    parts.push({ text: `${type} IS ${condition.exists ? "NOT " : ""}NULL`, values: [] });
  }
  if (condition.contains !== undefined) parts.push(contains(segments, value, type, condition.contains));
  return all(parts);
}

/** Joined by AND; nothing is always true. */
export function all(parts: readonly Sql[]): Sql {
  if (parts.length === 0) return { text: "TRUE", values: [] };
  return { text: parts.map(({ text }) => text).join(" AND "), values: parts.flatMap(({ values }) => values) };
}

function typeNames(value: Json): string {
  if (typeof value === "string") return "= 'text'";
  if (typeof value === "number") return "IN ('integer', 'real')";
  if (typeof value === "boolean") return `= '${value}'`;
  return value === null ? "= 'null'" : "IN ('object', 'array')";
}

function equals(value: string, type: string, segments: Segments, wanted: Json): Sql {
  if (wanted === null) return { text: `${type} = 'null'`, values: [] };
  if (typeof wanted === "object") {
    return { text: `(data -> ${jsonPathLiteral(segments)}) = ?`, values: [canonicalJson(wanted)] };
  }
  const { text, values } = operand(wanted);
  return { text: `(${value} = ${text} AND ${type} ${typeNames(wanted)})`, values };
}

/** What a field is compared with. SQLite below 3.53 reads some decimals a bit off: so it reads both sides from text. */
function operand(value: string | number | boolean): Sql {
  if (typeof value === "number" && !Number.isInteger(value)) {
    return { text: "(? ->> '$')", values: [canonicalJson(value)] };
  }
  return { text: "?", values: [typeof value === "boolean" ? Number(value) : value] };
}

function negate({ text, values }: Sql): Sql {
  return { text: `NOT coalesce(${text}, FALSE)`, values };
}

/** Texts and numbers go into one IN each, so that an index serves them; objects and lists too, the rest is few. */
function isOneOf(value: string, type: string, segments: Segments, wanted: readonly Json[]): Sql {
  const parts: Sql[] = [];
  for (const kind of ["string", "number"] as const) {
    const some = wanted.filter((item): item is string | number => typeof item === kind);
    if (some.length === 0) continue;
    const operands = some.map(operand);
    parts.push({
      text: `(${value} IN (${operands.map(({ text }) => text).join(", ")}) AND ${type} ${typeNames(some[0]!)})`,
      values: operands.flatMap(({ values }) => values),
    });
  }
  const nested = wanted.filter((item) => typeof item === "object" && item !== null).map(canonicalJson);
  if (nested.length > 0) {
    const list = nested.map(() => "?").join(", ");
    parts.push({ text: `(data -> ${jsonPathLiteral(segments)}) IN (${list})`, values: nested });
  }
  for (const item of [true, false, null]) {
    if (wanted.includes(item)) parts.push(equals(value, type, segments, item));
  }
  if (parts.length === 0) return { text: "FALSE", values: [] };
  return {
    text: `(${parts.map(({ text }) => text).join(" OR ")})`,
    values: parts.flatMap(({ values }) => values),
  };
}

/** One element of a list, as `json_each` shows it. */
function elementSql(wanted: Json): Sql {
  if (wanted === null) return { text: "type = 'null'", values: [] };
  const { text, values } =
    typeof wanted === "object" ? { text: "?", values: [canonicalJson(wanted)] } : operand(wanted);
  return { text: `type ${typeNames(wanted)} AND value = ${text}`, values };
}

function contains(segments: Segments, value: string, type: string, wanted: Json): Sql {
  const path = jsonPathLiteral(segments);
  const element = elementSql(wanted);
  const inText =
    typeof wanted === "string"
      ? { text: `instr(${value}, ?) > 0`, values: [wanted] }
      : { text: "FALSE", values: [] };
  return {
    text: `CASE ${type} WHEN 'array' THEN EXISTS (SELECT 1 FROM json_each(data, ${path}) WHERE ${element.text}) WHEN 'text' THEN ${inText.text} ELSE FALSE END`,
    values: [...element.values, ...inText.values],
  };
}
