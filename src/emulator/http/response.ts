/**
 * @module Answers as HTTP responses, with the headers that GitHub sends.
 */
import { budgetKeyOf, type Principal } from "../access/principal.ts";
import type { Budget } from "../limits/primary-budgets.ts";
import type { Answer } from "./answer.ts";
import type { Incoming } from "./incoming.ts";
import type { Refusal } from "./refusal.ts";

const docsRoot = "https://docs.github.com/rest";
/** What clients that ask for an Enterprise Server's version are told: it has all that is served. */
const enterpriseVersion = "3.20.0";

/** @param docs the page of the operation that was asked for */
export function refusalToAnswer({ status, message, errors, headers }: Refusal, docs = docsRoot): Answer {
  return {
    status,
    headers,
    body: {
      message,
      ...(errors === undefined ? {} : { errors }),
      ...(headers["location"] === undefined ? {} : { url: headers["location"] }),
      documentation_url: docs,
      status: String(status),
    },
  };
}

/** A mistake of the emulator's own must not look like an answer of GitHub's. */
export function failureToAnswer(error: unknown): Answer {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    status: 500,
    body: { message: `the emulator has failed, which is a bug in it: ${message}`, stack },
  };
}

/** @returns the body as it goes over the wire; `undefined` for none */
export function encodeBody({ body, headers }: Answer): string | Uint8Array | ReadableStream | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array || body instanceof ReadableStream) return body;
  return typeof body === "string" && headers?.["content-type"] !== undefined ? body : JSON.stringify(body);
}

export function headersOf(
  { id, headers, isEnterprise }: Incoming,
  principal: Principal | undefined,
  budget: Budget | undefined,
  version: string | undefined,
): Record<string, string> {
  const accept = headers.get("accept") ?? "*/*";
  const mediaType = /application\/vnd\.github\.([\w.+-]+)/u.exec(accept)?.[1];
  return {
    "content-type": "application/json; charset=utf-8",
    server: "github.com",
    "x-github-media-type":
      mediaType === undefined ? "github.v3; format=json" : `github.v3; param=${mediaType}`,
    ...(version === undefined ? {} : { "x-github-api-version-selected": version }),
    "x-github-request-id": id,
    ...(isEnterprise ? { "x-github-enterprise-version": enterpriseVersion } : {}),
    ...(budget === undefined ? {} : budgetHeaders(budget)),
    ...scopeHeaders(principal),
    "access-control-allow-origin": "*",
    "access-control-expose-headers":
      "ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval, X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset",
    "x-content-type-options": "nosniff",
  };
}

function budgetHeaders({ limit, remaining, used, reset, resource }: Budget): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(reset),
    "x-ratelimit-resource": resource,
    "x-ratelimit-used": String(used),
  };
}

function scopeHeaders(principal: Principal | undefined): Record<string, string> {
  if (principal?.kind !== "user") return {};
  const { kind, scopes, expiresAt } = principal.token;
  return {
    ...(kind === "fine-grained"
      ? {}
      : { "x-oauth-scopes": scopes.join(", "), "x-accepted-oauth-scopes": "" }),
    ...(expiresAt === null
      ? {}
      : {
          "github-authentication-token-expiration": new Date(expiresAt)
            .toISOString()
            .replace("T", " ")
            .slice(0, 19),
        }),
  };
}

/** What is shown of who asked. */
export function principalName(principal: Principal, loginOf: (id: number) => string): string {
  switch (principal.kind) {
    case "user":
      return `user:${loginOf(principal.userId)}`;
    case "app":
      return `app:${principal.app.slug}`;
    case "anonymous":
      return "anonymous";
    case "installation":
      return principal.isActionsJob ? "actions" : budgetKeyOf(principal).replace("/", ":");
  }
}
