/**
 * @module The order of lists, as `orderBy` names it.
 */
export interface Order<F extends string> {
  readonly field: F;
  readonly direction: "ASC" | "DESC";
}

/** Without an order, as the rows came. */
export function sortRows<T, F extends string>(
  rows: readonly T[],
  order: Order<F> | null | undefined,
  keys: Readonly<Record<F, (row: T) => number | string>>,
): readonly T[] {
  if (order == null) return rows;
  const keyOf = keys[order.field];
  const sign = order.direction === "ASC" ? 1 : -1;
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0))
    .map(({ row }) => row);
}
