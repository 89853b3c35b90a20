/**
 * @module From what `fetch` is called with to a request that can be looked at and sent again.
 */
import { invalidInput } from "../../errors.ts";

export type FetchInput = string | URL | Request;

export interface IncomingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  readonly signal: AbortSignal | undefined;
  readonly redirect: NonNullable<RequestInit["redirect"]>;
}

/** Gives what waits for somebody else a time limit, by the signal that it hands over. */
export type Within = <T>(read: (over: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * @param within for a body that is a stream: whoever writes it may never end it
 * @throws {HubsteadError} `invalid_input` for a URL that is none
 */
export async function readRequest(
  input: FetchInput,
  init: RequestInit,
  within: Within,
): Promise<IncomingRequest> {
  const request = input instanceof Request ? input : undefined;
  const address = request?.url ?? String(input);
  if (!URL.canParse(address)) {
    throw invalidInput("the request's URL is none", "Give a whole URL, with https:// and the host.", {
      expected: "an absolute URL",
    });
  }
  const headers = new Headers(init.headers ?? request?.headers);
  const method = (init.method ?? request?.method ?? "GET").toUpperCase();
  if (/^(?:CONNECT|TRACE|TRACK)$/u.test(method)) {
    throw invalidInput(`GitHub knows no ${method}`, "Send one of its description's methods.", {
      path: "method",
    });
  }
  // Neither that of the caller nor ours keeps it.
  const { cache = request?.cache } = init;
  if (cache === "no-store" || cache === "reload") headers.set("cache-control", "no-store");
  const body = await readBody(init.body ?? request?.body ?? undefined, headers, within);
  if (body !== undefined && (method === "GET" || method === "HEAD")) {
    throw invalidInput(`a ${method} has no body`, "Put what it asks for into the URL's query.", {
      path: "body",
    });
  }
  return {
    method,
    url: new URL(address),
    headers,
    body,
    signal: signalOf(input, init),
    redirect: init.redirect ?? request?.redirect ?? "follow",
  };
}

/** Whoever calls may give up by it. */
export function signalOf(input: FetchInput, init: RequestInit): AbortSignal | undefined {
  return init.signal ?? (input instanceof Request ? input.signal : undefined);
}

/** In memory, because it may have to be sent twice. */
async function readBody(
  body: RequestInit["body"] | undefined,
  headers: Headers,
  within: Within,
): Promise<string | Uint8Array<ArrayBuffer> | undefined> {
  if (body === undefined || body === null || typeof body === "string") return body ?? undefined;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  const response = new Response(body);
  const type = response.headers.get("content-type");
  if (type !== null && !headers.has("content-type")) headers.set("content-type", type);
  return within((over) => readStream(response.body, over));
}

async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  over: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream?.getReader();
  // Ends the reading, too.
  over.addEventListener("abort", () => void reader?.cancel(over.reason).catch(() => undefined), {
    once: true,
  });
  const chunks: Uint8Array[] = [];
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read())
    chunks.push(next.value);
  over.throwIfAborted();
  return Buffer.concat(chunks);
}

/** What Enterprise Server puts before the API's paths, those for uploads, and GraphQL's. */
const prefixes: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/graphql$/u, "/graphql"],
  [/^\/api\/(?:v3|uploads)(?=\/|$)/u, ""],
];

/** The path as GitHub's description has it. */
export function apiPathOf(url: URL): string {
  return prefixes.reduce((path, [prefix, instead]) => path.replace(prefix, instead), url.pathname) || "/";
}
