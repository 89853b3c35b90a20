/**
 * @module What GitHub says in `errors` when one field of a query cannot be answered. The other fields are.
 */
import type { Refusal } from "../http/refusal.ts";

export type ProblemType =
  | "ARGUMENT_LIMIT"
  | "EXCESSIVE_PAGINATION"
  | "FORBIDDEN"
  | "INSUFFICIENT_SCOPES"
  | "INVALID_CURSOR_ARGUMENTS"
  | "MISSING_PAGINATION_BOUNDARIES"
  | "NOT_FOUND"
  | "NOT_SERVED"
  | "STALE_DATA"
  | "UNPROCESSABLE";

export class Problem extends Error {
  readonly type: ProblemType;

  constructor(type: ProblemType, message: string) {
    super(message);
    this.type = type;
  }
}

export function nodeNotFound(id: string): Problem {
  return new Problem("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
}

/** @returns milliseconds since 1970 @throws {Problem} for what is no time */
export function readTime(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new Problem("UNPROCESSABLE", `Could not coerce value ${JSON.stringify(text)} to DateTime`);
  return time;
}

/** @param field what was asked for @param needed scopes of which one would do @param own those of the classic token */
export function scopesMissing(field: string, needed: readonly string[], own: readonly string[]): Problem {
  const list = (scopes: readonly string[]) => scopes.map((scope) => `'${scope}'`).join(", ");
  return new Problem(
    "INSUFFICIENT_SCOPES",
    `Your token has not been granted the required scopes to execute this query. The '${field}' field requires one of the following scopes: [${list(needed)}], but your token has only been granted the: [${list(own)}] scopes. Please modify your token's scopes at: https://github.com/settings/tokens.`,
  );
}

/** What the acts refuse, as GraphQL says it. */
export function refusalToProblem({ status, message, errors = [] }: Refusal): Problem {
  // What the emulator does not serve, in the middle of what it does.
  if (status === 501) return new Problem("NOT_SERVED", message);
  if (status === 404) return new Problem("NOT_FOUND", message);
  if (status === 401 || status === 403) return new Problem("FORBIDDEN", message);
  const words = errors.map((error) => {
    if (typeof error === "string") return error;
    const { field = "", code, value } = error;
    const name = field.slice(0, 1).toUpperCase() + field.slice(1);
    switch (code) {
      case "missing_field":
        return `${name} can't be blank`;
      case "already_exists":
        return `${name} has already been taken`;
      case "invalid":
        return value === undefined ? `${name} is invalid` : `${name} is invalid: ${value}`;
      default:
        return error.message ?? message;
    }
  });
  return new Problem("UNPROCESSABLE", words.length === 0 ? message : words.join(", "));
}
