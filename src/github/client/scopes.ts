/**
 * @module Scopes of classic personal tokens: which of them GitHub's answer says that a token lacks.
 *
 * @see https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
 */

type Headers = Readonly<Record<string, string | number | undefined>>;

/** @returns what the token has; `undefined` for one that has no scopes but permissions */
export function scopesIn(headers: Headers): readonly string[] | undefined {
  const held = headers["x-oauth-scopes"];
  return held === undefined ? undefined : listOf(held);
}

/** @returns scopes of which one would do, and the token has none: `scope repo; scope public_repo` */
export function missingScope(headers: Headers): string | undefined {
  const held = scopesIn(headers);
  const accepted = listOf(headers["x-accepted-oauth-scopes"] ?? "");
  if (held === undefined || accepted.length === 0) return undefined;
  const isHeld = accepted.some((scope) => held.some((own) => covers(own, scope)));
  return isHeld ? undefined : accepted.map((scope) => `scope ${scope}`).join("; ");
}

function covers(own: string, scope: string): boolean {
  if (own === scope) return true;
  if (own === "repo")
    return scope === "public_repo" || scope.startsWith("repo:") || scope === "security_events";
  if (own === "user") return scope === "read:user" || scope.startsWith("user:");
  const [level, area] = own.split(":");
  const [asked, what] = scope.split(":");
  if (area === undefined || area !== what) return false;
  return level === "admin" ? asked === "write" || asked === "read" : level === "write" && asked === "read";
}

function listOf(value: string | number): readonly string[] {
  return String(value)
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "");
}
