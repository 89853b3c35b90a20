/**
 * @module What a GitHub App asks GitHub in its own name: carries the App's JSON Web Token, and learns how far the clock
 * here is off.
 */
import type { KeyObject } from "node:crypto";
import { isMistake } from "../../base/is-mistake.ts";
import { HubsteadError } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import { isClockRefusal, makeAppJwt } from "./app-jwt.ts";

export interface AppCallsOptions {
  readonly issuer: string;
  /** Called until it has given a key once. */
  readonly key: () => Promise<KeyObject>;
  readonly apiUrl: string;
  readonly apiVersion: string;
  /** Sends requests as they are: they carry their own `Authorization`. */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: GitHubClock;
}

export interface AppAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
  /** GitHub's error message; empty without one. */
  readonly message: string;
  /** When GitHub answered, by its own clock; milliseconds since 1970. */
  readonly answeredAt: number;
}

export interface AppCalls {
  /** A token that is at most a minute old. @throws {HubsteadError} `invalid_input` for a bad key */
  jwt(): Promise<string>;
  /**
   * @param path from the API's base
   * @returns GitHub's answer, a refusal included
   * @throws {HubsteadError} `remote_unavailable` without an answer; what `fetch` throws, if that is one
   */
  ask(method: "GET" | "POST", path: string, body?: unknown, signal?: AbortSignal): Promise<AppAnswer>;
  /** The tokens that may still be good. */
  secrets(): readonly string[];
}

const freshMs = 60_000;
// A token counts for five minutes, so these may still be good.
const mostPrevious = 5;

export function createAppCalls(options: AppCallsOptions): AppCalls {
  const { issuer, clock } = options;
  /** How far GitHub's clock is ahead of ours. */
  let aheadMs = 0;
  let isStale = false;
  let made: { readonly jwt: string; readonly atMs: number } | undefined;
  let previous: readonly string[] = [];
  const jwt = async (): Promise<string> => {
    const key = await options.key();
    const now = clock.now() + aheadMs;
    const ageMs = now - (made?.atMs ?? Number.NEGATIVE_INFINITY);
    if (made === undefined || isStale || ageMs < 0 || ageMs > freshMs) {
      isStale = false;
      previous = made === undefined ? [] : [made.jwt, ...previous].slice(0, mostPrevious);
      made = { jwt: makeAppJwt(issuer, key, now), atMs: now };
    }
    return made.jwt;
  };
  return {
    jwt,
    async ask(method, path, body, signal) {
      const answer = await send(options, await jwt(), { method, path, body, signal });
      if (answer.status !== 401 || !isClockRefusal(answer.message)) return answer;
      if (!answer.headers.has("date")) return answer;
      aheadMs = answer.answeredAt - clock.now();
      isStale = true;
      return await send(options, await jwt(), { method, path, body, signal });
    },
    secrets: () => (made === undefined ? [] : [made.jwt, ...previous]),
  };
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
}

async function send(options: AppCallsOptions, jwt: string, question: Question): Promise<AppAnswer> {
  const { apiUrl, apiVersion, fetch, clock } = options;
  const { method, path, body, signal } = question;
  try {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${jwt}`,
        "user-agent": "hubstead",
        "x-github-api-version": apiVersion,
        ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
      // Where it would lead is not where this token belongs.
      redirect: "manual",
    });
    const content = readObject(await response.text());
    const date = Date.parse(response.headers.get("date") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      body: content ?? {},
      message: typeof content?.["message"] === "string" ? content["message"] : "",
      answeredAt: Number.isNaN(date) ? clock.now() : date,
    };
  } catch (error) {
    if (error instanceof HubsteadError || isMistake(error)) throw error;
    signal?.throwIfAborted();
    throw new HubsteadError("remote_unavailable", `${method} ${path}: no answer from ${apiUrl}`, {
      hint: "Check the network, and whether GITHUB_API_URL is right.",
      cause: error,
    });
  }
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
