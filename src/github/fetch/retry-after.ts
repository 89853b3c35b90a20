/**
 * @module For how long an answer asks to stay away.
 */
import { longestWindowMs } from "../limits/budget-count.ts";
import type { Answer } from "./governed-request.ts";

/**
 * In seconds, or as a date by the clock of who answers. No window of GitHub's is longer than {@link longestWindowMs}: nobody stays
 * away for years, and keeps others away, because something between here and GitHub said so.
 *
 * @param sentAt when it was answered, by the clock of who answered
 * @returns from 0; `undefined` where it names no time
 * @see RFC 9110 §10.2.3
 */
export function retryAfterOf({ headers }: Answer, sentAt: number): number | undefined {
  const after = (headers.get("retry-after") ?? "").trim();
  const ms = /^\d+(?:\.\d+)?$/u.test(after) ? Number(after) * 1_000 : dateOf(after) - sentAt;
  return Number.isNaN(ms) ? undefined : Math.min(longestWindowMs, Math.max(0, ms));
}

/** Only in words: a number with a sign is no date, whatever `Date.parse` makes of it. */
function dateOf(text: string): number {
  return /^[a-z]/iu.test(text) ? Date.parse(text) : Number.NaN;
}

/** The time at GitHub when it answered: our own clock may be wrong, and the ends of windows are given by GitHub's. */
export function githubTime({ headers }: Answer, now: number): number {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? now : date;
}
