/**
 * @module What a signature of a comment says: this change, of this object in this issue, by this account, after that one of the same key.
 * It travels in `_meta.hubstead.signature`, which gh-store leaves alone. Pure.
 */
import { createHash } from "node:crypto";
import { extensionVersion } from "../wire/comment.ts";
import {
  type Document,
  type DocumentObject,
  isDocumentObject,
  orderedText,
  readDocument,
  writeDocument,
} from "../wire/document.ts";
import { maxTextBytes } from "../wire/write-comment.ts";
import type { WriterKey } from "./writer-key.ts";

/** Where a change stands: it counts nowhere else. */
export interface SignedPlace {
  /** The repository's id, which stays when it is renamed. */
  readonly repositoryId: number;
  readonly objectId: string;
  readonly issueNumber: number;
}

/** Where a key has come to in one issue. */
export interface ChainLink {
  /** 1 for the first comment of the key in the issue. */
  readonly sequence: number;
  /** SHA-256 of what was signed, in hexadecimal digits. */
  readonly hash: string;
}

interface Signature {
  readonly key: string;
  readonly sequence: number;
  /** The hash of the one before; absent for the first. */
  readonly previous?: string;
  readonly value: string;
}

/** A comment with a signature, which nobody has checked yet. */
export interface SignedComment extends Omit<Signature, "value"> {
  readonly value: string;
  /** @param userId the account that has written it */
  bytesFor(place: SignedPlace, userId: number): Uint8Array;
}

// What stands in front of nothing else that a key of a writer signs.
const purpose = "hubstead: a comment of an object in an issue, version 1\n";

function bytesOf(
  payload: Document,
  { key, sequence, previous }: Omit<Signature, "value">,
  place: SignedPlace,
  userId: number,
): Uint8Array {
  const { repositoryId, objectId, issueNumber } = place;
  const statement = {
    repository: repositoryId,
    object: objectId,
    issue: issueNumber,
    user: userId,
    key,
    sequence,
    previous: previous ?? null,
    payload,
  };
  return Buffer.from(purpose + orderedText(statement));
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** UTF-8 bytes that a signature adds to a comment at most. */
export const signatureBytes = 400;

/**
 * @param text of a comment that we write, without a signature
 * @param before where the key has come to in the issue; `undefined` for the first
 */
export function signComment(
  text: string,
  {
    key,
    userId,
    place,
    before,
  }: {
    readonly key: WriterKey;
    readonly userId: number;
    readonly place: SignedPlace;
    readonly before: ChainLink | undefined;
  },
): { readonly text: string; readonly link: ChainLink } {
  const { value: payload } = readDocument(text) as { readonly value: DocumentObject };
  const sequence = (before?.sequence ?? 0) + 1;
  const terms = { key: key.id, sequence, ...(before === undefined ? {} : { previous: before.hash }) };
  const own = withExtension(payload);
  const bytes = bytesOf(own, terms, place, userId);
  const signed = withExtension(payload, { ...terms, value: key.sign(bytes) });
  const indented = writeDocument(signed);
  const isShort = Buffer.byteLength(indented) <= maxTextBytes;
  return {
    text: isShort ? indented : writeDocument(signed, "compact"),
    link: { sequence, hash: hashOf(bytes) },
  };
}

/** With the signature as the last of what is ours; without one, as it is signed. */
function withExtension(payload: DocumentObject, signature?: Signature): DocumentObject {
  const meta = payload["_meta"] as DocumentObject;
  const { signature: _, ...own } = (meta["hubstead"] ?? { v: extensionVersion }) as DocumentObject;
  const hubstead = signature === undefined ? own : { ...own, signature: { ...signature } };
  return { ...payload, _meta: { ...meta, hubstead } };
}

/** @returns `undefined` for a comment without a signature, or one that is laid out as nobody writes it who signs */
export function readSignedComment(text: string): SignedComment | undefined {
  const { value: payload } = readDocument(text) as { readonly value?: Document };
  if (!isDocumentObject(payload) || !isDocumentObject(payload["_meta"])) return undefined;
  const { hubstead } = payload["_meta"];
  if (!isDocumentObject(hubstead) || !isSignature(hubstead["signature"])) return undefined;
  // Each byte counts, also those between the words.
  if (text !== writeDocument(payload) && text !== writeDocument(payload, "compact")) return undefined;
  const { key, sequence, previous, value } = hubstead["signature"];
  const terms = { key, sequence, ...(previous === undefined ? {} : { previous }) };
  return {
    ...terms,
    value,
    bytesFor: (place, userId) => bytesOf(withExtension(payload), terms, place, userId),
  };
}

function isSignature(value: Document | undefined): value is DocumentObject & Signature {
  if (!isDocumentObject(value)) return false;
  const { key, sequence, previous, value: signature, ...more } = value;
  return (
    typeof key === "string" &&
    Number.isSafeInteger(sequence) &&
    (sequence as number) > 0 &&
    (previous === undefined || typeof previous === "string") &&
    typeof signature === "string" &&
    Object.keys(more).length === 0
  );
}
