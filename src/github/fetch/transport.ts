/**
 * @module One request on the wire: a time limit, no redirects, the whole answer in memory unless it is a download. Knows
 * nothing of limits and never repeats anything.
 */
import { isMistake } from "../../base/is-mistake.ts";
import { type GitHubClock, notWaitedFor } from "../clock.ts";
import { type Answer, attemptLimitMs, type GovernedRequest, type Handler } from "./governed-request.ts";
import type { Operation } from "./operation.ts";
import { isForeign, isWhole } from "./whole-answer.ts";

/** No answer came, or only a part of one. */
export class TransportFailure extends Error {
  override readonly name = "TransportFailure";
  /** Whether GitHub can have done what was asked. */
  readonly sent: "no" | "maybe";
  readonly reason: "network" | "timeout" | "deadline" | "cut" | "foreign" | "aborted";

  constructor(sent: TransportFailure["sent"], reason: TransportFailure["reason"], cause?: unknown) {
    super(cause instanceof Error ? describe(cause) : reason, { cause });
    this.sent = sent;
    this.reason = reason;
  }
}

/** Failures that come before the request has left. @see https://nodejs.org/api/errors.html#common-system-errors */
const unsent: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EAI_AGAIN",
  "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** What failed: a network can become unreachable while the answer is read, too. */
const unsentCalls: ReadonlySet<string> = new Set(["connect", "getaddrinfo"]);

/**
 * @param fetch the platform's, or one that adds a proxy
 * @param isApi whether it is GitHub's API that answers, and not what keeps its files
 */
export function createTransport(fetch: typeof globalThis.fetch, clock: GitHubClock, isApi = true): Handler {
  return async (request) => {
    const { terms } = request;
    terms.signal?.throwIfAborted();
    const leftMs = terms.deadlineAt - clock.now();
    if (leftMs <= 0) throw new TransportFailure("no", "deadline");
    const timer = new AbortController();
    const stop = new AbortController();
    const limitMs = Math.min(leftMs, attemptLimitMs(request));
    const reason = limitMs === leftMs ? "deadline" : "timeout";
    clock.sleep(limitMs, timer.signal).then(
      () => stop.abort(new TransportFailure("maybe", reason)),
      () => undefined,
    );
    const signal = terms.signal === undefined ? stop.signal : AbortSignal.any([terms.signal, stop.signal]);
    try {
      return inPieces(await exchange(fetch, request, signal, isApi), terms.attemptTimeoutMs, clock);
    } catch (error) {
      // The caller hears the own reason; what was sent may take effect all the same.
      if (terms.signal?.aborted) throw new TransportFailure("maybe", "aborted");
      throw toFailure(stop.signal.aborted ? stop.signal.reason : error, request.operation);
    } finally {
      timer.abort(notWaitedFor);
    }
  };
}

/** A download ends where no piece of it comes for as long as an attempt may take. */
function inPieces(answer: Answer, idleMs: number, clock: GitHubClock): Answer {
  if (!(answer.body instanceof ReadableStream)) return answer;
  const reader = answer.body.getReader();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const over = new AbortController();
        const idle = clock.sleep(idleMs, over.signal).then(() => {
          throw new TransportFailure("maybe", "timeout");
        });
        idle.catch(() => undefined);
        try {
          const { done, value } = await Promise.race([reader.read(), idle]);
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          void reader.cancel(error).catch(() => undefined);
          throw error;
        } finally {
          over.abort(notWaitedFor);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // What nobody reads is not waited for.
    { highWaterMark: 0 },
  );
  return { ...answer, body };
}

async function exchange(
  fetch: typeof globalThis.fetch,
  request: GovernedRequest,
  signal: AbortSignal,
  isApi: boolean,
): Promise<Answer> {
  const { method, url, headers, body, operation } = request;
  const response = await fetch(url, {
    method,
    headers,
    body: body ?? null,
    redirect: "manual",
    signal,
  });
  const { status } = response;
  // Beyond what HTTP has: nothing that could be handed on. @see RFC 9110 §15
  if (status > 599) throw foreign(response);
  const isStreamed = operation.isDownload && response.ok;
  if (isStreamed && isApi && isForeign(response, undefined, request)) {
    void response.body?.cancel().catch(() => undefined);
    throw foreign(response);
  }
  if (isStreamed) return { status, headers: response.headers, body: response.body, url: url.href };
  const read = await readWhole(response);
  if (response.ok && method !== "HEAD" && !isWhole(response, read, operation)) {
    throw new TransportFailure("maybe", "cut");
  }
  if (response.ok && method !== "HEAD" && isApi && isForeign(response, read, request))
    throw foreign(response);
  return { status, headers: response.headers, body: read, url: url.href };
}

function foreign({ headers, status }: Response): TransportFailure {
  const type = headers.get("content-type")?.replace(/;.*/u, "") ?? "text";
  return new TransportFailure(
    "maybe",
    "foreign",
    new Error(`${status} with ${type}, which is no answer of GitHub's API`),
  );
}

async function readWhole(response: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null) return null;
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (isMistake(error)) throw error;
    throw new TransportFailure("maybe", "cut", error);
  }
}

/** A mistake in a `fetch` stays what it is; but of a create nobody knows whether it was sent before. */
function toFailure(error: unknown, { effect }: Operation): unknown {
  if (error instanceof TransportFailure || (isMistake(error) && effect !== "create")) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  return new TransportFailure(isUnsent(cause) ? "no" : "maybe", "network", error);
}

function isUnsent(cause: unknown): boolean {
  // Each address of a host was tried.
  if (cause instanceof AggregateError && cause.errors.length > 0) return cause.errors.every(isUnsent);
  const { code, syscall } = (cause ?? {}) as NodeJS.ErrnoException;
  return syscall === undefined ? code !== undefined && unsent.has(code) : unsentCalls.has(syscall);
}

function describe(error: Error): string {
  const inner =
    error.cause instanceof Error
      ? `: ${error.cause.message || (error.cause as NodeJS.ErrnoException).code}`
      : "";
  return `${error.message}${inner}`;
}
