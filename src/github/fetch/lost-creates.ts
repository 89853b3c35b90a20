/**
 * @module Creates whose answer was lost, or was not waited for: they are looked up, and until it is known what became of one, no
 * equal one is sent.
 */
import { HubsteadError } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import { beforeDeadline } from "./deadline.ts";
import {
  type Answer,
  type GovernedRequest,
  type Recovery,
  requestIdOf,
  type Terms,
} from "./governed-request.ts";
import type { Telemetry } from "./telemetry.ts";
import type { TransportFailure } from "./transport.ts";
import { createUnsettled } from "./unsettled.ts";

/** An attempt that failed. */
export interface Failure {
  readonly kind: "failed";
  readonly reason: string;
  readonly answer?: Answer;
  readonly error?: TransportFailure;
  readonly mayHaveHappened: boolean;
  readonly retryAfterMs: number;
}

interface LostCreatesParts {
  readonly clock: GitHubClock;
  readonly telemetry: Telemetry;
  /** How far what GitHub shows may be behind. */
  readonly lagMs: number;
}

interface LostCreates {
  /**
   * Before a request is sent: whether an equal one may have happened a while ago.
   *
   * @returns its answer; `undefined` when the request is to be sent
   * @throws {HubsteadError} `ambiguous_write` where nobody knows; the signal's reason
   */
  findEqual(request: GovernedRequest): Promise<Answer | undefined>;
  /**
   * Looks for what a lost write may have made, until GitHub must be showing it.
   *
   * @param lostAt by the clock
   * @returns its answer; `undefined` when it is certain that nothing was made
   * @throws {HubsteadError} `ambiguous_write` when that stays open; the signal's reason
   */
  lookUp(request: GovernedRequest, failure: Failure, lostAt?: number): Promise<Answer | undefined>;
  /**
   * Of a request that its caller gave up while it was under way: nobody looks what came of it, but who sends an equal one is told.
   *
   * @returns the caller's own reason
   */
  gaveUp(request: GovernedRequest, failure: Failure, lostAt?: number): unknown;
}

export function createLostCreates({ clock, telemetry, lagMs }: LostCreatesParts): LostCreates {
  const unsettled = createUnsettled(clock);

  return { findEqual, lookUp, gaveUp };

  async function findEqual(request: GovernedRequest): Promise<Answer | undefined> {
    const open = unsettled.find(request);
    if (open === undefined) return undefined;
    if (request.terms.recovery === undefined) throw open.error;
    return lookUp(request, anEqualOne, open.lostAt);
  }

  function gaveUp(request: GovernedRequest, failure: Failure, lostAt = clock.now()): unknown {
    if (failure.mayHaveHappened) unsettled.note(request, { error: ambiguous(request, failure), lostAt });
    return request.terms.signal?.reason;
  }

  async function lookUp(
    request: GovernedRequest,
    failure: Failure,
    lostAt = clock.now(),
  ): Promise<Answer | undefined> {
    const { operation, url, terms } = request;
    const tell = (outcome: "looking" | "found" | "absent" | "unknown") =>
      telemetry.emit({ kind: "ambiguous", host: url.host, route: operation.route, outcome });
    tell("looking");
    try {
      const found = terms.recovery && (await lookUntilShown(terms.recovery.find, terms, lostAt));
      if (found !== undefined && found.kind !== "failed") {
        tell(found.kind);
        unsettled.settle(request);
        return found.kind === "found" ? found.answer : undefined;
      }
    } catch (error) {
      if (terms.signal?.aborted) throw gaveUp(request, failure, lostAt);
      throw error;
    }
    tell("unknown");
    const error = ambiguous(request, failure);
    unsettled.note(request, { error, lostAt });
    throw error;
  }

  /** @returns `absent` only when it was lost so long ago that GitHub would be showing it */
  async function lookUntilShown(find: Recovery["find"], terms: Terms, lostAt: number): Promise<Look> {
    const shownAt = lostAt + lagMs;
    const early = [0, 2_000, 10_000, 30_000].map((afterMs) => lostAt + afterMs);
    const looksAt = [...early.filter((time) => time < shownAt), shownAt];
    for (const [index, at] of looksAt.entries()) {
      // Where it was lost a while ago, one look stands for all that would have been.
      if ((looksAt[index + 1] ?? Number.POSITIVE_INFINITY) <= clock.now()) continue;
      if (at >= terms.deadlineAt) break;
      await clock.sleep(Math.max(0, at - clock.now()), terms.signal);
      const found = await look(find, terms);
      if (found.kind === "found" || (found.kind === "absent" && at === shownAt)) return found;
    }
    return { kind: "failed" };
  }

  /** One look, no longer than the deadline. */
  async function look(find: Recovery["find"], terms: Terms): Promise<Look> {
    try {
      return await beforeDeadline(clock, terms, (signal) => lookWith(find, signal));
    } catch {
      terms.signal?.throwIfAborted();
      // However the look failed: nothing is known.
      return { kind: "failed" };
    }
  }
}

type Look = { readonly kind: "found"; readonly answer: Answer } | { readonly kind: "absent" | "failed" };

async function lookWith(find: Recovery["find"], signal: AbortSignal): Promise<Look> {
  const response = await find(signal);
  if (response === undefined) return { kind: "absent" };
  const { status, headers, url } = response;
  if (status === 404 || status === 410) return { kind: "absent" };
  if (!response.ok) return { kind: "failed" };
  return {
    kind: "found",
    answer: { status, headers, url, body: new Uint8Array(await response.arrayBuffer()) },
  };
}

/** Of a create that was sent a while ago, and is being sent once more. */
const anEqualOne: Failure = {
  kind: "failed",
  reason: "nobody knows what became of an equal one",
  mayHaveHappened: true,
  retryAfterMs: 0,
};

export function failureOf(error: TransportFailure): Failure {
  const { reason, sent } = error;
  return { kind: "failed", reason, error, mayHaveHappened: sent === "maybe", retryAfterMs: 0 };
}

/** Where something answers with a page whatever it is asked. */
export const hintForForeign =
  "Look at the API's address (`apiUrl`, GITHUB_API_URL; of an Enterprise Server https://HOST/api/v3), and whether a login or a proxy stands before it.";

export function ambiguous(request: GovernedRequest, { reason, answer, error }: Failure): HubsteadError {
  const { recovery } = request.terms;
  const requestId = answer === undefined ? undefined : requestIdOf(answer.headers);
  return new HubsteadError(
    "ambiguous_write",
    `nobody knows whether ${nameOf(request)} took effect: ${reason === "foreign" && error !== undefined ? error.message : reason}`,
    {
      hint: [
        recovery === undefined
          ? "Look on GitHub whether it happened before you do it again, with `again: true`."
          : `Look for ${recovery.marker} on GitHub before you do it again.`,
        ...(reason === "foreign" ? [hintForForeign] : []),
      ].join(" "),
      data: {
        route: request.operation.route,
        reason,
        marker: recovery?.marker ?? nameOf(request),
        ...(requestId === undefined ? {} : { requestId }),
      },
      ...(error === undefined ? {} : { cause: error }),
    },
  );
}

/** Without what stands in the path: names of private repositories are nobody else's business. */
export function nameOf({ method, operation }: GovernedRequest): string {
  return `${method} ${operation.route}`;
}
