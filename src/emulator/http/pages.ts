/**
 * @module Pages of lists: `per_page`, `page`, cursors, and the `Link` header that leads from one to the next.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
import type { Call, RepositoryCall } from "../operations/operation.ts";
import { type Answer, ok } from "./answer.ts";
import { Refusal } from "./refusal.ts";

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

/** @param all everything, in order */
export function pageOf<T>(call: Call, all: readonly T[]): Page<T> {
  const perPage = perPageOf(call);
  const asked = Number(call.query["page"] ?? 1);
  const page = Number.isInteger(asked) && asked >= 1 ? asked : 1;
  const last = Math.max(1, Math.ceil(all.length / perPage));
  return { items: all.slice((page - 1) * perPage, page * perPage), headers: linksOf(call, page, last) };
}

/** From a page, by its number, to the others. */
export function linksOf(call: Call, page: number, last: number): Page<never>["headers"] {
  const links = [
    ...(page > 1 ? [link(call, { page: Math.min(page - 1, last) }, "prev")] : []),
    ...(page < last ? [link(call, { page: page + 1 }, "next"), link(call, { page: last }, "last")] : []),
    ...(page > 1 ? [link(call, { page: 1 }, "first")] : []),
  ];
  return links.length === 0 ? {} : { link: links.join(", ") };
}

/** A page of a list that GitHub cuts by cursors where it is long. @param all everything, in order */
export function pageOfLongList<T extends { readonly id: number }>(call: Call, all: readonly T[]): Page<T> {
  const perPage = perPageOf(call);
  const { page = "1", after, before } = call.query;
  if (after === undefined && before === undefined) {
    if (Number(page) * perPage >= mostByNumber) {
      throw new Refusal(
        422,
        "Pagination with the page parameter is not supported for large datasets, please use cursor based pagination (after/before)",
        undefined,
        { link: cursorLinks(call, all, 0, Math.min(perPage, all.length)) },
      );
    }
    if (all.length <= mostByNumber) return pageOf(call, all);
  }
  const from = startOf(all, after, before, perPage) ?? (Number(page) - 1) * perPage;
  const to = Math.min(all.length, from + perPage);
  return { items: all.slice(from, to), headers: { link: cursorLinks(call, all, from, to) } };
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

function startOf<T extends { readonly id: number }>(
  all: readonly T[],
  after: string | undefined,
  before: string | undefined,
  perPage: number,
): number | undefined {
  const cursor = after ?? before;
  if (cursor === undefined) return undefined;
  const at = all.findIndex(({ id }) => id === readCursor(cursor));
  if (at === -1) return all.length;
  return after === undefined ? Math.max(0, at - perPage) : at + 1;
}

function cursorLinks<T extends { readonly id: number }>(
  call: Call,
  all: readonly T[],
  from: number,
  to: number,
): string {
  const page = Number(call.query["page"] ?? 1);
  const next = all[to - 1];
  const first = all[from];
  return [
    ...(to < all.length && next ? [link(call, { after: writeCursor(next.id), page: page + 1 }, "next")] : []),
    ...(from > 0 && first
      ? [link(call, { before: writeCursor(first.id), page: Math.max(1, page - 1) }, "prev")]
      : []),
  ].join(", ");
}

function writeCursor(id: number): string {
  return Buffer.from(`cursor:${id}`).toString("base64url");
}

function readCursor(text: string): number {
  return Number(/^cursor:(\d+)$/u.exec(Buffer.from(text, "base64url").toString())?.[1] ?? Number.NaN);
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
