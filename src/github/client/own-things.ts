/**
 * @module What this process has made itself a moment ago: where GitHub says that it is not there, it is not there yet. GitHub answers
 * from copies that are behind what was written.
 */
import type { Octokit } from "@octokit/core";
import type { GitHubClock } from "../clock.ts";
import { untilShown } from "./until-shown.ts";

export interface Own {
  readonly clock: GitHubClock;
  /** How far what GitHub shows may be behind. */
  readonly lagMs: number;
  /** By the clock: nobody waits longer. */
  readonly deadlineAt: number;
}

interface Thing {
  /** By the clock. */
  readonly madeAt: number;
  /** Once it was seen, a 404 says that it is gone. */
  isSeen: boolean;
}

/** By where they are in the API. */
type Things = Map<string, Thing>;

const thingsByClock = new WeakMap<GitHubClock, Things>();
const mostThings = 1_000;

/** Reads through this API of what this process has made wait until it is shown. */
export function waitForOwnThings(api: Octokit, own: Own): void {
  const { clock, lagMs, deadlineAt } = own;
  const things = thingsOf(clock);
  api.hook.wrap("request", async (request, options) => {
    const { method, request: { signal } = {} } = options;
    try {
      const response = await request(options);
      if (method === "POST" && response.status === 201) note(things, response.data, clock.now());
      if (method === "DELETE") forget(things, placeOf(response.url));
      if (method === "GET") see(things, placeOf(response.url));
      return response;
    } catch (error) {
      const place = method === "GET" ? placeOfMissing(error) : undefined;
      const made = place === undefined ? undefined : ownIn(things, place);
      const from = made === undefined ? undefined : things.get(made)?.madeAt;
      if (made === undefined || from === undefined || clock.now() >= from + lagMs) throw error;
      const look = async () =>
        made === place ? unlessMissing(request(options)) : unlessMissing(api.request(`GET ${made}`));
      const shown = await untilShown({ clock, lagMs, from, deadlineAt, signal: signal as AbortSignal }, look);
      if (shown.kind !== "found") throw error;
      see(things, made);
      // What is in it may be there as well now.
      return made === place ? shown.value : request(options);
    }
  });
}

/**
 * For what is asked for in another way than by its place, of which GitHub has other copies.
 *
 * @param path `/repos/octo/hello`
 * @returns when this process has made it, by the clock; `undefined` also where that is longer ago than what GitHub shows can be behind
 */
export function whenMade(
  { clock, lagMs, apiUrl }: Pick<Own, "clock" | "lagMs"> & { readonly apiUrl: string },
  path: string,
): number | undefined {
  const madeAt = thingsOf(clock).get(placeOf(`${apiUrl}${path}`) ?? "")?.madeAt;
  return madeAt !== undefined && clock.now() < madeAt + lagMs ? madeAt : undefined;
}

function thingsOf(clock: GitHubClock): Things {
  const things = thingsByClock.get(clock) ?? new Map<string, Thing>();
  thingsByClock.set(clock, things);
  return things;
}

function see(things: Things, place: string | undefined): void {
  const thing = place === undefined ? undefined : things.get(place);
  if (thing !== undefined) thing.isSeen = true;
}

function note(things: Things, data: unknown, now: number): void {
  const { url } = (data ?? {}) as { readonly url?: unknown };
  const place = typeof url === "string" ? placeOf(url) : undefined;
  if (place === undefined) return;
  things.delete(place);
  things.set(place, { madeAt: now, isSeen: false });
  if (things.size > mostThings) things.delete(things.keys().next().value!);
}

function forget(things: Things, place: string | undefined): void {
  for (const key of [...things.keys()])
    if (place !== undefined && (key === place || key.startsWith(`${place}/`))) things.delete(key);
}

/** @returns a path of the API with its host, without what makes no difference */
function placeOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  // One ref is made as one of many, and read alone.
  return `${origin}${pathname.replaceAll(/%2f/giu, "/").replace("/git/refs/", "/git/ref/")}`.toLowerCase();
}

function placeOfMissing(error: unknown): string | undefined {
  const { status, request } = error as {
    readonly status?: unknown;
    readonly request?: { readonly url?: unknown };
  };
  return status === 404 && typeof request?.url === "string" ? placeOf(request.url) : undefined;
}

/** @returns what is at the place itself, else the repository that it is in */
function ownIn(things: Things, place: string): string | undefined {
  const repository = /^.*?\/repos\/[^/]+\/[^/]+/u.exec(place)?.[0] ?? place;
  return [place, repository].find((key) => things.get(key)?.isSeen === false);
}

async function unlessMissing<T>(asking: T | Promise<T>): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if ((error as { readonly status?: unknown }).status === 404) return undefined;
    throw error;
  }
}
