/**
 * @module The expressions of workflow files, as far as names of runs, concurrency groups and `env` need them: contexts,
 * literals, operators, and the functions on texts. Pure.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/expressions
 */
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";

/** Replaces each `${{ … }}`; what is not known, or no expression, is empty. */
export function fillIn(text: string, contexts: JsonObject): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gsu, (_, expression: string) =>
    toText(evaluate(expression, contexts)),
  );
}

const longest = 21_000; // GitHub: characters of an expression
const deepest = 50; // GitHub: levels of an expression

const token = /\s*(?:('(?:[^']|'')*')|(\|\||&&|==|!=|<=|>=|[<>!()[\].,*])|(-?\d[\w.+]*)|([A-Za-z_][\w-]*))/uy;

function tokensOf(text: string): readonly string[] | undefined {
  const found: string[] = [];
  token.lastIndex = 0;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const match = token.exec(text);
    if (match === null) return undefined;
    found.push((match[1] ?? match[2] ?? match[3] ?? match[4])!);
  }
  return found;
}

function evaluate(expression: string, contexts: JsonObject): Json {
  const tokens = expression.length > longest ? undefined : tokensOf(expression);
  if (tokens === undefined) return null;
  let at = 0;
  let level = 0;
  const take = (...wanted: readonly string[]): string | undefined =>
    wanted.includes(tokens[at] ?? "") ? tokens[at++] : undefined;
  const demand = (wanted: string): void => {
    if (take(wanted) === undefined) throw new SyntaxError(`${wanted} is missing`);
  };

  const either = (): Json => {
    if (++level > deepest) throw new SyntaxError("the expression is too deep");
    let value = both();
    while (take("||") !== undefined) {
      const other = both();
      value = isTrue(value) ? value : other;
    }
    level--;
    return value;
  };
  const both = (): Json => {
    let value = comparison();
    while (take("&&") !== undefined) {
      const other = comparison();
      value = isTrue(value) ? other : value;
    }
    return value;
  };
  const comparison = (): Json => {
    const value = negation();
    const operator = take("==", "!=", "<", "<=", ">", ">=");
    return operator === undefined ? value : compare(operator, value, negation());
  };
  const negation = (): Json => {
    let isNegated = false;
    let isPlain = true;
    while (take("!") !== undefined) {
      isNegated = !isNegated;
      isPlain = false;
    }
    const value = operand();
    return isPlain ? value : isTrue(value) !== isNegated;
  };
  const operand = (): Json => {
    if (take("(") !== undefined) {
      const value = either();
      demand(")");
      return value;
    }
    const name = tokens[at++];
    if (name === undefined) throw new SyntaxError("the expression ends too soon");
    if (name.startsWith("'")) return name.slice(1, -1).replaceAll("''", "'");
    if (/^-?\d/u.test(name)) return Number(name);
    if (!/^[A-Za-z_]/u.test(name)) throw new SyntaxError(`${name} is not expected`);
    if (take("(") !== undefined) return call(name, list());
    return path(Object.hasOwn(literals, name) ? literals[name]! : memberOf(contexts, name));
  };
  const list = (): readonly Json[] => {
    if (take(")") !== undefined) return [];
    const values = [either()];
    while (take(",") !== undefined) values.push(either());
    demand(")");
    return values;
  };
  const path = (from: Json): Json => {
    let value = from;
    // After `.*` what follows is asked of each.
    let isEach = false;
    const member = (name: string): Json =>
      isEach && Array.isArray(value)
        ? value.flatMap((item) => memberOf(item, name) ?? [])
        : memberOf(value, name);
    for (;;) {
      if (take(".") !== undefined) {
        if (take("*") === undefined) value = member(tokens[at++] ?? "");
        else {
          value = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];
          isEach = true;
        }
      } else if (take("[") !== undefined) {
        value = member(toText(either()));
        demand("]");
      } else return value;
    }
  };

  try {
    const value = either();
    return at === tokens.length ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const literals: Readonly<Record<string, Json>> = { true: true, false: false, null: null };

/** Whatever the name's case. */
function memberOf(value: Json, name: string): Json {
  if (Array.isArray(value)) return value[Number(name)] ?? null;
  if (!isJsonObject(value)) return null;
  const key = Object.hasOwn(value, name)
    ? name
    : Object.keys(value).find((other) => other.toLowerCase() === name.toLowerCase());
  return key === undefined ? null : (value[key] ?? null);
}

/** @throws {SyntaxError} for a function that there is not here */
function call(name: string, values: readonly Json[]): Json {
  const [first = null, second = null, ...rest] = values;
  const [text, part] = [toText(first).toLowerCase(), toText(second).toLowerCase()];
  switch (name.toLowerCase()) {
    case "contains":
      return Array.isArray(first) ? first.some((item) => compare("==", item, second)) : text.includes(part);
    case "startswith":
      return text.startsWith(part);
    case "endswith":
      return text.endsWith(part);
    case "format":
      return toText(first).replaceAll(/\{(\d)\}/gu, (_, at: string) =>
        toText([second, ...rest][Number(at)] ?? null),
      );
    case "tojson":
      return JSON.stringify(first, undefined, 2);
    default:
      throw new SyntaxError(`there is no function ${name}`);
  }
}

/** Texts without regard to case; what differs in kind as numbers. */
function compare(operator: string, left: Json, right: Json): boolean {
  const isText = typeof left === "string" && typeof right === "string";
  const [a, b] = isText ? [left.toLowerCase(), right.toLowerCase()] : [toNumber(left), toNumber(right)];
  switch (operator) {
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}

function toNumber(value: Json): number {
  if (value === null) return 0;
  return typeof value === "object" ? Number.NaN : Number(value);
}

function isTrue(value: Json): boolean {
  return value !== null && value !== false && value !== 0 && value !== "" && !Number.isNaN(value);
}

function toText(value: Json): string {
  if (value === null) return "";
  return typeof value === "object" ? (Array.isArray(value) ? "Array" : "Object") : String(value);
}
