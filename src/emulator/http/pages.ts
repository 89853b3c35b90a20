/**
 * @module Pages of lists: `per_page`, `page`, cursors, and the `Link` header that leads from one to the next.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
import type { Call, RepositoryCall } from "../operations/operation.ts";
import { type Answer, ok } from "./answer.ts";
import { Refusal, validationFailed } from "./refusal.ts";

const defaultPerPage = 30;
const mostPerPage = 100;
/** Beyond so many entries GitHub wants cursors. */
const mostByNumber = 10_000;

export interface Page<T> {
  readonly items: readonly T[];
  readonly headers: Readonly<Record<string, string>>;
}

/** GitHub takes what it can use, and the default for the rest. */
export function perPageOf({ query }: Pick<Call, "query">): number {
  const asked = Number(query["per_page"] ?? defaultPerPage);
  return Number.isInteger(asked) && asked >= 1 ? Math.min(asked, mostPerPage) : defaultPerPage;
}

/** What is no page is the first one. */
function pageNumberOf({ query }: Pick<Call, "query">): number {
  const asked = Number(query["page"] ?? 1);
  return Number.isInteger(asked) && asked >= 1 ? asked : 1;
}

/** @param all everything, in order */
export function pageOf<T>(call: Call, all: readonly T[]): Page<T> {
  const perPage = perPageOf(call);
  const page = pageNumberOf(call);
  const last = Math.max(1, Math.ceil(all.length / perPage));
  return { items: all.slice((page - 1) * perPage, page * perPage), headers: linksOf(call, page, last) };
}

/** From a page, by its number, to the others. */
export function linksOf(call: Call, page: number, last: number): Page<never>["headers"] {
  const links = [
    ...(page > 1 ? [link(call, { page: Math.min(page - 1, last) }, "prev")] : []),
    ...(page < last ? [link(call, { page: page + 1 }, "next")] : []),
    ...(page === last ? [] : [link(call, { page: last }, "last")]),
    ...(page > 1 ? [link(call, { page: 1 }, "first")] : []),
  ];
  return links.length === 0 ? {} : { link: links.join(", ") };
}

/** A page of a list that GitHub cuts by cursors where it is long. @param all everything, in order */
export function pageOfLongList<T extends Cut>(call: Call, all: readonly T[]): Page<T> {
  const perPage = perPageOf(call);
  const { after, before } = call.query;
  if (after === undefined && before === undefined) {
    const page = pageNumberOf(call);
    if (page * perPage >= mostByNumber) {
      throw new Refusal(
        422,
        "Pagination with the page parameter is not supported for large datasets, please use cursor based pagination (after/before)",
        undefined,
        { link: cursorLinks(call, all, 0, Math.min(perPage, all.length)) },
      );
    }
    if (all.length <= mostByNumber) return pageOf(call, all);
    return slicePage(call, all, (page - 1) * perPage, page * perPage);
  }
  if (before !== undefined && after === undefined) {
    const end = placeOf(all, readCursor("before", before)).at;
    return slicePage(call, all, Math.max(0, end - perPage), end);
  }
  const { at, isThere } = placeOf(all, readCursor("after", after!));
  const from = isThere ? at + 1 : at;
  return slicePage(call, all, from, from + perPage);
}

/** What can be cut by cursors. */
interface Cut {
  readonly id: number;
}

/** A row, and where it stood when the cursor was made. */
interface Cursor extends Cut {
  readonly index: number;
}

function slicePage<T extends Cut>(call: Call, all: readonly T[], from: number, to: number): Page<T> {
  const end = Math.min(all.length, to);
  const link = cursorLinks(call, all, from, end);
  return { items: all.slice(from, end), headers: link === "" ? {} : { link } };
}

/** A page of rows as JSON. */
export function listed<T>(call: Call, all: readonly T[], toJson: (row: T) => unknown): Answer {
  const { items, headers } = pageOf(call, all);
  return ok(items.map(toJson), headers);
}

/** A page inside an object with the number of all. @param name the list's key */
export function counted<T>(call: Call, name: string, all: readonly T[], toJson: (row: T) => unknown): Answer {
  const { items, headers } = pageOf(call, all);
  return ok({ total_count: all.length, [name]: items.map(toJson) }, headers);
}

/** Where a cursor's row is; or, where it has left the list, what would come after it. */
function placeOf(all: readonly Cut[], { id, index }: Cursor): { at: number; isThere: boolean } {
  const found = all.findIndex((row) => row.id === id);
  if (found !== -1) return { at: found, isThere: true };
  const [first, last] = [all[0], all.at(-1)];
  const isRising = first !== undefined && last !== undefined && first.id < last.id;
  const isOrdered = all.every(
    (row, at) => at === 0 || (isRising ? all[at - 1]!.id < row.id : all[at - 1]!.id > row.id),
  );
  if (!isOrdered) return { at: Math.min(index, all.length), isThere: false };
  const next = all.findIndex((row) => (isRising ? row.id > id : row.id < id));
  return { at: next === -1 ? all.length : next, isThere: false };
}

function cursorLinks(call: Call, all: readonly Cut[], from: number, to: number): string {
  const page = pageNumberOf(call);
  const next = all[to - 1];
  const first = all[from];
  return [
    ...(to < all.length && next
      ? [link(call, { after: writeCursor(next.id, to - 1), page: page + 1 }, "next")]
      : []),
    ...(from > 0 && first
      ? [link(call, { before: writeCursor(first.id, from), page: Math.max(1, page - 1) }, "prev")]
      : []),
  ].join(", ");
}

function writeCursor(id: number, index: number): string {
  return Buffer.from(`cursor:${id}:${index}`).toString("base64url");
}

/** @throws {Refusal} 422 for what is no cursor: an empty page would look like the end */
function readCursor(name: "after" | "before", text: string): Cursor {
  const [, id, index] = /^cursor:(\d+):(\d+)$/u.exec(Buffer.from(text, "base64url").toString()) ?? [];
  if (id === undefined) throw validationFailed({ field: name, code: "invalid", value: text });
  return { id: Number(id), index: Number(index) };
}

type Change = Readonly<Record<string, string | number>>;

/** Links of a repository's lists name it by its id, so that they outlive a rename. */
function link(call: Call, change: Change, rel: string): string {
  const [path = "", search = ""] = call.target.split("?", 2);
  const parameters = new URLSearchParams(search);
  if ("page" in change && !("after" in change || "before" in change)) parameters.delete("after");
  for (const [name, value] of Object.entries(change)) {
    if (name === "after") parameters.delete("before");
    if (name === "before") parameters.delete("after");
    parameters.set(name, String(value));
  }
  const { repository } = call as Partial<RepositoryCall>;
  const byId =
    repository === undefined
      ? path
      : path.replace(/^\/repos\/[^/]+\/[^/]+/u, `/repositories/${repository.id}`);
  return `<${call.urls.api(byId)}?${parameters}>; rel="${rel}"`;
}
