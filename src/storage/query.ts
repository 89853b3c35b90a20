/**
 * @module Queries as data: what to select, how to order, where a page ends. Every storage answers them alike.
 */
import type { Json } from "../base/json.ts";

/** Conditions on one field; all of them must hold. A field that is absent satisfies only `exists: false` and `ne`. */
export interface FieldCondition {
  /** Equal as JSON: `1` is not `"1"`, `true` is not `1`. */
  readonly eq?: Json;
  readonly ne?: Json;
  readonly in?: readonly Json[];
  /** Ranges compare numbers with numbers and text with text (by code points); other values never match. */
  readonly gt?: number | string;
  readonly gte?: number | string;
  readonly lt?: number | string;
  readonly lte?: number | string;
  readonly exists?: boolean;
  /** An array that has this element, or text that has this part (as written, upper and lower case differ). */
  readonly contains?: Json;
}

/**
 * Conditions by field of data. A name is a path with dots (`author.name`) or a JSON Pointer (`/author/name`) for
 * keys that hold dots. A bare value means `eq`.
 */
export type Where = Readonly<Record<string, Json | FieldCondition>>;

/**
 * `updatedAt`, `createdAt`, `id`, `status`, `type`, `version`, or a field of data as in {@link Where}; `data.<field>`
 * names a field that has one of these names. Absent and null come before numbers (booleans count as 0 and 1 among
 * them), these before text by code points (lists and objects count as their JSON text).
 */
export interface OrderBy {
  readonly field: string;
  readonly direction?: "asc" | "desc";
}

export interface Filter {
  readonly type?: string | readonly string[];
  readonly status?: string | readonly string[];
  readonly where?: Where;
}

export interface Query extends Filter {
  /** Default: `updatedAt`, newest first. Ties are broken by a number that no write changes. */
  readonly orderBy?: OrderBy | string;
  /** 1 to 10,000; default 100. */
  readonly limit?: number;
  /** From the page before; stable under writes. */
  readonly cursor?: string;
  /** Rows to skip. Prefer `cursor`: it costs nothing and does not shift under writes. */
  readonly offset?: number;
}

export interface SearchQuery extends Filter {
  /** 1 to 1,000; default 20. */
  readonly limit?: number;
  readonly offset?: number;
  /** Default: relevance. */
  readonly order?: "relevance" | "newest";
  /** Counts over all hits by `type`, `status`, or a field of data. */
  readonly facets?: readonly string[];
  /** Counts all hits, however many. */
  readonly total?: boolean;
  /** Also returns, for each hit, the text around the words found. */
  readonly highlight?: boolean;
}

/** Entities by value of one field, most frequent first. */
export type FacetCounts = readonly { readonly value: Json; readonly count: number }[];
