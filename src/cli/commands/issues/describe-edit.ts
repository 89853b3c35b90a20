/**
 * @module Edits of objects in a few words, for tables. Pure.
 */
import { type Document, writeDocument } from "../../../issues/wire/document.ts";
import type { Edit } from "../../../issues/wire/edits.ts";

export function describeEdits(edits: readonly Edit[]): string {
  return edits.map(describeEdit).join(" ");
}

function describeEdit(edit: Edit): string {
  switch (edit.op) {
    case "merge":
      return Object.entries(edit.data)
        .map(([field, value]) => `${field}=${compactText(value)}`)
        .join(" ");
    case "fill":
      return `where nothing is: ${compactText(edit.data)}`;
    case "replace":
      return `all=${compactText(edit.data)}`;
    case "unset":
      return edit.paths.map((path) => `-${path}`).join(" ");
    case "append":
      return edit.items.map((item) => `${edit.path}+=${compactText(item)}`).join(" ");
    case "increment":
      return `${edit.path}${edit.by < 0 ? "" : "+"}${edit.by}`;
  }
}

export function compactText(value: Document): string {
  return writeDocument(value, "compact");
}
