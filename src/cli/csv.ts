/**
 * @module Rows as comma-separated values.
 */

/** One line, without its end. @see RFC 4180 (lines end with a line feed here, as Unix tools expect) */
export function csvRow(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");
}
