/**
 * @module The name that git gives to a file's content, so that it need not be asked for.
 */
import { createHash } from "node:crypto";

/** @returns what `git hash-object` says @see https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
export function blobIdOf(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
