/**
 * @module Labels that name an object. GitHub's have 50 characters, no comma where they are asked for, and no case: `UID:a` and
 * `UID:A` are one label. An id that does not go into one as it is goes in shortened, with a hash of the whole. Pure.
 */
import { createHash } from "node:crypto";

/** Characters that GitHub allows in a label. */
export const maxLabelLength = 50;

const hashLength = 16;

/**
 * The label of an object whose letters no other object has in another case.
 *
 * @param prefix such as `UID:`
 */
export function objectLabel(prefix: string, id: string): string {
  const isPlain = prefix.length + id.length <= maxLabelLength && !/,|^\s|\s$/u.test(id);
  return isPlain ? prefix + id : hashedObjectLabel(prefix, id);
}

/** The label of an object when another has the plain one already, in another case. */
export function hashedObjectLabel(prefix: string, id: string): string {
  const room = maxLabelLength - prefix.length - hashLength - 1;
  let head = "";
  for (const sign of id.replaceAll(/[,\s]/gu, "_")) {
    if (head.length + sign.length > room) break;
    head += sign;
  }
  const hash = createHash("sha256").update(id).digest("hex").slice(0, hashLength);
  return `${prefix}${head}~${hash}`;
}

/** Whether a label, in whatever case, is one that an object of this id may have. */
export function isLabelOf(label: string, prefix: string, id: string): boolean {
  const lower = label.toLowerCase();
  return (
    lower === objectLabel(prefix, id).toLowerCase() || lower === hashedObjectLabel(prefix, id).toLowerCase()
  );
}
