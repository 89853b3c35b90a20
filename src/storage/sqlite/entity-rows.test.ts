import { expect, test } from "vitest";
import { createRowReader, type StateRow, stateToCells } from "./entity-rows.ts";

const row: StateRow = [1, "task-1", "task", "open", '{"a":{"b":[1]}}', 2, 0, 1_000, 0, 7, null];
const withCell = (cell: number, value: unknown): StateRow =>
  row.with(cell, value as never) as unknown as StateRow;

test("a row becomes a frozen entity", () => {
  const entity = createRowReader().toEntity(row);
  expect(entity).toEqual({
    id: "task-1",
    type: "task",
    status: "open",
    data: { a: { b: [1] } },
    version: 2,
    createdAt: "1970-01-01T00:00:00.000Z",
    updatedAt: "1970-01-01T00:00:01.000Z",
  });
  const { a } = entity.data as { a: { b: number[] } };
  expect([entity, entity.data, a, a.b].every(Object.isFrozen)).toBe(true);
});

test("a row becomes a state, with what only the storage needs", () => {
  const conflict = { path: "/a", kind: "value", heads: [], resolver: "defer" };
  const { state, ...place } = createRowReader().toState(
    withCell(8, 1).with(10, JSON.stringify([conflict])) as unknown as StateRow,
  );
  expect(place).toEqual({ row: 1, newest: 7 });
  expect(state).toMatchObject({ id: "task-1", deleted: true, conflicts: [conflict] });
});

test("a state becomes the cells of its row again", () => {
  const { state } = createRowReader().toState(row);
  expect(stateToCells(state, row[4], 7)).toEqual(row.slice(1));
});

test.each([
  [1, "task-2"],
  [2, "note"],
  [3, "closed"],
  [4, '{"a":1}'],
  [5, 3],
  [6, 1],
  [7, 2_000],
])("a row that differs in cell %i is another entity", (cell, value) => {
  const reader = createRowReader();
  const first = reader.toEntity(row);
  const other = reader.toEntity(withCell(cell, value));
  expect(other).not.toEqual(first);
  expect(reader.toEntity(row)).toEqual(first);
});

test("rows that take each other's place are not taken for each other", () => {
  const reader = createRowReader();
  const far = withCell(0, 1 + 4096).with(1, "task-4097") as unknown as StateRow;
  for (const each of [row, far, row, far]) expect(reader.toEntity(each).id).toBe(each[1]);
});

test("data that are no JSON are an error that says what to do", () => {
  expect(() => createRowReader().toEntity(withCell(4, '{"a":'))).toThrow(
    expect.objectContaining({
      code: "corrupt",
      hint: expect.stringContaining("rebuild"),
      data: { id: "task-1" },
    }),
  );
});
