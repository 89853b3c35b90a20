/**
 * @module The order of a list as SQL, and what comes after one of its rows.
 */
import { showValue } from "../../base/show-value.ts";
import { invalidInput } from "../../errors.ts";
import { parseFieldPath } from "../field-path.ts";
import type { OrderBy } from "../query.ts";
import { fieldValue, type Sql } from "./field-sql.ts";

/** What rows are ordered by, as the engine compares it. */
export type OrderKey = string | number | null;
/** The last row of a page: its key, then its number, which tells equal keys apart. */
export type RowPlace = readonly [key: OrderKey, row: number];

export interface Order {
  readonly expression: string;
  readonly direction: "asc" | "desc";
}

const heads: Readonly<Record<string, string>> = {
  updatedAt: "updated",
  createdAt: "created",
  id: "id",
  type: "type",
  status: "status",
  version: "version",
};

/** @throws {HubsteadError} `invalid_input` */
export function readOrder(orderBy: OrderBy | string | undefined): Order {
  const { field, direction } =
    typeof orderBy === "string" ? readOrderText(orderBy) : (orderBy ?? { field: "updatedAt" });
  if (typeof field !== "string")
    throw invalidInput(
      "an order names a field",
      'Write { field: "updatedAt", direction: "desc" }, or "-updatedAt".',
    );
  if (direction !== undefined && direction !== "asc" && direction !== "desc") {
    throw invalidInput(`${showValue(direction)} is no direction`, 'Use "asc" or "desc".');
  }
  const head = Object.hasOwn(heads, field) ? heads[field] : undefined;
  if (head !== undefined)
    return {
      expression: head,
      direction: direction ?? (head === "updated" || head === "created" ? "desc" : "asc"),
    };
  const path = parseFieldPath(field.startsWith("data.") ? field.slice("data.".length) : field);
  return { expression: fieldValue(path), direction: direction ?? "asc" };
}

/** `priority`, `-priority` or `priority:desc`. */
function readOrderText(text: string): OrderBy {
  const unknown = /^[^/]*:([A-Za-z]*)$/u.exec(text)?.[1];
  if (unknown !== undefined && unknown !== "asc" && unknown !== "desc") {
    throw invalidInput(
      `${showValue(text)} is no order: ${showValue(unknown)} is no direction`,
      'Write "priority:desc"; the name of a field that holds a colon is written as a JSON Pointer: "/a:b".',
    );
  }
  const [, minus, field, direction] = /^(-?)(.*?)(?::(asc|desc))?$/su.exec(text)!;
  return minus === "-"
    ? { field: field!, direction: "desc" }
    : { field: field!, ...(direction === undefined ? {} : { direction: direction as "asc" | "desc" }) };
}

/** What comes after the last row of the page before. NULL sorts before everything else. */
export function keysetSql({ expression, direction }: Order, [key, row]: RowPlace): Sql {
  const operator = direction === "asc" ? ">" : "<";
  if (key === null) {
    return direction === "asc"
      ? { text: `(${expression} IS NOT NULL OR row > ?)`, values: [row] }
      : { text: `(${expression} IS NULL AND row < ?)`, values: [row] };
  }
  const nulls = direction === "desc" && expression.startsWith("(") ? ` OR ${expression} IS NULL` : "";
  return nulls === ""
    ? { text: `(${expression}, row) ${operator} (?, ?)`, values: [key, row] }
    : {
        text: `(${expression} ${operator} ? OR (${expression} = ? AND row ${operator} ?)${nulls})`,
        values: [key, key, row],
      };
}
