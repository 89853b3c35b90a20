/**
 * @module Gives a request its credential, and another one once where GitHub does not take the first. Asked only for requests
 * to the API's own origin.
 */
import { principalOfToken } from "../auth/static-token.ts";
import type { Credential, TokenSource } from "../auth/token-source.ts";
import type { GitHubClock } from "../clock.ts";
import { beforeDeadline } from "./deadline.ts";
import type { GovernedRequest, Handler } from "./governed-request.ts";
import type { Telemetry } from "./telemetry.ts";

export interface AuthorizeParts {
  readonly source: TokenSource;
  readonly clock: GitHubClock;
  readonly telemetry: Telemetry;
  /** Whom tokens count for that requests bring themselves; by each token alone where it is absent. */
  readonly principal: string | ((authorization: string) => string) | undefined;
}

export function createAuthorize(
  { source, clock, telemetry, principal }: AuthorizeParts,
  next: Handler,
): Handler {
  return async (request) => {
    const own = request.headers.get("authorization");
    // Who brings a credential pays with it.
    if (own !== null) return next(withCredential(request, ownCredential(own, principal)));
    const { scope, terms } = request;
    const credential = await beforeDeadline(clock, terms, (signal) => source.credentialFor(scope, signal));
    const answer = await next(withCredential(request, credential));
    if (answer.status !== 401 || credential.authorization === undefined) return answer;
    // Refused for who asked, nothing has been done: a write may be sent again, too.
    const renewed = await beforeDeadline(clock, terms, (signal) => source.renew(credential, scope, signal));
    if (renewed === undefined) return answer;
    telemetry.emit({ kind: "token", host: request.url.host, principal: renewed.principal, what: "renewed" });
    return next(withCredential(request, renewed));
  };
}

function withCredential(request: GovernedRequest, credential: Credential): GovernedRequest {
  const headers = new Headers(request.headers);
  if (credential.authorization !== undefined) headers.set("authorization", credential.authorization);
  return { ...request, headers, credential };
}

/** An App by its id; everything else as if it had been handed in. */
function ownCredential(authorization: string, principal: AuthorizeParts["principal"]): Credential {
  const token = authorization.replace(/^\S+\s+/u, "");
  const appId = issuerOf(token);
  if (appId !== undefined) return { authorization, principal: `app:${appId}` };
  const named = typeof principal === "function" ? principal(authorization) : principal;
  return { authorization, principal: named ?? principalOfToken(token) };
}

/** Who signed a JSON Web Token, by its own words: enough to count by. */
function issuerOf(token: string): string | undefined {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined || !token.startsWith("eyJ")) return undefined;
  try {
    const { iss } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { iss?: unknown };
    return /^[\w.-]{1,50}$/u.test(String(iss)) ? String(iss) : undefined;
  } catch {
    return undefined;
  }
}
