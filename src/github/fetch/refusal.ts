/**
 * @module When GitHub answers that it was too much: which of its limits that was, and for how long to stay away.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
import { longestWindowMs } from "../limits/budget-count.ts";
import type { PauseNews } from "../limits/limiter-store.ts";
import { type Answer, textOf } from "./governed-request.ts";
import type { Operation } from "./operation.ts";
import { retryAfterOf } from "./retry-after.ts";

export interface LimitRefusal {
  readonly pause: PauseNews;
  /** Whether a part of a request with several mutations took effect before GitHub refused the rest. */
  readonly isPartial: boolean;
}

// A refusal begins so, in the words that GitHub uses. An error about something else may quote what it was sent, which may speak of
// limits, but never begins with it.
const secondaryText = /^[\w\s,]{0,40}(?:secondary rate limit|abuse detection mechanism)/iu;
const primaryText = /^(?:GitHub )?(?:API )?rate limit (?:already )?exceeded|^API rate limit of \d/iu;
const tooQuickly = /^[\w\s]{0,40}was submitted too quickly/iu;
/** Of what refuses for a limit: `…/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits`. */
const secondaryPage = /[#/][\w-]*(?:secondary|abuse)-rate-limits?\b/u;
/** Not the page of the operation that tells of limits, `/rest/rate-limit/rate-limit`. */
const limitPage = /#rate-limit(?:s|ing)$|\/rate-limits-(?:and|for)-[\w-]+/u;
/** A permission that is missing is told with the budget's state like everything else, which may be empty by chance. */
const permissionText =
  /not accessible by|must have .{1,40}(?:rights|access|permission)|permission|protected|forbidden/iu;

/** What an answer says in GitHub's form; or all of it, where it has another: a page of something before GitHub. */
interface Told {
  readonly message: string;
  readonly page: string;
  /** Of the single parts of what was sent. */
  readonly details: readonly string[];
}

function toldBy(answer: Answer): Told {
  const text = textOf(answer);
  const { message, documentation_url: page, errors } = objectOf(text) ?? { message: wordsOf(text) };
  const details = (Array.isArray(errors) ? errors : []).map((error: unknown) =>
    typeof error === "object" && error !== null ? (error as GraphqlError).message : error,
  );
  const isText = (value: unknown) => typeof value === "string";
  return {
    message: isText(message) ? message : "",
    page: isText(page) ? page : "",
    details: details.filter(isText),
  };
}

/** @returns from where a page that is no JSON speaks of limits */
function wordsOf(text: string): string {
  const at = text.search(/secondary rate limit|abuse detection mechanism|API rate limit/iu);
  return at < 0 ? text : text.slice(at);
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** @param sinceEpochMs the time at GitHub @returns `undefined` for every other answer */
export function limitRefusalOf(
  answer: Answer,
  operation: Operation,
  sinceEpochMs: number,
): LimitRefusal | undefined {
  const { status } = answer;
  if (status === 200 && operation.isGraphql) return graphqlRefusal(answer, sinceEpochMs);
  if (status !== 403 && status !== 429 && status !== 422) return undefined;
  const { message, page, details } = toldBy(answer);
  // A validation error only in its form: what was refused is the speed.
  if (status === 422)
    return [message, ...details].some((words) => tooQuickly.test(words))
      ? whole(pauseOf(answer, "content", sinceEpochMs))
      : undefined;
  const isSecondary =
    secondaryText.test(message) || secondaryPage.test(page) || answer.headers.has("retry-after");
  const isEmpty = answer.headers.get("x-ratelimit-remaining") === "0";
  if (isSecondary)
    return whole(pauseOf(answer, operation.contents > 0 ? "content" : "secondary", sinceEpochMs));
  const isPrimary = primaryText.test(message) || limitPage.test(page);
  if (isPrimary || (isEmpty && !permissionText.test(message)))
    return whole(pauseOf(answer, "primary", sinceEpochMs));
  // 429 is about speed whatever it says; any other 403 is about permissions.
  return status === 429 ? whole(pauseOf(answer, "secondary", sinceEpochMs)) : undefined;
}

function whole(pause: PauseNews): LimitRefusal {
  return { pause, isPartial: false };
}

/** GitHub asks for `retry-after`, else for the reset where nothing remains, else for a minute and more each time. */
function pauseOf(answer: Answer, reason: PauseNews["reason"], sinceEpochMs: number): PauseNews {
  const { headers } = answer;
  const afterMs = retryAfterOf(answer, sinceEpochMs);
  if (afterMs !== undefined) return { reason, forMs: Math.max(1_000, afterMs) };
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  const isEmpty = headers.get("x-ratelimit-remaining") === "0";
  const resetsInMs = reset * 1_000 - sinceEpochMs;
  // A reset that has passed, or lies beyond GitHub's longest window, names no time. A second more: GitHub counts in whole ones.
  if (isEmpty && resetsInMs > 0 && resetsInMs <= longestWindowMs)
    return { reason, forMs: resetsInMs + 1_000 };
  return { reason };
}

interface GraphqlError {
  readonly type?: string;
  readonly message?: string;
}

/** GraphQL refuses with 200. @see https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
function graphqlRefusal(answer: Answer, sinceEpochMs: number): LimitRefusal | undefined {
  const text = textOf(answer);
  if (!text.includes('"errors"')) return undefined;
  if (!/RATE_?LIMIT|rate limit|submitted too quickly|abuse detection/iu.test(text)) return undefined;
  const { data, errors } = parse(text);
  const error = errors.find(isLimitError);
  if (error === undefined) return undefined;
  const reason =
    error.type?.startsWith("RATE_LIMIT") && !secondaryText.test(error.message ?? "") ? "primary" : "content";
  const isPartial = Object.values(data ?? {}).some((value) => value !== null);
  return { pause: pauseOf(answer, reason, sinceEpochMs), isPartial };
}

function isLimitError({ type, message = "" }: GraphqlError): boolean {
  return (
    type === "RATE_LIMITED" ||
    type === "RATE_LIMIT" ||
    [secondaryText, primaryText, tooQuickly].some((words) => words.test(message))
  );
}

function parse(text: string): {
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors: readonly GraphqlError[];
} {
  try {
    const { data, errors } = JSON.parse(text) as { data?: Record<string, unknown>; errors?: GraphqlError[] };
    return { data, errors: Array.isArray(errors) ? errors : [] };
  } catch {
    return { data: undefined, errors: [] };
  }
}
