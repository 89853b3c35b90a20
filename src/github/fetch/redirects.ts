/**
 * @module Follows redirects: within the API with the same request and credential, to other hosts without a credential, and never
 * where the answer could make us talk to a machine that GitHub has no business with.
 */
import { HubsteadError } from "../../errors.ts";
import type { OriginGuard } from "../auth/origin-guard.ts";
import type { Answer, GovernedRequest, Handler } from "./governed-request.ts";
import type { Home } from "./home.ts";

const mostRedirects = 5;
const redirecting: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * @param outside for other hosts: their answers say nothing about GitHub's limits
 * @throws {HubsteadError} `forbidden` for a redirect that is not to be followed
 */
export function createRedirects(home: Home, next: Handler, outside: (api: URL) => Handler): Handler {
  return async (request) => {
    const direct = outside(request.url);
    const guard = home.guardFor(request.url, request.headers.get("authorization"));
    let current = request;
    // Who was led away stays without a credential, wherever the way goes on.
    let hasLeft = false;
    for (let hop = 0; ; hop++) {
      hasLeft ||= !guard.mayCarryCredential(current.url);
      const answer = await (hasLeft ? direct : next)(current);
      const target = request.redirect === "manual" ? undefined : targetOf(answer, current, guard);
      if (target === undefined) return answer;
      if (request.redirect === "error") throw unwanted(request.url);
      if (hop >= mostRedirects) throw tooMany(request.url);
      current = redirected(current, target, guard);
    }
  };
}

/** @returns `undefined` for an answer that is no redirect, and for a write that is not to be sent elsewhere on its own */
function targetOf(
  { status, headers }: Answer,
  { method, url }: GovernedRequest,
  guard: OriginGuard,
): URL | undefined {
  const location = headers.get("location");
  if (!redirecting.has(status) || location === null) return undefined;
  const isRead = method === "GET" || method === "HEAD";
  const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (isRead || target === undefined || status === 307 || status === 308) return target;
  // GitHub asks for the same request again, where other clients would turn a write into a read, which would look like success.
  // https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
  return status !== 303 && guard.mayCarryCredential(target) ? target : undefined;
}

function redirected(request: GovernedRequest, url: URL, guard: OriginGuard): GovernedRequest {
  if (guard.mayCarryCredential(url)) return { ...request, url };
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead || !guard.mayFollow(url)) {
    throw new HubsteadError(
      "forbidden",
      `${request.url.host} redirects to ${url.origin}, which is not followed`,
      {
        hint: "No credential and no write is ever sent to another host; check the API's address (`GITHUB_API_URL`).",
        data: { from: request.url.origin, to: url.origin },
      },
    );
  }
  const headers = new Headers();
  for (const name of ["accept", "user-agent", "range"]) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return { ...request, url, headers, credential: { principal: "anonymous" } };
}

function unwanted(url: URL): HubsteadError {
  return new HubsteadError("forbidden", `${url.host} redirects, which the request does not allow`, {
    hint: 'Ask at the new place, or leave `redirect: "error"` out.',
    data: { host: url.host },
  });
}

function tooMany(url: URL): HubsteadError {
  return new HubsteadError("remote_unavailable", `${url.host} redirects in a circle`, {
    hint: "Try again later; if it stays so, the repository was renamed in a circle or something stands between.",
    data: { host: url.host },
  });
}
