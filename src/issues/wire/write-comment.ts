/**
 * @module The texts of comments that we write, byte by byte: as gh-store's where gh-store has the same, and else such that gh-store leaves
 * them alone. Pure.
 */
import { type Continuation, extensionVersion, type HandEdit, type Step } from "./comment.ts";
import { type Document, type DocumentObject, writeDocument } from "./document.ts";
import { type Edit, joinMerges } from "./edits.ts";

/** UTF-8 bytes of a body or a comment. GitHub says 65,536 characters, takes 262,144 bytes, and may drop what is longer in silence. */
export const maxTextBytes = 60_000;

/** What stands in every payload. */
export interface Writer {
  /** Such as `hubstead 0.1.0`. */
  readonly clientVersion: string;
  /** ISO 8601. */
  readonly time: string;
  readonly issueNumber: number;
}

export interface InitialParts {
  /** Where the label has it shortened. */
  readonly id?: string;
  /** Where the id does not begin with it. */
  readonly type?: string;
  readonly continues?: Continuation;
}

export function writeInitialComment(data: Document, writer: Writer, object: InitialParts = {}): string {
  const hubstead = { v: extensionVersion, ...(object as DocumentObject) };
  const isPlain = Object.keys(object).length === 0;
  return toText({ _data: data, _meta: metaOf(writer, isPlain ? {} : { hubstead }), type: "initial_state" });
}

/** Changes of one object, in order: one comment where they are sent together. */
export function writeUpdateComment(steps: readonly Step[], writer: Writer): string {
  const [only] = steps;
  const merged = mergeOf(steps.flatMap(({ edits }) => edits));
  if (merged === undefined) return writeCarriedComment(steps);
  const hubstead: Record<string, Document> = { v: extensionVersion };
  if (steps.length > 1 || only!.edits.length > 1) hubstead["steps"] = steps.map(stepToDocument);
  else if (only!.operation !== undefined) hubstead["operation"] = only!.operation;
  return toText({ _data: merged, _meta: metaOf(writer, { hubstead }) });
}

/** Steps that gh-store is to leave alone: it lacks them, or they were said elsewhere. */
export function writeCarriedComment(steps: readonly Step[]): string {
  return toText({
    _data: {},
    _meta: { hubstead: { v: extensionVersion, steps: steps.map(stepToDocument) } },
  });
}

/** Not complete for gh-store, whose objects have the hand edit in their bodies already. */
export function writeHandEditComment({ data, after, by, at }: HandEdit): string {
  const handEdit = { data, after, by: { login: by.login, id: by.id }, at };
  return toText({ _data: {}, _meta: { hubstead: { v: extensionVersion, handEdit } } });
}

function metaOf({ clientVersion, time, issueNumber }: Writer, more: DocumentObject): DocumentObject {
  return {
    client_version: clientVersion,
    timestamp: time,
    update_mode: "append",
    issue_number: issueNumber,
    ...more,
  };
}

function stepToDocument({ operation, time, from, edits }: Step): DocumentObject {
  return {
    ...(operation === undefined ? {} : { operation }),
    ...(time === undefined ? {} : { time }),
    ...(from === undefined ? {} : { from: { ...from } }),
    edits: edits as unknown as readonly Document[],
  };
}

/** The one merge that does the same; `undefined` where there is none. */
function mergeOf(edits: readonly Edit[]): DocumentObject | undefined {
  let merged: DocumentObject | undefined = {};
  for (const edit of edits) {
    if (edit.op !== "merge" || merged === undefined) return undefined;
    merged = joinMerges(merged, edit.data);
  }
  return merged;
}

function toText(payload: DocumentObject): string {
  const text = writeDocument(payload);
  return Buffer.byteLength(text) <= maxTextBytes ? text : writeDocument(payload, "compact");
}
