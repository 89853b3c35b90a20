/**
 * @module The JSON Web Token with which a GitHub App says who it is, and the paths that take nothing else.
 *
 * `@octokit/auth-app` makes such tokens, too. It is not used, because its clock is the machine's alone, it keeps
 * installation tokens for 59 minutes whatever `expires_at` says, mints no other one when one is refused, and shares what is
 * being minted between all its instances by the installation's number alone: an App on one host can get the token
 * that was minted on another host (8.3.1, `pendingPromises`).
 *
 * @see https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
import { type KeyObject, sign } from "node:crypto";

// GitHub's advice, for clocks that are ahead.
const backdatedSeconds = 60;
// GitHub takes at most 600. The middle forgives a clock that is up to five minutes off, either way.
const lifeSeconds = 300;

/** @param issuer the App's client id, or its id @param nowMs by GitHub's clock, as far as it is known */
export function makeAppJwt(issuer: string, key: KeyObject, nowMs: number): string {
  const now = Math.floor(nowMs / 1000);
  const claims = {
    iat: now - backdatedSeconds,
    exp: now + lifeSeconds,
    // A number is what every Enterprise Server takes.
    iss: /^\d+$/u.test(issuer) ? Number(issuer) : issuer,
  };
  const text = `${base64url({ alg: "RS256", typ: "JWT" })}.${base64url(claims)}`;
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** Whether GitHub reads the token as refused for its times, so that the App's clock is wrong. */
export function isClockRefusal(message: string): boolean {
  return /'(?:Issued at|Expiration time)' claim/u.test(message);
}

const appPaths = [
  /^\/app(?:\/|$)/u,
  /^\/(?:orgs|users|enterprises)\/[^/]+\/installation$/u,
  /^\/repos\/[^/]+\/[^/]+\/installation$/u,
  /^\/marketplace_listing(?:\/|$)/u,
];

/** @param path without the API's own path and without query */
export function isAppPath(path: string): boolean {
  return appPaths.some((pattern) => pattern.test(path));
}
