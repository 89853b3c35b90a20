/**
 * @module Edits of an object's data: gh-store's one, the merge, and those that it lacks. Each takes the data as it is to the data as
 * it will be, or does not apply. Pure; nothing is changed in place.
 */
import { parsePointer, type Segments } from "../../base/json-pointer.ts";
import { HubsteadError } from "../../errors.ts";
import { type Document, type DocumentObject, isDocumentObject, setOwn } from "./document.ts";

/** Paths are JSON Pointers (RFC 6901) through objects; arrays are not entered. */
export type Edit =
  /** Objects are merged at every depth; all else replaces what was there, arrays whole. */
  | { readonly op: "merge"; readonly data: DocumentObject }
  | { readonly op: "replace"; readonly data: Document }
  /** What is not there yet, at every depth; what is there stays. */
  | { readonly op: "fill"; readonly data: Document }
  | { readonly op: "unset"; readonly paths: readonly string[] }
  /** At the end of an array, which is made where nothing is. */
  | { readonly op: "append"; readonly path: string; readonly items: readonly Document[] }
  /** From 0 where nothing is. */
  | { readonly op: "increment"; readonly path: string; readonly by: number };

/** Why an edit does not apply, in words that go on after "because". */
export class Inapplicable extends Error {}

/** @throws {Inapplicable} where the data are not such that it could be made */
export function applyEdit(data: Document, edit: Edit): Document {
  switch (edit.op) {
    case "merge":
      return merge(data, edit.data);
    case "replace":
      return edit.data;
    case "fill":
      return fill(data, edit.data);
    case "unset":
      return edit.paths.reduce((value, path) => removeAt(value, parsePointer(path)), data);
    case "append":
      return changeAt(data, parsePointer(edit.path), edit.path, (old = []) => {
        if (!Array.isArray(old)) throw new Inapplicable(`${edit.path} is no array`);
        return [...(old as Document[]), ...edit.items];
      });
    case "increment":
      return changeAt(data, parsePointer(edit.path), edit.path, (old = 0) => {
        const sum = typeof old === "number" ? old + edit.by : Number.NaN;
        const isHeld = Number.isFinite(sum) && (!Number.isInteger(sum) || Number.isSafeInteger(sum));
        if (!isHeld) throw new Inapplicable(`${edit.path} is no number that ${edit.by} can be added to`);
        return sum;
      });
  }
}

/** As gh-store merges. */
function merge(old: Document, changes: Document): Document {
  if (!isDocumentObject(old) || !isDocumentObject(changes)) return changes;
  const merged = { ...old };
  for (const [key, item] of Object.entries(changes))
    setOwn(merged, key, Object.hasOwn(old, key) ? merge(old[key]!, item) : item);
  return merged;
}

function fill(old: Document, more: Document): Document {
  if (!isDocumentObject(old) || !isDocumentObject(more)) return old;
  const filled = { ...old };
  for (const [key, item] of Object.entries(more))
    setOwn(filled, key, Object.hasOwn(old, key) ? fill(old[key]!, item) : item);
  return filled;
}

function removeAt(value: Document, [key, ...rest]: Segments): Document {
  if (key === undefined || !isDocumentObject(value) || !Object.hasOwn(value, key)) return value;
  const { [key]: old, ...others } = value;
  if (rest.length === 0) return others;
  const changed = removeAt(old!, rest);
  return changed === old ? value : { ...value, [key]: changed };
}

/** @param path as it was given, for the error */
function changeAt(
  value: Document | undefined,
  [key, ...rest]: Segments,
  path: string,
  change: (old: Document | undefined) => Document,
): Document {
  if (key === undefined) return change(value);
  if (value !== undefined && !isDocumentObject(value))
    throw new Inapplicable(`what ${path} leads through is no object`);
  const old = value !== undefined && Object.hasOwn(value, key) ? value[key] : undefined;
  return { ...value, [key]: changeAt(old, rest, path, change) };
}

const shape: { readonly [Op in Edit["op"]]: (edit: Record<string, unknown>) => boolean } = {
  merge: ({ data }) => isDocumentObject(data as Document),
  replace: ({ data }) => data !== undefined,
  fill: ({ data }) => data !== undefined,
  unset: ({ paths }) => Array.isArray(paths) && paths.every((path) => isPath(path) && path !== ""),
  append: ({ path, items }) => isPath(path) && Array.isArray(items),
  increment: ({ path, by }) => isPath(path) && typeof by === "number" && Number.isFinite(by),
};

/** Whether what came from elsewhere is an edit, with nothing that this version does not know. */
export function isEdit(value: Document): boolean {
  if (!isDocumentObject(value)) return false;
  const { op } = value;
  return typeof op === "string" && Object.hasOwn(shape, op) && shape[op as Edit["op"]](value);
}

function isPath(value: unknown): value is string {
  if (typeof value !== "string") return false;
  try {
    parsePointer(value);
    return true;
  } catch (error) {
    if (error instanceof HubsteadError) return false;
    throw error;
  }
}

/**
 * One merge that does what two do, one after the other; `undefined` where there is none, because what the first one puts in the
 * place of an object the second merges into.
 */
export function joinMerges(first: DocumentObject, second: DocumentObject): DocumentObject | undefined {
  const joined: Record<string, Document> = { ...first };
  for (const [key, item] of Object.entries(second)) {
    const before = Object.hasOwn(first, key) ? first[key]! : undefined;
    if (before === undefined || !isDocumentObject(item)) {
      setOwn(joined, key, item);
      continue;
    }
    const both = isDocumentObject(before) ? joinMerges(before, item) : undefined;
    if (both === undefined) return undefined;
    setOwn(joined, key, both);
  }
  return joined;
}
