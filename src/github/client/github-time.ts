/**
 * @module The time at GitHub. What is found again by when it was made is looked for by GitHub's clock, not by ours.
 */
import { deadlineOf, termsWithin } from "./call-deadline.ts";
import type { CallOptions, RepoName, Session } from "./session.ts";

/** @returns milliseconds since 1970, of an answer's `date`; `undefined` where it has none */
export function dateOf(headers: Readonly<Record<string, unknown>>): number | undefined {
  const date = Date.parse(String(headers["date"] ?? ""));
  return Number.isNaN(date) ? undefined : date;
}

// A clock may be set while a request is under way, and what GitHub shows may be a while behind.
const marginMs = 120_000;

/**
 * Since when something can have been made that was begun at a moment of our clock.
 *
 * @param startedAt by the session's clock
 * @returns milliseconds since 1970 by GitHub's clock, rather too early than too late
 */
export async function sinceAtGitHub(
  { fetch, apiUrl, clock }: Session,
  { owner, repo }: RepoName,
  startedAt: number,
  call: CallOptions,
): Promise<number> {
  const { signal, ...terms } = termsWithin(call, deadlineOf(call, clock), clock);
  const response = await fetch.with(terms)(
    `${apiUrl}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`,
    {
      headers: { accept: "application/vnd.github+json" },
      ...(signal === undefined ? {} : { signal }),
    },
  );
  await response.body?.cancel();
  const elapsedMs = Math.max(0, clock.now() - startedAt);
  return (dateOf(Object.fromEntries(response.headers)) ?? clock.now()) - elapsedMs - marginMs;
}

/** As GitHub writes times: in whole seconds. */
export function isoSeconds(ms: number): string {
  return new Date(Math.floor(ms / 1_000) * 1_000).toISOString().replace(".000Z", "Z");
}
