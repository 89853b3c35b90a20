/**
 * @module A request as it came, before anybody has looked at what it asks for.
 */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type ApiVersion, apiVersions } from "../description/description.ts";
import { createUrls, type Urls } from "../shapes/urls.ts";
import { Refusal } from "./refusal.ts";

/** What @hono/node-server knows of the connection. */
export interface Connection {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

export interface Incoming {
  readonly id: string;
  readonly method: string;
  readonly headers: Headers;
  readonly address: string;
  /** The path after an Enterprise Server's prefix, as it came. */
  readonly path: string;
  /** With its query. */
  readonly target: string;
  readonly search: string;
  readonly urls: Urls;
  /** Whether it came by an Enterprise Server's paths. */
  readonly isEnterprise: boolean;
  /** The body. @throws {Refusal} 413 beyond so many bytes, which are not kept */
  text(mostBytes: number): Promise<string>;
  /** The body as it comes. @throws {Refusal} 400 where the client breaks off */
  pieces(): AsyncIterable<Uint8Array>;
}

const enterprisePrefix = "/api/v3";

/** `/api/v3/user` is `/user`, and `/api/graphql` is `/graphql`: paths of an Enterprise Server. */
export function withoutPrefix(path: string): { readonly path: string; readonly prefix: string } {
  if (path === "/api/graphql") return { path: "/graphql", prefix: enterprisePrefix };
  if (path.startsWith("/api/uploads/"))
    return { path: path.slice("/api/uploads".length), prefix: enterprisePrefix };
  if (path !== enterprisePrefix && !path.startsWith(`${enterprisePrefix}/`)) return { path, prefix: "" };
  return { path: path.slice(enterprisePrefix.length) || "/", prefix: enterprisePrefix };
}

export function readIncoming(request: Request, { incoming }: Connection): Incoming {
  const { pathname, search, origin } = new URL(request.url);
  const { path, prefix } = withoutPrefix(pathname);
  return {
    id: requestId(),
    method: request.method,
    headers: request.headers,
    address: incoming.socket?.remoteAddress ?? "127.0.0.1",
    path,
    search,
    target: `${path}${search}`,
    urls: createUrls(origin, prefix),
    isEnterprise: prefix !== "",
    text: (mostBytes) => readText(request, mostBytes),
    pieces: () => piecesOf(request),
  };
}

async function* piecesOf({ body }: Request): AsyncGenerator<Uint8Array> {
  try {
    if (body !== null) yield* body;
  } catch (cause) {
    throw new Refusal(400, `The body has broken off: ${cause instanceof Error ? cause.message : cause}`);
  }
}

async function readText(request: Request, mostBytes: number): Promise<string> {
  const declared = request.headers.get("content-length");
  if (Number(declared) > mostBytes) throw tooLarge();
  // HTTP holds whoever says how much it is to that.
  if (declared !== null || request.body === null) return request.text();
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  // To its end: to stop in the middle would cut the connection before the answer.
  for await (const part of request.body) {
    sizeBytes += part.length;
    if (sizeBytes <= mostBytes) parts.push(part);
    else parts.length = 0;
  }
  if (sizeBytes > mostBytes) throw tooLarge();
  return new TextDecoder().decode(Buffer.concat(parts));
}

function tooLarge(): Refusal {
  return new Refusal(413, "Payload Too Large");
}

/** As GitHub writes them: `BF3C:1A2B3C:…`. */
function requestId(): string {
  const hex = randomBytes(17).toString("hex").toUpperCase();
  return hex.replace(/^(.{4})(.{6})(.{8})(.{8})(.{8})$/u, "$1:$2:$3:$4:$5");
}

/** @throws {Refusal} 400 for a version that there is not */
export function versionOf(headers: Headers): ApiVersion {
  const asked = headers.get("x-github-api-version") ?? apiVersions[0];
  const version = apiVersions.find((known) => known === asked);
  if (version === undefined) {
    throw new Refusal(
      400,
      `"${asked}" is not a supported version of the API. Use one of: ${apiVersions.join(", ")}.`,
    );
  }
  return version;
}

/** The first value of each parameter. */
export function queryOf(search: string): Readonly<Record<string, string>> {
  if (search.length < 2) return {};
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search))
    if (!Object.hasOwn(query, name)) query[name] = value;
  return query;
}
