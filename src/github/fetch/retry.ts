/**
 * @module What to do when a request fails: reads and writes that leave the same behind are sent again; a write that makes
 * something is never sent again before it is certain that it made nothing.
 */
import { HubsteadError } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import { LimitRefused } from "./admission.ts";
import { type Answer, type GovernedRequest, type Handler, requestIdOf, textOf } from "./governed-request.ts";
import {
  ambiguous,
  createLostCreates,
  type Failure,
  failureOf,
  hintForForeign,
  nameOf,
} from "./lost-creates.ts";
import { githubTime, retryAfterOf } from "./retry-after.ts";
import type { Telemetry } from "./telemetry.ts";
import { TransportFailure } from "./transport.ts";

export interface RetryPolicy {
  /** How often a request is sent at most. Default: 5. */
  readonly attempts?: number;
  /** The first pause before a request is sent again; longer each time, up to 30 s, and shortened by chance. Default: 500. */
  readonly firstPauseMs?: number;
  /** How many times as long each pause is as the one before, from 1 on. Default: 2. */
  readonly pauseFactor?: number;
  /**
   * How far what GitHub shows may be behind what was written: only when a lost write cannot be found for so long is it
   * sent again. Default: 65,000.
   */
  readonly lagMs?: number;
}

/** A minute that GitHub's lists may be behind, and some more. */
export const usualLagMs = 65_000;

const longestPauseMs = 30_000;

/** Nobody did what was asked for, or nobody knows: what stands before GitHub answers 520 to 527, too. 501 is an answer. */
function isFailure({ status }: Answer): boolean {
  return (status >= 500 && status !== 501) || status === 408;
}

export interface RetryParts {
  readonly policy: RetryPolicy;
  readonly clock: GitHubClock;
  readonly telemetry: Telemetry;
  /** From 0 to below 1. */
  readonly chance: () => number;
}

/**
 * @throws {HubsteadError} `ambiguous_write` with `data.marker`; `rate_limited` with `data.retryAt`; `remote_unavailable`
 */
export function createRetry({ policy, clock, telemetry, chance }: RetryParts, next: Handler): Handler {
  const { attempts = 5, firstPauseMs = 500, pauseFactor = 2, lagMs = usualLagMs } = policy;

  const lost = createLostCreates({ clock, telemetry, lagMs });

  return async (request) => {
    const { operation, terms, url } = request;
    // Whether an earlier attempt can have done what was asked.
    let isUncertain = false;
    // Refusals are counted apart: GitHub has not even looked at what was asked.
    let refusals = 0;
    const known = await lost.findEqual(request);
    if (known !== undefined) return known;
    for (let attempt = 1; ; ) {
      const outcome = await attemptOnce(request);
      if (outcome.kind === "answered")
        return isUncertain ? afterUncertainty(outcome.answer, request) : outcome.answer;
      if (outcome.kind === "refused") {
        // Everything of the principal waits now: the next attempt gets its turn when that is over, or says that it is too long.
        if (++refusals > attempts) throw refusedTooOften(outcome.refused, request, clock.now());
        continue;
      }
      const { reason, mayHaveHappened, retryAfterMs } = outcome;
      telemetry.emit({
        kind: "retry",
        host: url.host,
        route: operation.route,
        effect: operation.effect,
        attempt,
        reason,
      });
      if (mayHaveHappened && operation.effect !== "read") isUncertain = true;
      if (mayHaveHappened && operation.effect === "create") {
        const found = await lost.lookUp(request, outcome);
        if (found !== undefined) return found;
        isUncertain = false;
      } else {
        const pauseMs = Math.max(retryAfterMs, pauseBefore(attempt));
        if (attempt >= attempts || clock.now() + pauseMs >= terms.deadlineAt) return giveUp(outcome, request);
        await clock.sleep(pauseMs, terms.signal);
      }
      if (attempt++ >= attempts) return giveUp(outcome, request);
    }
  };

  async function attemptOnce(request: GovernedRequest): Promise<Outcome> {
    try {
      const answer = await next(request);
      if (!isFailure(answer)) return { kind: "answered", answer };
      return {
        kind: "failed",
        reason: String(answer.status),
        answer,
        mayHaveHappened: true,
        retryAfterMs: retryAfterOf(answer, githubTime(answer, clock.now())) ?? 0,
      };
    } catch (error) {
      if (error instanceof LimitRefused) return { kind: "refused", refused: error };
      if (!(error instanceof TransportFailure)) throw error;
      if (error.reason === "aborted") throw lost.gaveUp(request, failureOf(error));
      return failureOf(error);
    }
  }

  /** Half of the pause is certain, half is chance: many clients that failed together do not come back together. */
  function pauseBefore(attempt: number): number {
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * pauseFactor ** (attempt - 1));
    return pauseMs / 2 + chance() * (pauseMs / 2);
  }
}

