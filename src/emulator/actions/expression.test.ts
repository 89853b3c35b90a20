import { expect, test } from "vitest";
import { fillIn } from "./expression.ts";

const contexts = {
  github: {
    event_name: "push",
    head_ref: "",
    run_id: "7",
    event: { labels: [{ name: "bug" }, { id: 1 }, { name: "Docs" }], number: 3 },
  },
  vars: { COLOR: "red" },
  inputs: { force: true, dry: false },
};
const filled = (expression: string) => fillIn(`\${{ ${expression} }}`, contexts);

test.each([
  ["github.event_name", "push"],
  ["github.head_ref || github.run_id", "7"],
  ["vars.color", "red"],
  ["GITHUB.Event.labels[0].name", "bug"],
  ["github['event_name']", "push"],
  ["github.nothing.at.all", ""],
  ["github.constructor", ""],
  ["'it''s'", "it's"],
  ["inputs.dry", "false"],
  ["inputs.force && 'yes' || 'no'", "yes"],
  ["inputs.dry && 'yes' || 'no'", "no"],
  ["github.event_name == 'PUSH'", "true"],
  ["github.event_name != 'push'", "false"],
  ["github.event.number >= 3", "true"],
  ["github.event.number == '3'", "true"],
  ["!inputs.dry", "true"],
  ["!!inputs.dry", "false"],
  ["(inputs.dry || inputs.force) && 1.5", "1.5"],
  ["contains('Hello', 'ELL')", "true"],
  ["contains(github.event.labels, 'bug')", "false"],
  ["contains(github.event.labels.*.name, 'docs')", "true"],
  ["contains(github.event.labels.*.name, 'doc')", "false"],
  ["contains(github.event.nothing.*.name, 'docs')", "false"],
  ["contains(vars.*, 'red')", "true"],
  ["startsWith(github.event_name, 'pu') && endsWith('a.md', '.md')", "true"],
  ["format('{0}-{1}', vars.COLOR, 2)", "red-2"],
  ["github.event.labels", "Array"],
  ["null", ""],
])("%s is %j", (expression, value) => {
  expect(filled(expression)).toBe(value);
});

test("what is no expression is empty", () => {
  for (const text of [
    "",
    "'open",
    "a b",
    "(",
    "a ==",
    "f(1)",
    "contains(",
    "a[",
    "a.*.",
    "*",
    "$",
    "&& a",
    `${"(".repeat(99)}1`,
  ]) {
    expect([text, filled(text)]).toEqual([text, ""]);
  }
  expect(filled(`'${"x".repeat(30_000)}'`)).toBe("");
});

test("a text holds several, and keeps what is around them", () => {
  const text = `a \${{ vars.COLOR }} b\${{ github.run_id }} \${{ x`;
  expect(fillIn(text, contexts)).toBe(`a red b7 \${{ x`);
});
