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

/** @throws {HubsteadError} `invalid_input` for a URL that is none */
export async function readRequest(input: FetchInput, init: RequestInit = {}): Promise<IncomingRequest> {
  const request = input instanceof Request ? input : undefined;
  const address = request?.url ?? String(input);
  if (!URL.canParse(address)) {
    throw invalidInput("the request's URL is none", "Give a whole URL, with https:// and the host.", {
      expected: "an absolute URL",
    });
  }
  const headers = new Headers(init.headers ?? request?.headers);
  const method = (init.method ?? request?.method ?? "GET").toUpperCase();
  const body = await readBody(init.body ?? request?.body ?? undefined, headers);
  return {
    method,
    url: new URL(address),
    headers,
    body,
    signal: init.signal ?? request?.signal ?? undefined,
    redirect: init.redirect ?? request?.redirect ?? "follow",
  };
}

/** In memory, because it may have to be sent twice. */
async function readBody(
  body: RequestInit["body"] | undefined,
  headers: Headers,
): Promise<string | Uint8Array<ArrayBuffer> | undefined> {
  if (body === undefined || body === null || typeof body === "string") return body ?? undefined;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  const response = new Response(body);
  const type = response.headers.get("content-type");
  if (type !== null && !headers.has("content-type")) headers.set("content-type", type);
  return new Uint8Array(await response.arrayBuffer());
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
