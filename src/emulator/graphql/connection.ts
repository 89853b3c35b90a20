/**
 * @module Connections: lists that are cut by cursors.
 *
 * @see https://docs.github.com/graphql/guides/using-pagination-in-the-graphql-api
 */
import type { FieldNode, GraphQLResolveInfo, SelectionNode } from "graphql";
import { Problem } from "./problem.ts";
import type { Fields } from "./view.ts";

/** Of each list. @see https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit */
const mostPerPage = 100;

export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

export interface ConnectionParts<T> {
  /** Everything, in order. */
  readonly all: readonly T[];
  readonly args: PageArguments;
  readonly info: GraphQLResolveInfo;
  /** Tells rows apart, so that a cursor finds its row when others have come or gone. */
  readonly keyOf: (row: T) => string | number;
  readonly toNode: (row: T) => unknown;
  /** What an edge has beside its node. */
  readonly toEdge?: (row: T) => Fields;
}

/** @throws {Problem} where pages are asked for without saying how large, or too large */
export function connect<T>({ all, args, info, keyOf, toNode, toEdge }: ConnectionParts<T>): Fields {
  if (wantsRows(info)) checkBoundaries(args, info.fieldName);
  const { from, to } = cut(all, args, keyOf);
  const page = all.slice(from, to);
  const cursorAt = (at: number): string => writeCursor(keyOf(all[at]!), at);
  return {
    totalCount: all.length,
    nodes: () => page.map(toNode),
    edges: () =>
      page.map((row, index) => ({
        cursor: cursorAt(from + index),
        node: () => toNode(row),
        ...toEdge?.(row),
      })),
    pageInfo: {
      hasNextPage: to < all.length,
      hasPreviousPage: from > 0,
      startCursor: page.length === 0 ? null : cursorAt(from),
      endCursor: page.length === 0 ? null : cursorAt(to - 1),
    },
  };
}

/** A connection of rows with ids. */
export function connectRows<T extends { readonly id: number }>(
  all: readonly T[],
  args: PageArguments,
  info: GraphQLResolveInfo,
  toNode: (row: T) => unknown,
): Fields {
  return connect({ all, args, info, toNode, keyOf: ({ id }) => id });
}

/** The edge of one row, as mutations answer it. */
export function edgeOf(id: number, index: number, node: unknown): Fields {
  return { cursor: writeCursor(id, index), node };
}

/** Only counting needs no page. */
function wantsRows({ fieldNodes, fragments }: GraphQLResolveInfo): boolean {
  const wants = (selections: readonly SelectionNode[]): boolean =>
    selections.some((selection) => {
      if (selection.kind === "Field") return ["nodes", "edges", "pageInfo"].includes(selection.name.value);
      const inner = selection.kind === "InlineFragment" ? selection : fragments[selection.name.value];
      return inner !== undefined && wants(inner.selectionSet.selections);
    });
  return fieldNodes.some((node: FieldNode) => wants(node.selectionSet?.selections ?? []));
}

function checkBoundaries({ first, last }: PageArguments, name: string): void {
  if (first == null && last == null) {
    throw new Problem(
      "MISSING_PAGINATION_BOUNDARIES",
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  for (const [argument, count] of Object.entries({ first, last })) {
    if (count == null) continue;
    if (count < 0) {
      throw new Problem(
        "ARGUMENT_LIMIT",
        `\`${argument}\` on the \`${name}\` connection cannot be less than zero.`,
      );
    }
    if (count > mostPerPage) {
      throw new Problem(
        "EXCESSIVE_PAGINATION",
        `Requesting ${count} records on the \`${name}\` connection exceeds the \`${argument}\` limit of ${mostPerPage} records.`,
      );
    }
  }
}

function cut<T>(
  all: readonly T[],
  { first, last, after, before }: PageArguments,
  keyOf: (row: T) => string | number,
): { readonly from: number; readonly to: number } {
  let from = after == null ? 0 : place(all, after, keyOf, 1);
  let to = before == null ? all.length : place(all, before, keyOf, 0);
  if (first != null) to = Math.min(to, from + first);
  if (last != null) from = Math.max(from, to - last);
  return { from, to: Math.max(from, to) };
}

/** Where a cursor points to; its old place where its row is gone. @throws {Problem} */
function place<T>(
  all: readonly T[],
  cursor: string,
  keyOf: (row: T) => string | number,
  beyond: 0 | 1,
): number {
  const [, index, key] = /^cursor:v2:(\d{1,9}):(.+)$/su.exec(Buffer.from(cursor, "base64").toString()) ?? [];
  if (index === undefined || key === undefined) {
    throw new Problem("INVALID_CURSOR_ARGUMENTS", `\`${cursor}\` does not appear to be a valid cursor.`);
  }
  const at = all.findIndex((row) => String(keyOf(row)) === key);
  return at === -1 ? Math.min(Number(index), all.length) : at + beyond;
}

function writeCursor(key: string | number, index: number): string {
  return Buffer.from(`cursor:v2:${index}:${key}`).toString("base64");
}
