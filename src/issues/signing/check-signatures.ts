/**
 * @module Which comments of an issue are signed as they must be: by a registered key of the account that wrote them, for this object, each
 * after those that the same key has signed before. The same comments and keys always come to the same. Pure.
 */
import type { RegisteredKey } from "./key-file.ts";
import { type ChainLink, hashOf, readSignedComment, type SignedPlace } from "./statement.ts";

export interface CheckedComment {
  readonly id: number;
  readonly body: string;
  /** ISO 8601, by GitHub's clock. */
  readonly createdAt: string;
  readonly author: { readonly id: number } | undefined;
}

/** `because` goes on after "because". */
interface SignatureVerdict {
  readonly isValid: boolean;
  readonly because: string;
}

export interface CheckedSignatures {
  /** By comment. */
  readonly verdicts: ReadonlyMap<number, SignatureVerdict>;
  /** Where each key has come to, by its id. */
  readonly links: ReadonlyMap<string, ChainLink>;
}

/** @param comments in order */
export function checkSignatures(
  comments: readonly CheckedComment[],
  keys: ReadonlyMap<string, RegisteredKey>,
  place: SignedPlace,
): CheckedSignatures {
  const verdicts = new Map<number, SignatureVerdict>();
  const links = new Map<string, ChainLink>();
  for (const comment of comments) {
    const checked = checkOne(comment, { keys, place, links });
    verdicts.set(comment.id, checked);
    if (checked.link !== undefined) links.set(checked.link[0], checked.link[1]);
  }
  return { verdicts, links };
}

interface Checking {
  readonly keys: ReadonlyMap<string, RegisteredKey>;
  readonly place: SignedPlace;
  readonly links: ReadonlyMap<string, ChainLink>;
}

type Checked = SignatureVerdict & { readonly link?: readonly [string, ChainLink] };

function checkOne({ body, author, createdAt }: CheckedComment, { keys, place, links }: Checking): Checked {
  const signed = readSignedComment(body);
  if (signed === undefined) return refused("it is not signed");
  const key = keys.get(signed.key);
  if (key === undefined) return refused(`the key ${signed.key} is not registered`);
  if (author?.id !== key.userId) return refused(`the key ${signed.key} is another account's`);
  if (key.untilMs !== undefined && Date.parse(createdAt) >= key.untilMs)
    return refused(`the key ${signed.key} was given up before`);
  const bytes = signed.bytesFor(place, author.id);
  if (!key.isSigned(bytes, signed.value)) return refused("it is not what was signed");
  const before = links.get(signed.key);
  const last = before?.sequence ?? 0;
  if (signed.sequence <= last) return refused("it stands after what was signed later, or was sent twice");
  const isNext = signed.sequence === last + 1;
  if (isNext && signed.previous !== before?.hash) return refused("it follows on something else");
  const link = [signed.key, { sequence: signed.sequence, hash: hashOf(bytes) }] as const;
  // What was deleted takes nothing else along.
  const gap = isNext ? "" : `, though ${signed.sequence - 1 - last} before it are gone`;
  return { isValid: true, because: `it is signed with the key ${signed.key}${gap}`, link };
}

function refused(because: string): SignatureVerdict {
  return { isValid: false, because };
}
