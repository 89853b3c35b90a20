import { expect, test } from "vitest";
import { displayWidth } from "./display-width.ts";
import { type Column, layOutTable, tabbedRow } from "./table.ts";

const columns: readonly Column[] = [
  { title: "ID" },
  { title: "N", align: "right" },
  { title: "DATA", flexible: true },
];
const rows = [
  ["task-a", "1", "short"],
  ["task-日本語", "200", "長い".repeat(40)],
  ["task-c", "30", "line\nbreak \u001b[31m"],
];

function draw(width: number): string[] {
  const layout = layOutTable(columns, rows, width);
  return [layout.header((text) => text), ...rows.map(layout.row)];
}

test.each([200, 80, 40, 30, 20, 12, 7])("every line fits into %i columns", (width) => {
  for (const line of draw(width)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
});

test("columns stand under each other, numbers to the right", () => {
  expect(draw(30)).toEqual([
    "ID             N  DATA",
    "task-a         1  short",
    "task-日本語  200  長い長い長…",
    "task-c        30  line\\nbreak…",
  ]);
});

test("a flexible column gives way before the others", () => {
  expect(draw(32)[2]).toMatch(/^task-日本語 {2}200 {2}/u);
});

test("escape codes and line breaks from data are shown as text", () => {
  expect(draw(80).join("")).not.toContain("\u001b");
  expect(draw(80)[3]).toContain("line\\nbreak \\u001b[31m");
  expect(tabbedRow(["a\tb", "c\nd"])).toBe("a\\tb\tc\\nd");
});
