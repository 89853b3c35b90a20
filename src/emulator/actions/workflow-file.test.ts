import { expect, test } from "vitest";
import { parseWorkflow } from "./workflow-file.ts";

const problemIn = (text: string) => parseWorkflow("w.yml", text).problem;

test("a workflow tells its jobs by name, what they need, where they deploy, and all of its `env`", () => {
  const file = parseWorkflow(
    "w.yml",
    `
name: All
on: [push]
env: { A: 1, B: all }
jobs:
  build: { name: Build it, env: { B: job }, steps: [{ run: x, env: { C: true } }] }
  test: { needs: build, environment: live }
  deploy: { needs: [build, test], environment: { name: "\${{ inputs.stage }}", url: x } }
`,
  );
  expect(file).toMatchObject({ problem: undefined, name: "All", env: { A: "1", B: "job", C: "true" } });
  expect(file.jobs).toMatchObject([
    { id: "build", name: "Build it", needs: [], environment: null },
    { name: "test", needs: ["Build it"], environment: "live" },
    { name: "deploy", needs: ["Build it", "test"], environment: `\${{ inputs.stage }}` },
  ]);
});

test("anchors stand for what they name, as on GitHub since September 2025", () => {
  const text = "on: push\njobs:\n  a: &one { steps: &steps [{ run: x }] }\n  b: *one\n  c: { steps: *steps }";
  expect(problemIn(text)).toBeUndefined();
  expect(parseWorkflow("w.yml", text).jobs.map(({ steps }) => steps)).toEqual([
    ["Run x"],
    ["Run x"],
    ["Run x"],
  ]);
  expect(problemIn("on: push\njobs:\n  a: &one { run: x }\n  b: *one")).toBe(
    "(Line: 3, Col: 13): Unexpected value 'run'",
  );
  expect(problemIn("on: push\njobs: { a: *none }")).toMatch(/^\(Line: 2, Col: \d+\): ./u);
});

test("aliases that stand for too much, or for themselves, are told", () => {
  const levels = Array.from({ length: 9 }, (_, at) => `  v${at + 1}: &v${at + 1} [${`*v${at},`.repeat(9)}]`);
  expect(problemIn(`on: push\nenv:\n  v0: &v0 [x]\n${levels.join("\n")}\njobs: { a: {} }`)).toMatch(
    /alias/iu,
  );
  expect(problemIn("on: push\njobs: &jobs\n  a: *jobs")).toMatch(/Unexpected value 'a'/u);
});

test.each([
  ["a: [", /^\(Line: \d+, Col: \d+\): ./u],
  ["- 1", "(Line: 1, Col: 1): A sequence was not expected"],
  ["", "(Line: 1, Col: 1): Unexpected value ''"],
  ["on: {}\njobs: { a: {} }", "(Line: 1, Col: 5): No event triggers defined in `on`"],
  ["on:\njobs: { a: {} }", "(Line: 1, Col: 4): Unexpected value ''"],
  ["on: push\njobs: { a: }", "(Line: 2, Col: 12): Unexpected value ''"],
  ["on: push\nname: x\nextra: 1\njobs: { a: {} }", "(Line: 3, Col: 1): Unexpected value 'extra'"],
  ["on: push\njobs: { a: { steps: [{ run: x, uses: y }] } }", "(Line: 2, Col: 32): Unexpected value 'uses'"],
  ["on: push\njobs: { a: { steps: { run: x } } }", "(Line: 2, Col: 21): A mapping was not expected"],
])("%j is no workflow", (text, problem) => {
  expect(problemIn(text)).toMatch(problem);
});
