/**
 * @module What changes in a store, told as it happens: looks again and again, one request each time, which costs nothing where nothing
 * has changed.
 */
import { HubsteadError, invalidInput } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import { type GitHubApi, unlessMissing } from "../github/client/session.ts";
import { systemClock } from "../github/clock.ts";
import { usualLagMs } from "../github/fetch/retry.ts";
import { mustBeTime } from "./check-input.ts";
import { liveById, type StorePlace } from "./find-object.ts";
import { type ChangeLook, createChangeLook, mergeIssues } from "./issue-pages.ts";
import { inOrder, listWhole } from "./list-objects.ts";
import { compareWithTold, type ObjectChange, type Told, toTold } from "./object-change.ts";
import type { StoreLabels } from "./store-labels.ts";
import type { ObjectIssue } from "./stored-object.ts";

export interface WatchOptions {
  /** Ends it, without an error. */
  readonly signal?: AbortSignal;
  /** From one look to the next, at least 1. Default: 30 seconds. */
  readonly intervalMs?: number;
  /** ISO 8601: tells what has changed since, to the second, before it waits. Default: what changes from now on. */
  readonly since?: string;
}

export interface WatchParts {
  readonly github: Pick<GitHubClient, "api">;
  readonly place: StorePlace;
  readonly names: StoreLabels;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

// What was removed altogether, not archived, no look sees: the whole list is compared every now and then.
const sweepMs = 10 * 60_000;
const usualIntervalMs = 30_000;
const longestPauseMs = 5 * 60_000;

/** @throws {HubsteadError} `invalid_input` for options that make no sense; the iterator throws as the client does */
export function watchObjects(
  parts: WatchParts,
  { signal, intervalMs = usualIntervalMs, since }: WatchOptions = {},
): AsyncIterableIterator<ObjectChange> {
  if (typeof intervalMs !== "number" || !(intervalMs >= 1))
    throw invalidInput("a look needs a moment before the next one", "Give `intervalMs`: 30_000.", {
      path: "intervalMs",
    });
  const over = new AbortController();
  const changes = changesOf(parts, {
    signal: AbortSignal.any([over.signal, ...(signal === undefined ? [] : [signal])]),
    intervalMs,
    from: since === undefined ? undefined : mustBeTime(since),
  });
  return {
    next: () => changes.next(),
    // Who breaks off waits for no request and for no pause.
    return() {
      over.abort();
      return changes.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

interface Watching {
  readonly signal: AbortSignal;
  readonly intervalMs: number;
  /** Milliseconds since 1970. */
  readonly from: number | undefined;
}

async function* changesOf(parts: WatchParts, watching: Watching): AsyncGenerator<ObjectChange, undefined> {
  const { signal, intervalMs } = watching;
  let watched: Watched | undefined;
  let failures = 0;
  while (!signal.aborted) {
    let changes: readonly ObjectChange[] = [];
    let pauseMs = intervalMs;
    try {
      watched ??= await begin(parts, watching);
      changes = await lookAgain(parts, watched, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      pauseMs = pauseAfter(error, intervalMs, failures++);
    }
    for (const change of changes) {
      if (signal.aborted) return;
      yield change;
    }
    // Its signal ends it, which is no error.
    await systemClock.sleep(pauseMs, signal).catch(() => undefined);
  }
}

interface Watched {
  readonly issues: Map<number, ObjectIssue>;
  /** By id. */
  readonly told: Map<string, Told>;
  readonly look: ChangeLook;
  /** Milliseconds since 1970. */
  readonly from: number;
  isFirst: boolean;
  sweptAt: number;
}

/** Reads all objects as they are now: who does not know them takes a stranger's comment for a change. */
async function begin(parts: WatchParts, { signal, from }: Watching): Promise<Watched> {
  const { place, names } = parts;
  const { issues, startedAt } = await listWhole(await apiOf(parts, signal), place, names);
  const told = new Map<string, Told>();
  for (const [id, { object }] of liveById(inOrder(issues))) told.set(id, toTold(object, names));
  for (const { id, issue } of issues.values())
    if (from !== undefined && Date.parse(issue.updated_at) >= toSecond(from)) told.delete(id);
  const begunAt = from === undefined ? startedAt - usualLagMs : toSecond(from);
  return {
    issues,
    told,
    look: createChangeLook(place, names, begunAt),
    from: begunAt,
    isFirst: from !== undefined,
    sweptAt: parts.now(),
  };
}

// GitHub's times are whole seconds.
const toSecond = (time: number) => Math.floor(time / 1_000) * 1_000;

async function lookAgain(
  parts: WatchParts,
  watched: Watched,
  signal: AbortSignal,
): Promise<readonly ObjectChange[]> {
  const { issues, told, look, from, isFirst } = watched;
  const api = await apiOf(parts, signal);
  const seen = [
    ...mergeIssues(issues, (await look.look(api)).issues),
    ...(parts.now() < watched.sweptAt + sweepMs ? [] : await sweep(api, parts, watched)),
  ];
  const ids = new Set(
    seen.flatMap(({ before, after }) => [after.id, ...(before === undefined ? [] : [before.id])]),
  );
  if (ids.size === 0) return [];
  const changes: ObjectChange[] = [];
  const issuesById = Map.groupBy(inOrder(issues), ({ id }) => id);
  for (const id of ids) {
    const now = compareWithTold({
      issues: issuesById.get(id) ?? [],
      told: told.get(id),
      from,
      isFirst,
      names: parts.names,
    });
    if (now.told !== undefined) told.set(id, now.told);
    if (now.change !== undefined) changes.push(now.change);
  }
  watched.isFirst = false;
  return changes.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.issueNumber - b.issueNumber);
}

/** Finds what is in no list any more, and is not there, either. */
async function sweep(
  api: GitHubApi,
  { place, names, now }: WatchParts,
  watched: Watched,
): Promise<readonly { readonly before: ObjectIssue; readonly after: ObjectIssue }[]> {
  const { issues } = watched;
  const listed = (await listWhole(api, place, names)).issues;
  const missing = [...issues.values()].filter(
    ({ life, issue }) => life === "live" && !listed.has(issue.number),
  );
  const gone: { before: ObjectIssue; after: ObjectIssue }[] = [];
  for (const before of missing) {
    if (await isThere(api, place, before)) continue;
    const after = { ...before, life: "deleted" as const };
    issues.set(before.issue.number, after);
    gone.push({ before, after });
  }
  watched.sweptAt = now();
  return gone;
}

async function isThere(api: GitHubApi, place: StorePlace, { issue }: ObjectIssue): Promise<boolean> {
  const found = await unlessMissing(
    api.request("GET /repos/{owner}/{repo}/issues/{issue_number}", { ...place, issue_number: issue.number }),
  );
  // Of one that was moved to another repository GitHub answers with what it is there.
  return found?.data.node_id === issue.node_id;
}

function apiOf({ github, place }: WatchParts, signal: AbortSignal): Promise<GitHubApi> {
  return github.api(`objects in ${place.owner}/${place.repo}`, { lane: "poll", signal });
}

/** @param failures that there were one after the other @throws what no waiting mends @returns milliseconds */
function pauseAfter(error: unknown, intervalMs: number, failures: number): number {
  const passes =
    error instanceof HubsteadError && ["rate_limited", "remote_unavailable", "busy"].includes(error.code);
  if (!passes) throw error;
  const { retryAt, retryAfterMs } = error.data;
  const untilMs = typeof retryAt === "string" ? Date.parse(retryAt) - Date.now() : retryAfterMs;
  const told = typeof untilMs === "number" && Number.isFinite(untilMs) ? untilMs : 0;
  const longer = Math.min(intervalMs * 2 ** failures, longestPauseMs);
  return Math.max(told, longer, intervalMs);
}
