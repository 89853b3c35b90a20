/**
 * @module SHA-256 by the platform's library, which takes several milliseconds to load: not before something is hashed.
 */
import type { BinaryToTextEncoding } from "node:crypto";

export function sha256(encoding: BinaryToTextEncoding, text: string | Uint8Array): string {
  return process.getBuiltinModule("node:crypto").hash("sha256", text, encoding);
}
