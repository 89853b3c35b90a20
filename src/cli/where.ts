/**
 * @module The language of `--where`: one condition on one field of data.
 *
 * ```
 * condition = "!" field                    absent
 *           | field "?"                    there, whatever it is
 *           | field operator value         operator: = != > >= < <= ~ (contains)
 *           | field " in " value ("," value)*
 * field     = name | "quoted name" | /json/pointer        dots lead into objects
 * value     = number | true | false | null | "text" | 'text' | any other text
 * ```
 */
import type { Json } from "../base/json.ts";
import { readJson } from "../base/json-reader.ts";
import { invalidInput } from "../errors.ts";
import type { Where } from "../storage/query.ts";

const operators = {
  "=": "eq",
  "!=": "ne",
  ">=": "gte",
  "<=": "lte",
  ">": "gt",
  "<": "lt",
  "~": "contains",
} as const;

const quoted = `"(?:[^"\\\\]|\\\\.)*"`;
const fieldPattern = `(?<field>${quoted}|[^\\s=!<>~?,"']+)`;
const comparison = new RegExp(`^${fieldPattern}\\s*(?<operator>!=|>=|<=|=|>|<|~)(?<value>.*)$`, "su");
const membership = new RegExp(`^${fieldPattern}\\s+in\\s+(?<list>.+)$`, "su");
const presence = new RegExp(`^${fieldPattern}\\s*\\?$`, "su");
const absence = new RegExp(`^!\\s*${fieldPattern}$`, "su");
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/u;

/**
 * All conditions must hold.
 *
 * @throws {HubsteadError} `invalid_input` naming the condition
 */
export function readWhere(expressions: readonly string[]): Where {
  const where = new Map<string, Record<string, Json>>();
  for (const expression of expressions) {
    const { field, condition } = readCondition(expression.trim());
    const known = where.get(field) ?? {};
    const twice = Object.keys(condition).find((operator) => Object.hasOwn(known, operator));
    if (twice !== undefined) {
      throw invalidInput(
        `the condition ${JSON.stringify(expression)} is a second of its kind on "${field}"`,
        "Use each operator once for a field; `field in a,b` takes several values.",
      );
    }
    where.set(field, { ...known, ...condition });
  }
  return Object.fromEntries(where) as Where;
}

function readCondition(expression: string): {
  readonly field: string;
  readonly condition: Record<string, Json>;
} {
  const absent = absence.exec(expression)?.groups;
  if (absent !== undefined) return { field: readField(absent.field!), condition: { exists: false } };
  const present = presence.exec(expression)?.groups;
  if (present !== undefined) return { field: readField(present.field!), condition: { exists: true } };
  const compared = comparison.exec(expression)?.groups;
  if (compared !== undefined) {
    const operator = operators[compared.operator as keyof typeof operators];
    const value = readValue(compared.value!.trim(), expression);
    if (
      ["gt", "gte", "lt", "lte"].includes(operator) &&
      typeof value !== "number" &&
      typeof value !== "string"
    ) {
      throw invalidInput(
        `the condition ${JSON.stringify(expression)} compares with ${JSON.stringify(value)}`,
        "Ranges compare numbers with numbers and text with text.",
      );
    }
    return { field: readField(compared.field!), condition: { [operator]: value } };
  }
  const listed = membership.exec(expression)?.groups;
  if (listed !== undefined) {
    const values = splitList(listed.list!, expression).map((part) => readValue(part.trim(), expression));
    return { field: readField(listed.field!), condition: { in: values } };
  }
  throw notUnderstood(expression);
}

function readField(field: string): string {
  return field.startsWith('"') ? readQuoted(field, field) : field;
}

function readValue(text: string, expression: string): Json {
  if (text.startsWith('"')) return readQuoted(text, expression);
  if (text.startsWith("'")) {
    if (text.length < 2 || !text.endsWith("'")) throw openQuote(expression);
    return text.slice(1, -1);
  }
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  // What no number can hold exactly can only have been stored as text.
  if (
    number.test(text) &&
    Number.isFinite(Number(text)) &&
    (Number.isSafeInteger(Number(text)) || !Number.isInteger(Number(text)))
  )
    return Number(text);
  return text;
}

function readQuoted(text: string, expression: string): string {
  try {
    const value: unknown = readJson(text);
    if (typeof value === "string") return value;
  } catch {
    // Falls through to the one error below.
  }
  throw openQuote(expression);
}

/** At commas outside quotes. */
function splitList(list: string, expression: string): string[] {
  const parts = list.match(/\s*(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^,"'][^,]*|)\s*(?:,|$)/gsu) ?? [];
  if (parts.join("") !== list) throw openQuote(expression);
  // The pattern also finds the nothing after the end.
  const values = (list.endsWith(",") ? parts : parts.slice(0, -1)).map((part) => part.replace(/,$/u, ""));
  if (values.length === 0 || values.some((part) => part.trim() === "")) throw notUnderstood(expression);
  return values;
}

function openQuote(expression: string) {
  return invalidInput(
    `the condition ${JSON.stringify(expression)} has a quote that does not end the value`,
    `Quote a whole value: 'title="a, b"'; in double quotes write \\" for a quote.`,
  );
}

function notUnderstood(expression: string) {
  return invalidInput(
    `the condition ${JSON.stringify(expression)} is not understood`,
    "Write field=value, !=, >, >=, <, <=, field~part, \"field in a,b\", 'field?' (is there) or '!field' (is not); put the whole in quotes for the shell.",
  );
}
