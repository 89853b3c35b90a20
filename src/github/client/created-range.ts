/**
 * @module Spans of time as GitHub's lists of runs take them, in whole seconds. Pure.
 *
 * @see https://docs.github.com/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax#query-for-dates
 */
import { invalidInput } from "../../errors.ts";
import { mustBeText } from "./check-arguments.ts";

/** Seconds since 1970, both included; open where absent. */
export interface CreatedRange {
  readonly from?: number;
  readonly to?: number;
}

/**
 * @param created `2026-01-01`, `>=2026-01-01T12:00:00Z`, `<2026-02-01`, `2026-01-01..2026-02-01`, `*..2026-02-01`; a
 *   Date stands for all since then
 * @throws {HubsteadError} `invalid_input`
 */
export function parseCreated(created: string | Date): CreatedRange {
  if (created instanceof Date) return { from: Math.floor(mustBeTime(created) / 1_000) };
  mustBeText(created, "the span of time", "created");
  const between = created.split("..");
  if (between.length === 2) {
    const [from, to] = between as [string, string];
    return {
      ...(from === "*" ? {} : { from: secondsOf(from, created).first }),
      ...(to === "*" ? {} : { to: secondsOf(to, created).last }),
    };
  }
  const [, sign = "", text = ""] = /^(>=|<=|>|<)?(.*)$/u.exec(created) ?? [];
  const { first, last } = secondsOf(text, created);
  switch (sign) {
    case ">=":
      return { from: first };
    case ">":
      return { from: last + 1 };
    case "<=":
      return { to: last };
    case "<":
      return { to: first - 1 };
    default:
      return { from: first, to: last };
  }
}

function mustBeTime(date: Date): number {
  const ms = date.getTime();
  if (!Number.isNaN(ms)) return ms;
  throw invalidInput("the Date in `created` is no time", "Give a valid Date.", { path: "created" });
}

/** @returns `undefined` for all times */
export function writeCreated({ from, to }: CreatedRange): string | undefined {
  const text = (seconds: number) => new Date(seconds * 1_000).toISOString().replace(".000Z", "Z");
  if (from === undefined) return to === undefined ? undefined : `<=${text(to)}`;
  return to === undefined ? `>=${text(from)}` : `${text(from)}..${text(to)}`;
}

const datePattern = /^\d{4}-\d\d-\d\d$/u;
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/u;
const daySeconds = 86_400;

/** A date is a whole day, a time a whole second; without a zone it is UTC. */
function secondsOf(text: string, created: string): { readonly first: number; readonly last: number } {
  const isDay = datePattern.test(text);
  const time = timePattern.exec(text);
  const ms = Date.parse(time !== null && time[1] === undefined ? `${text}Z` : text);
  if ((!isDay && time === null) || Number.isNaN(ms)) {
    throw invalidInput(
      `${JSON.stringify(created)} is no span of time`,
      "Write 2026-01-01, >=2026-01-01T12:00:00Z, or 2026-01-01..2026-02-01.",
      { path: "created" },
    );
  }
  const first = Math.floor(ms / 1_000);
  return { first, last: isDay ? first + daySeconds - 1 : first };
}
