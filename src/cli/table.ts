/**
 * @module Tables for people: fitted to a width, every cell printable. Programs get tab-separated rows instead.
 */
import { displayWidth, fitWidth, padWidth } from "./display-width.ts";
import { toPrintable } from "./printable.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Gives way first where space is short. */
  readonly flexible?: boolean;
}

/** A flexible column is not narrower than this while others could give way. */
const leastFlexible = 12;
const gap = "  ";

/** Widths that were found for the first rows and hold for all. */
export interface TableLayout {
  header(emphasize: (text: string) => string): string;
  row(cells: readonly string[]): string;
}

/**
 * Lays a table out.
 *
 * @param rows those that decide the widths
 * @param width columns of the terminal
 */
export function layOutTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): TableLayout {
  const natural = columns.map(({ title }, index) =>
    rows.reduce(
      (most, cells) => Math.max(most, displayWidth(toPrintable(cells[index] ?? ""))),
      displayWidth(title),
    ),
  );
  const widths = fitWidths(columns, natural, width - gap.length * (columns.length - 1));
  const line = (cells: readonly string[]): string => {
    const padded = columns.map(({ align }, index) => {
      const fitted = fitWidth(toPrintable(cells[index] ?? ""), widths[index]!);
      return padWidth(fitted, widths[index]!, align);
    });
    return fitWidth(padded.join(gap).trimEnd(), width);
  };
  return {
    header: (emphasize) => emphasize(line(columns.map(({ title }) => title))),
    row: line,
  };
}

/** Flexible columns give way first, the widest of them most; then all others in the same way. */
function fitWidths(columns: readonly Column[], natural: readonly number[], available: number): number[] {
  const flexible = columns.flatMap((column, index) => (column.flexible ? [index] : []));
  const first = capWidths(natural, flexible, available, leastFlexible);
  return capWidths(
    first,
    columns.map((_, index) => index),
    available,
    1,
  );
}

/** Lowers the widest of some columns, to one common width but not below `least`, until all fit. */
function capWidths(
  widths: readonly number[],
  some: readonly number[],
  available: number,
  least: number,
): number[] {
  const sum = (cap: number): number =>
    widths.reduce((total, width, index) => total + (some.includes(index) ? Math.min(width, cap) : width), 0);
  let cap = Math.max(0, ...some.map((index) => widths[index]!));
  while (cap > least && sum(cap) > available) cap--;
  return widths.map((width, index) => (some.includes(index) ? Math.min(width, cap) : width));
}

/** One row for programs: printable cells between tabs. */
export function tabbedRow(cells: readonly string[]): string {
  return cells.map(toPrintable).join("\t");
}
