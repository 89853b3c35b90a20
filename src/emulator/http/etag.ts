/**
 * @module Conditional requests: an answer that has not changed for the same token costs nothing.
 */
import { createHash } from "node:crypto";

/** GitHub's tags depend on the token. @see https://github.com/github/docs/issues/34689 */
export function etagOf(
  body: string | Uint8Array,
  { accept = "", authorization = "" }: { accept?: string | undefined; authorization?: string | undefined },
): string {
  const hash = createHash("sha256").update(`${accept}:${authorization}:`).update(body).digest("hex");
  return `W/"${hash}"`;
}

/** @param condition the `If-None-Match` header */
export function isUnchanged(etag: string, condition: string | undefined): boolean {
  if (condition === undefined) return false;
  const bare = (tag: string) => tag.trim().replace(/^W\//u, "");
  return condition.split(",").some((tag) => tag.trim() === "*" || bare(tag) === bare(etag));
}
