/**
 * @module What a comment of an object's issue says: gh-store's updates in all forms that were ever written, those that it lacks, and
 * what is none. Nothing here knows who wrote it, or whether it counts. Pure.
 */
import {
  type Document,
  type DocumentObject,
  isDocumentObject,
  orderedText,
  readDocument,
} from "./document.ts";
import { type Edit, isEdit, joinMerges } from "./edits.ts";

/** One change of an object; a comment may carry several. */
export interface Step {
  /** Of the writer's own making, once per change: a change that was sent twice counts once. gh-store's have none. */
  readonly operation?: string;
  /** ISO 8601, by the writer's clock. */
  readonly time?: string;
  /** Where it was said first, of one that a processor has carried over from another issue. */
  readonly from?: Origin;
  readonly edits: readonly Edit[];
}

/** A comment of another issue; comment 0 is the issue itself. */
export interface Origin {
  readonly issue: number;
  readonly comment: number;
  /** Absent for an account that was deleted. */
  readonly by?: { readonly login: string; readonly id: number };
  /** ISO 8601, by GitHub's clock. */
  readonly at: string;
}

/** What an issue goes on with that was begun because another one had no room for more comments. */
export interface Continuation {
  readonly issue: number;
  /** The newest comment there that is in it. */
  readonly comment: number;
  /** Of the object then. */
  readonly version: number;
}

/** The body as somebody wrote it by hand; the processor has noted it, so that the object stays the fold of its comments. */
export interface HandEdit {
  /** The body then. */
  readonly data: Document;
  /** It follows on the comment with this number: the newest that its author had before the eyes, folded. 0: none. */
  readonly after: number;
  readonly by: { readonly login: string; readonly id: number };
  /** ISO 8601, by GitHub's clock. */
  readonly at: string;
}

export type CommentContent =
  | {
      readonly kind: "initial";
      readonly data: Document;
      readonly id?: string;
      readonly type?: string;
      readonly continues?: Continuation;
    }
  /** `isForAll`: gh-store applies it, too, to the same result. */
  | { readonly kind: "update"; readonly steps: readonly Step[]; readonly isForAll: boolean }
  | { readonly kind: "hand edit"; readonly edit: HandEdit }
  /** Of a version to come: nothing may be folded over it. */
  | { readonly kind: "newer" }
  /** Looks like an update and is none; `why` goes on after "because". */
  | { readonly kind: "malformed"; readonly why: string }
  /** People talking. */
  | { readonly kind: "prose" };

/** Of what hubstead adds to gh-store's payload. */
export const extensionVersion = 1;

export function readComment(text: string): CommentContent {
  const { value, problem } = readDocument(text) as { value?: Document; problem?: string };
  if (problem === "nested too deep") return malformed("it is nested too deep");
  if (value === undefined) return { kind: "prose" };
  // Something between prose and an update: `42`, `null`, `[1]`, `"thanks"`.
  if (!isDocumentObject(value)) return malformed("it is no JSON object");
  if (hasKey(value, "__proto__")) return malformed("it has a key __proto__");
  return Object.hasOwn(value, "_data") ? readModern(value) : readLegacy(value);
}

/** Until 0.5.1: the initial state under another name, and updates as they are. */
function readLegacy(value: DocumentObject): CommentContent {
  const isInitial = value["type"] === "initial_state" && value["data"] !== undefined;
  return isInitial ? { kind: "initial", data: value["data"]! } : updateOf([{ op: "merge", data: value }]);
}

function readModern({ _data: data, _meta: meta, type }: DocumentObject): CommentContent {
  if (meta === undefined || !isDocumentObject(meta)) return malformed("its _meta is no object");
  const extension = meta["hubstead"];
  if (isDocumentObject(extension) && extension["v"] !== extensionVersion)
    return typeof extension["v"] === "number" && extension["v"] > extensionVersion
      ? { kind: "newer" }
      : malformed("its _meta.hubstead has no version");
  const own = isDocumentObject(extension) ? extension : undefined;
  if (type === "initial_state") return readInitial(data!, own);
  if (own?.["handEdit"] !== undefined) return readHandEdit(own["handEdit"]);
  if (own?.["steps"] !== undefined) return readSteps(data!, own["steps"], isComplete(meta));
  // gh-store leaves it alone, and so do we.
  if (!isComplete(meta)) return malformed("its _meta lacks client_version, timestamp or update_mode");
  if (!isDocumentObject(data)) return malformed("its _data is no object");
  return updateOf([{ op: "merge", data }], own?.["operation"], meta["timestamp"]);
}

