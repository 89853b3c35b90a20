/**
 * @module What passes through the layers of the governed fetch: a request with its terms, and its answer.
 */
import { redact } from "../../base/redact.ts";
import type { Credential, TokenScope } from "../auth/token-source.ts";
import type { Lane } from "./lane.ts";
import type { Operation } from "./operation.ts";

/** How a create whose answer was lost is looked up, so that it is never done twice. */
export interface Recovery {
  /** What to look for, for people: `a comment of #7 with <!-- op=1f… -->`. */
  readonly marker: string;
  /** @returns the answer that was lost, read anew; `undefined` where what was to be made is not there */
  readonly find: (signal: AbortSignal) => Promise<Response | undefined>;
}

/** Under which terms a request is sent. */
export interface Terms {
  readonly lane: Lane;
  /** By the clock; nothing is sent and nothing is waited for after it. */
  readonly deadlineAt: number;
  /** By the clock; until then it may wait for its turn and for limits. */
  readonly waitUntil: number;
  /** How long one attempt may take. */
  readonly attemptTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly recovery: Recovery | undefined;
  /** Whether it is sent though nobody knows what became of an equal one. */
  readonly again: boolean;
}

export interface GovernedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  readonly operation: Operation;
  /** As of the platform's `fetch`. */
  readonly redirect: NonNullable<RequestInit["redirect"]>;
  readonly scope: TokenScope;
  /** Whose limits it uses; with what it is allowed. */
  readonly credential: Credential;
  readonly terms: Terms;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** A stream for downloads only. */
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null;
  readonly url: string;
}

// So much gets through a slow line in a millisecond, of what is sent.
const slowestBytesPerMs = 100;

/** How long one attempt may take: as the terms say, and longer for what takes long to send. */
export function attemptLimitMs({ terms, body }: Pick<GovernedRequest, "terms" | "body">): number {
  return terms.attemptTimeoutMs + Math.ceil((body?.length ?? 0) / slowestBytesPerMs);
}

/** One layer wraps the next. */
export type Handler = (request: GovernedRequest) => Promise<Answer>;

/** GitHub's id of an exchange, for its support. */
export function requestIdOf(headers: Headers): string | undefined {
  const id = headers.get("x-github-request-id");
  // It goes into events and figures, which nobody searches for secrets any more.
  return id === null ? undefined : redact(id);
}

/** The text of an answer that is held in memory; empty for a stream. */
export function textOf({ body }: Answer): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : "";
}

const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * The words of RFC 9110 for what GitHub answers. Node's own list stands in `node:http`, which takes longer to load than
 * everything here together.
 */
const statusTexts: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

export function toResponse({ status, headers, body, url }: Answer): Response {
  const statusText = statusTexts[status] ?? "";
  const response = new Response(withoutBody.has(status) ? null : body, { status, statusText, headers });
  // Octokit reads it; the constructor cannot set it.
  Object.defineProperty(response, "url", { value: url });
  return response;
}
