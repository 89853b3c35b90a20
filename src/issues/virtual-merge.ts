/**
 * @module What gh-store's canonical reads (0.7 to 0.10) make of a body: all comments, whoever wrote them, by their writers' clocks, merged
 * over the initial state, and written back by whoever has read. Pure.
 */
import type { CommentRecord } from "./issue-record.ts";
import { type Document, type DocumentObject, isDocumentObject, readDocument } from "./wire/document.ts";
import { applyEdit } from "./wire/edits.ts";

/** @returns `undefined` where there is no initial state, or where gh-store stops with an error */
export function virtualMerge(
  comments: readonly Pick<CommentRecord, "body" | "createdAt">[],
): Document | undefined {
  const payloads = comments
    .flatMap(({ body, createdAt }) => {
      const { value } = readDocument(body) as { value?: Document };
      return isDocumentObject(value) ? [{ payload: value, at: timeOf(value, createdAt) }] : [];
    })
    .sort((a, b) => a.at - b.at);
  const initial = payloads.find(({ payload }) => payload["type"] === "initial_state");
  let data = initial?.payload["_data"];
  for (const { payload } of payloads) {
    const { type, _data: changes = payload, _meta: meta } = payload;
    if (type === "initial_state" || (typeof type === "string" && type.startsWith("system_"))) continue;
    if (isDocumentObject(meta) && meta["update_mode"] === "replace") data = changes;
    else if (!isDocumentObject(data) || !isDocumentObject(changes)) return undefined;
    else data = applyEdit(data, { op: "merge", data: changes });
  }
  return data;
}

function timeOf({ _meta: meta }: DocumentObject, createdAt: string): number {
  const given = isDocumentObject(meta) ? meta["timestamp"] : undefined;
  const time = typeof given === "string" ? Date.parse(given) : Number.NaN;
  return Number.isNaN(time) ? Date.parse(createdAt) : time;
}
