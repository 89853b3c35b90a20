/**
 * @module Equal reads at one time are one request. Each caller keeps its own patience: one that gives up stops nobody else.
 */
import { HubsteadError } from "../../errors.ts";
import { type GitHubClock, notWaitedFor } from "../clock.ts";
import { sha256 } from "../digest.ts";
import { principalKeyOf } from "./admission.ts";
import type { Answer, GovernedRequest, Handler } from "./governed-request.ts";
import type { Telemetry } from "./telemetry.ts";
import { TransportFailure } from "./transport.ts";

interface Flight {
  readonly key: string;
  readonly answer: Promise<Answer>;
  readonly stop: AbortController;
  passengers: number;
}

export function createSingleFlight(clock: GitHubClock, telemetry: Telemetry, next: Handler): Handler {
  const flights = new Map<string, Flight>();
  return async (request) => {
    request.terms.signal?.throwIfAborted();
    return canShare(request) ? fly(request) : passAlone(request);
  };

  async function fly(request: GovernedRequest): Promise<Answer> {
    const key = readKeyOf(request);
    const known = flights.get(key);
    if (known === undefined) return board(depart(key, request), request);
    telemetry.emit({
      kind: "cache",
      host: request.url.host,
      route: request.operation.route,
      result: "shared",
    });
    try {
      return await board(known, request);
    } catch (error) {
      request.terms.signal?.throwIfAborted();
      if (clock.now() >= request.terms.deadlineAt || !isImpatience(error)) throw error;
      // The first one's patience was shorter than this one's: the next flight takes all who are left.
      return fly(request);
    }
  }

  /** After a write nobody boards a read that has begun before it: whoever has written sees what was written. */
  async function passAlone(request: GovernedRequest): Promise<Answer> {
    try {
      return await next(request);
    } finally {
      if (request.operation.effect !== "read") flights.clear();
    }
  }

  function depart(key: string, request: GovernedRequest): Flight {
    const stop = new AbortController();
    const answer = next({ ...request, terms: { ...request.terms, signal: stop.signal } });
    const flight: Flight = { key, answer, stop, passengers: 0 };
    flights.set(key, flight);
    const land = () => end(flight);
    answer.then(land, land);
    return flight;
  }

  function end(flight: Flight): void {
    if (flights.get(flight.key) === flight) flights.delete(flight.key);
  }

  async function board(flight: Flight, { terms }: GovernedRequest): Promise<Answer> {
    flight.passengers++;
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = (reason: unknown) => {
      reject(reason);
      if (--flight.passengers > 0) return;
      // Nobody waits for it any more.
      end(flight);
      flight.stop.abort(reason);
    };
    const onAbort = () => leave(terms.signal?.reason);
    terms.signal?.addEventListener("abort", onAbort, { once: true });
    const over = new AbortController();
    const leftMs = terms.deadlineAt - clock.now();
    // The first one's deadline is kept where it waits or is sent.
    if (flight.passengers > 1 && Number.isFinite(leftMs)) {
      clock.sleep(Math.max(0, leftMs), over.signal).then(
        () => leave(new TransportFailure("maybe", "deadline")),
        () => undefined,
      );
    }
    try {
      return await Promise.race([flight.answer, left]);
    } finally {
      over.abort(notWaitedFor);
      terms.signal?.removeEventListener("abort", onAbort);
    }
  }
}

/** Whether a flight ended for how long its first passenger was ready to wait, and not for what GitHub or the line did. */
function isImpatience(error: unknown): boolean {
  if (error instanceof TransportFailure) return error.reason === "deadline";
  return error instanceof HubsteadError && error.code === "rate_limited";
}

function canShare({ method, operation, headers }: GovernedRequest): boolean {
  return method === "GET" && !operation.isDownload && !headers.has("if-none-match") && !headers.has("range");
}

/**
 * Everything that an answer depends on, and the lane, because requests of different lanes wait differently. Of the credential a
 * digest: what counts for the same principal need not be allowed the same.
 */
function readKeyOf(request: GovernedRequest): string {
  const { url, headers, terms } = request;
  const head = [...headers].filter(([name]) => name !== "authorization" && name !== "user-agent");
  const credential = sha256("base64", headers.get("authorization") ?? "");
  return JSON.stringify([principalKeyOf(request), credential, url.href, terms.lane, head]);
}
