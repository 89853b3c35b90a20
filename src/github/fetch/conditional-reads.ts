/**
 * @module Reads that ask GitHub whether anything has changed: an answer that has not is taken from the cache, and costs nothing of
 * the primary limit.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
 */
import { notWaitedFor, systemClock } from "../clock.ts";
import { sha256 } from "../digest.ts";
import { principalKeyOf } from "./admission.ts";
import type { Answer, GovernedRequest, Handler } from "./governed-request.ts";
import type { CachedAnswer, ResponseCache } from "./response-cache.ts";
import type { Telemetry } from "./telemetry.ts";

/** Stands in answers from the cache: `revalidated`. */
const cacheHeader = "x-hubstead-cache";

/** Headers of a 304 that are newer than the kept ones'. @see RFC 9110 §15.4.5 */
const fresh = /^(?:x-ratelimit-.*|date|x-github-request-id|cache-control|expires|x-poll-interval)$/u;

/** @param openCache opened with the first read; `undefined` where it cannot be opened */
export function createConditionalReads(
  openCache: () => Promise<ResponseCache | undefined>,
  telemetry: Telemetry,
  next: Handler,
): Handler {
  let opened: ResponseCache | undefined;
  let writing = 0;
  return async (request) => {
    if (!isCacheable(request)) return next(request);
    const cache = opened ?? (await openInTime(openCache));
    if (cache === undefined) return next(request);
    opened = cache;
    const key = cacheKeyOf(request);
    const kept = quietly(() => cache.get(key));
    const answer = await next(kept === undefined ? request : conditional(request, kept));
    const isUnchanged = answer.status === 304 && kept !== undefined;
    telemetry.emit({
      kind: "cache",
      host: request.url.host,
      route: request.operation.route,
      result: isUnchanged ? "revalidated" : "miss",
    });
    if (isUnchanged) return revalidated(kept, answer);
    // Written while the caller goes on: whoever keeps the file locked keeps nobody waiting.
    if (writing < mostWriting) {
      writing++;
      const done = () => void writing--;
      keep(cache, key, answer, kept !== undefined, request).then(done, done);
    }
    return answer;
  };
}

// So many answers wait to be written at most; what comes more is not kept.
const mostWriting = 100;
// A file that somebody keeps locked is not waited for; it is used once it is open.
const openingMs = 2_000;

/** By the machine's clock: it is the machine's disk that is waited for. */
async function openInTime(
  openCache: () => Promise<ResponseCache | undefined>,
): Promise<ResponseCache | undefined> {
  const over = new AbortController();
  const late = systemClock.sleep(openingMs, over.signal).then(
    () => undefined,
    () => undefined,
  );
  try {
    return await Promise.race([openCache(), late]);
  } finally {
    over.abort(notWaitedFor);
  }
}

function isCacheable({ method, headers, operation }: GovernedRequest): boolean {
  const isPlain =
    !headers.has("if-none-match") &&
    !headers.has("if-modified-since") &&
    !headers.has("range") &&
    !isStoreForbidden(headers);
  // What the rate limits are now is never the same.
  return method === "GET" && isPlain && !operation.isDownload && operation.route !== "/rate_limit";
}

/**
 * By whom GitHub counts a request for, not by the token, which goes and comes. A token of the same principal that may see less gets
 * nothing of another's: GitHub looks whether it may see what is asked for before it says 304, and its ETag is of the very bytes that
 * it would send to this token.
 */
function cacheKeyOf(request: GovernedRequest): string {
  const { url, headers } = request;
  const parts = [
    principalKeyOf(request),
    url.href,
    headers.get("accept") ?? "",
    headers.get("x-github-api-version") ?? "",
  ];
  return sha256("hex", JSON.stringify(parts));
}

function conditional(request: GovernedRequest, { etag }: CachedAnswer): GovernedRequest {
  const headers = new Headers(request.headers);
  headers.set("if-none-match", etag);
  return { ...request, headers };
}

function revalidated(kept: CachedAnswer, { headers: newer, url }: Answer): Answer {
  const headers = new Headers(kept.headers.map(([name, value]): [string, string] => [name, value]));
  for (const [name, value] of newer) if (fresh.test(name)) headers.set(name, value);
  headers.set(cacheHeader, "revalidated");
  return { status: 200, headers, body: kept.body, url };
}

async function keep(
  cache: ResponseCache,
  key: string,
  answer: Answer,
  wasKept: boolean,
  request: GovernedRequest,
): Promise<void> {
  const etag = answer.headers.get("etag");
  // A time alone does not say what was seen: what has not changed since may be more than another token is shown.
  if (
    answer.status === 200 &&
    etag !== null &&
    answer.body instanceof Uint8Array &&
    mayKeep(answer, request)
  ) {
    await cache.put(key, { etag, headers: [...answer.headers], body: answer.body });
  } else if (wasKept && answer.status < 500) {
    // Gone, or not to be seen by this principal any more.
    await cache.drop(key);
  }
}

function isStoreForbidden(headers: Headers): boolean {
  return /\bno-store\b/iu.test(headers.get("cache-control") ?? "");
}

/** What the key holds, or what changes only how an answer is packed. */
const keyed = /^(?:accept|accept-encoding|authorization|cookie|user-agent|x-github-api-version)$/iu;

/** @see RFC 9111 §4.1 and §5.2.2.5 */
function mayKeep({ headers }: Answer, request: GovernedRequest): boolean {
  if (isStoreForbidden(headers)) return false;
  const vary = (headers.get("vary") ?? "").split(",").map((name) => name.trim());
  const varies = (name: string) => name === "*" || (!keyed.test(name) && request.headers.has(name));
  return !vary.some((name) => name !== "" && varies(name));
}

/** A cache that fails is a miss. */
function quietly<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}
