/**
 * @module An object's history as gh-store lists it: its comments, as they stand in the issue, those that count. Pure.
 */
import type { IssueComment } from "../../github/client/comments.ts";
import type { HistoryEntry } from "../../issues/object-history.ts";
import { type Document, isDocumentObject, orderedText, readDocument } from "../../issues/wire/document.ts";
import { toIsoFormat } from "./python-text.ts";

/**
 * @param entries of the object, which tell what counts
 * @param comments of its issue, in order
 */
export function toHistoryList(
  entries: readonly HistoryEntry[],
  comments: readonly IssueComment[],
): readonly Document[] {
  const counted = new Set(entries.flatMap(({ commentId, edits }) => (edits === undefined ? [] : commentId)));
  const initial = initialOf(entries[0], comments);
  return comments.flatMap((comment): Document[] => {
    if (comment.id !== initial && !counted.has(comment.id)) return [];
    const value = documentOf(comment);
    return value === undefined ? [] : [toEntry(comment, value)];
  });
}

function toEntry({ id, createdAt }: IssueComment, value: Document): Document {
  const timestamp = toIsoFormat(createdAt);
  const { type, data, _data: modern, _meta: meta } = isDocumentObject(value) ? value : {};
  const isInitial = type === "initial_state";
  return {
    timestamp,
    type: typeof type === "string" && (isInitial || modern !== undefined) ? type : "update",
    // Until 0.5.1 an update was what it changes, and nothing else.
    data: modern ?? (isInitial && data !== undefined ? data : value),
    comment_id: id,
    metadata: meta ?? { client_version: "legacy", timestamp, update_mode: "append" },
  };
}

/** Anybody can write a comment that says it is one: the author's, with what the object began with. */
function initialOf(created: HistoryEntry | undefined, comments: readonly IssueComment[]): number | undefined {
  if (created === undefined) return undefined;
  const began = orderedText(created.data);
  return comments.find((comment) => {
    const value = documentOf(comment);
    if (!isDocumentObject(value) || value["type"] !== "initial_state") return false;
    const data = value["_data"] ?? value["data"];
    return data !== undefined && comment.author?.login === created.by && orderedText(data) === began;
  })?.id;
}

function documentOf({ body }: IssueComment): Document | undefined {
  return (readDocument(body) as { readonly value?: Document }).value;
}
