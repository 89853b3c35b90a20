/**
 * @module Titles of objects: `Stored Object: ID`, which gh-store writes and never reads, with a checkpoint of ours at the end. Who may not
 * write can change no title; a checkpoint that is wrong all the same does not fit the body. Pure.
 */
import { createHash } from "node:crypto";
import { type Document, orderedText } from "./document.ts";

/** How far a body is folded. */
export interface Checkpoint {
  /** The number of the newest comment that is decided, applied or refused. 0: none yet. */
  readonly commentId: number;
  /** Of the object then. */
  readonly version: number;
  /** How often the body was written then, this time counted: more by now, and somebody else has written, too. */
  readonly revisions: number;
  /** {@link hashOfBody} of what came of it. */
  readonly bodyHash: string;
}

const start = "Stored Object: ";
// Numbers in base 36: with the longest id a title has 256 characters at most.
const withCheckpoint =
  /^(?<id>.*) \[(?<comment>[0-9a-z]{1,8})\.(?<version>[0-9a-z]{1,5})\.(?<revisions>[0-9a-z]{1,5})\.(?<hash>[0-9a-f]{12})\]$/su;

export function writeTitle(id: string, at?: Checkpoint): string {
  if (at === undefined) return start + id;
  const numbers = [at.commentId, at.version, at.revisions].map((number) => number.toString(36));
  return `${start}${id} [${numbers.join(".")}.${at.bodyHash}]`;
}

export interface Title {
  readonly id: string;
  readonly checkpoint?: Checkpoint;
}

/**
 * What a title may say, the likelier first: an id may itself end like a checkpoint. Nothing for a title that somebody has
 * written in words of their own.
 */
export function readTitle(title: string): readonly Title[] {
  if (!title.startsWith(start)) return [];
  const text = title.slice(start.length);
  const { id, comment, version, revisions, hash } = withCheckpoint.exec(text)?.groups ?? {};
  const plain = { id: text };
  if (id === undefined || comment === undefined || hash === undefined) return [plain];
  const checkpoint = {
    commentId: Number.parseInt(comment, 36),
    version: Number.parseInt(version ?? "", 36),
    revisions: Number.parseInt(revisions ?? "", 36),
    bodyHash: hash,
  };
  return [{ id, checkpoint }, plain];
}

/**
 * 48 bits of a hash of what a body says, however it is laid out: whoever may write titles may write bodies, too.
 */
export function hashOfBody(data: Document): string {
  return createHash("sha256").update(orderedText(data)).digest("hex").slice(0, 12);
}