type Outcome =
  | Failure
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "refused"; readonly refused: LimitRefused };

/** What an answer means that came after an attempt of which nobody knows whether it took effect. */
function afterUncertainty(answer: Answer, request: GovernedRequest): Answer {
  const { method, operation } = request;
  if (operation.effect === "read") return answer;
  // Gone is what was asked for.
  if (method === "DELETE" && isGone(answer)) {
    return { status: 204, headers: answer.headers, body: null, url: answer.url };
  }
  // "It is not as you say" can be the work of the first attempt.
  const reason = [405, 409, 412, 422].includes(answer.status)
    ? String(answer.status)
    : operation.isGraphql
      ? graphqlErrorOf(answer)
      : undefined;
  if (reason === undefined) return answer;
  throw ambiguous(request, { kind: "failed", reason, answer, mayHaveHappened: true, retryAfterMs: 0 });
}

/**
 * The first attempt was not refused, so a 404 is taken for what it left behind, though GitHub says it to who may not look,
 * too. Of a ref GitHub says it with 422. @see https://docs.github.com/rest/git/refs#delete-a-reference
 */
function isGone(answer: Answer): boolean {
  const { status } = answer;
  return (
    status === 404 || status === 410 || (status === 422 && /Reference does not exist/u.test(textOf(answer)))
  );
}

/** GraphQL says with 200 that the head has moved (`STALE_DATA`), or that there is nothing to delete (`NOT_FOUND`). */
function graphqlErrorOf(answer: Answer): string | undefined {
  const text = textOf(answer);
  if (answer.status !== 200 || !text.includes('"errors"')) return undefined;
  try {
    const { errors } = JSON.parse(text) as { readonly errors?: readonly { readonly type?: unknown }[] };
    const [error] = errors ?? [];
    return error === undefined ? undefined : String(error.type ?? "GraphQL errors");
  } catch {
    return "GraphQL errors";
  }
}

function refusedTooOften(
  { refusal, answer }: LimitRefused,
  request: GovernedRequest,
  now: number,
): HubsteadError {
  const forMs = refusal.pause.forMs ?? 60_000;
  const requestId = requestIdOf(answer.headers);
  return new HubsteadError(
    "rate_limited",
    `GitHub keeps refusing ${nameOf(request)} for its ${refusal.pause.reason} limit`,
    {
      hint: "Send less at once from everything that uses this account, and try again then.",
      data: {
        retryAt: new Date(now + forMs).toISOString(),
        reason: refusal.pause.reason,
        ...(requestId === undefined ? {} : { requestId }),
      },
    },
  );
}

function giveUp({ answer, error, reason }: Failure, request: GovernedRequest): Answer {
  // What GitHub said is for the caller to see.
  if (answer !== undefined) return answer;
  throw new HubsteadError(
    "remote_unavailable",
    `no answer to ${nameOf(request)}: ${error?.message ?? reason}`,
    {
      hint:
        reason === "foreign"
          ? hintForForeign
          : "Check the network and https://www.githubstatus.com, then try again.",
      data: { route: request.operation.route, reason },
      cause: error,
    },
  );
}