function readInitial(data: Document, own: DocumentObject | undefined): CommentContent {
  const { id, type, continues } = own ?? {};
  return {
    kind: "initial",
    data,
    ...textField("id", id),
    ...textField("type", type),
    ...(isContinuation(continues) ? { continues } : {}),
  };
}

function isContinuation(value: Document | undefined): value is DocumentObject & Continuation {
  if (!isDocumentObject(value)) return false;
  return ["issue", "comment", "version"].every((name) => isCount(value[name]));
}

function isCount(value: Document | undefined): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** What gh-store asks of a comment that it applies. */
function isComplete(meta: DocumentObject): boolean {
  return ["client_version", "timestamp", "update_mode"].every(
    (name) => meta[name] !== undefined && meta[name] !== null,
  );
}

function readSteps(data: Document, given: Document, isForAll: boolean): CommentContent {
  if (!Array.isArray(given) || given.length === 0) return malformed("its steps are no list");
  const steps: Step[] = [];
  for (const step of given as Document[]) {
    if (
      !isDocumentObject(step) ||
      !Array.isArray(step["edits"]) ||
      !(step["edits"] as Document[]).every(isEdit)
    )
      return malformed("one of its steps is none");
    steps.push({
      ...textField("operation", step["operation"]),
      ...textField("time", step["time"]),
      ...(isOrigin(step["from"]) ? { from: step["from"] } : {}),
      edits: step["edits"] as unknown as readonly Edit[],
    });
  }
  // gh-store applies `_data`; where it does, both must come to the same.
  if (isForAll && !saysTheSame(data, steps)) return malformed("its steps are not its _data");
  return { kind: "update", steps, isForAll };
}

function isOrigin(value: Document | undefined): value is DocumentObject & Origin {
  if (!isDocumentObject(value)) return false;
  const { issue, comment, by, at } = value;
  return isCount(issue) && isCount(comment) && typeof at === "string" && (by === undefined || isAccount(by));
}

function isAccount(value: Document | undefined): boolean {
  return isDocumentObject(value) && typeof value["login"] === "string" && Number.isSafeInteger(value["id"]);
}

function saysTheSame(data: Document, steps: readonly Step[]): boolean {
  let all: DocumentObject | undefined = {};
  for (const edit of steps.flatMap((step) => step.edits)) {
    if (edit.op !== "merge" || all === undefined) return false;
    all = joinMerges(all, edit.data);
  }
  return all !== undefined && orderedText(all) === orderedText(data);
}

function readHandEdit(value: Document | undefined): CommentContent {
  if (!isDocumentObject(value)) return malformed("its hand edit is none");
  const { data, after, by, at } = value;
  const isWhole =
    data !== undefined && Number.isSafeInteger(after) && isAccount(by) && typeof at === "string";
  if (!isWhole) return malformed("its hand edit is none");
  return { kind: "hand edit", edit: value as unknown as HandEdit };
}

function updateOf(edits: readonly Edit[], operation?: Document, time?: Document): CommentContent {
  const step = { ...textField("operation", operation), ...textField("time", time), edits };
  return { kind: "update", steps: [step], isForAll: true };
}

function textField<Name extends string>(
  name: Name,
  value: Document | undefined,
): { readonly [N in Name]?: string } {
  return typeof value === "string" ? ({ [name]: value } as { readonly [N in Name]: string }) : {};
}

function malformed(why: string): CommentContent {
  return { kind: "malformed", why };
}

function hasKey(value: Document, key: string): boolean {
  if (Array.isArray(value)) return value.some((item: Document) => hasKey(item, key));
  if (!isDocumentObject(value)) return false;
  return Object.hasOwn(value, key) || Object.values(value).some((item) => hasKey(item, key));
}
