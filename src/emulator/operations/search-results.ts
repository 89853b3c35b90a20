/**
 * @module What was found, as searches answer it.
 */
import { type Answer, ok } from "../http/answer.ts";
import { pageOf, perPageOf } from "../http/pages.ts";
import { Refusal } from "../http/refusal.ts";
import type { Call } from "./operation.ts";

/** Beyond so many GitHub shows none. */
export const mostShown = 1_000;

/** @throws {Refusal} 422 for a page beyond what is shown */
export function results<T>(
  call: Call,
  all: readonly T[],
  toJson: (row: T) => object,
  more: Readonly<Record<string, unknown>> = {},
): Answer {
  const page = Number(call.query["page"] ?? 1);
  if ((page - 1) * perPageOf(call) >= mostShown)
    throw new Refusal(422, `Only the first ${mostShown} search results are available`);
  const { items, headers } = pageOf(call, all.slice(0, mostShown));
  return ok(
    {
      total_count: all.length,
      incomplete_results: false,
      items: items.map((row) => ({ ...toJson(row), score: 1 })),
      ...more,
    },
    headers,
  );
}

/** Where nothing is named GitHub sorts by how well it fits; here all fit alike, and the newest is first. */
export function sorted<T>(
  { query }: Pick<Call, "query">,
  rows: readonly T[],
  keyOf: (row: T) => number,
): T[] {
  const sign = query["sort"] !== undefined && query["order"] === "asc" ? 1 : -1;
  return rows
    .map((row, at) => ({ row, at, key: keyOf(row) }))
    .sort((a, b) => sign * (a.key - b.key || a.at - b.at))
    .map(({ row }) => row);
}
