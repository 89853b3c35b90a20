import { describe, expect, test } from "vitest";
import { starts } from "./triggers.ts";
import { parseWorkflow } from "./workflow-file.ts";

function startsOn(
  on: string,
  event: string,
  payload: Record<string, unknown> = {},
  action?: string,
  paths?: readonly string[],
): boolean {
  const file = parseWorkflow("w.yml", `on: ${on}\njobs: { a: {} }`);
  return starts(file, { event, action, payload, changedPaths: () => paths });
}

const push = (ref: string) => ({ ref });

describe("a push", () => {
  test("starts what names it, but for a branch that is deleted", () => {
    expect(startsOn("push", "push", push("refs/heads/main"))).toBe(true);
    expect(startsOn("[pull_request, push]", "push", push("refs/heads/main"))).toBe(true);
    expect(startsOn("push", "push", { ...push("refs/heads/main"), deleted: true })).toBe(false);
    expect(startsOn("pull_request", "push", push("refs/heads/main"))).toBe(false);
  });

  test.each([
    ["{ push: { branches: [main] } }", "refs/heads/main", true],
    ["{ push: { branches: [main] } }", "refs/heads/mainly", false],
    ["{ push: { branches: [main] } }", "refs/tags/main", false],
    ["{ push: { tags: ['v*'] } }", "refs/tags/v1.2", true],
    ["{ push: { tags: ['v*'] } }", "refs/heads/v1", false],
    ["{ push: { branches: ['releases/*'] } }", "refs/heads/releases/1", true],
    ["{ push: { branches: ['releases/*'] } }", "refs/heads/releases/1/a", false],
    ["{ push: { branches: ['releases/**'] } }", "refs/heads/releases/1/a", true],
    ["{ push: { branches: ['**', '!beta'] } }", "refs/heads/beta", false],
    ["{ push: { branches: ['v[12].[0-9]+'] } }", "refs/heads/v2.13", true],
    ["{ push: { branches: ['v[12].[0-9]+'] } }", "refs/heads/v2.", false],
    ["{ push: { branches: ['ab?c'] } }", "refs/heads/ac", true],
    ["{ push: { branches: ['ab?c'] } }", "refs/heads/abbc", false],
    ["{ push: { branches: ['x/**/y'] } }", "refs/heads/x/y", true],
    ["{ push: { branches: ['x/**/y'] } }", "refs/heads/x/a/b/y", true],
    ["{ push: { branches: ['x/**/y'] } }", "refs/heads/x/ay", false],
    ["{ push: { branches: ['[z-a]', '[.]'] } }", "refs/heads/.", false],
    ["{ push: { branches-ignore: [main] } }", "refs/heads/main", false],
    ["{ push: { branches-ignore: [main] } }", "refs/heads/other", true],
  ])("with the filters %s on %s: %s", (on, ref, expected) => {
    expect(startsOn(on, "push", push(ref))).toBe(expected);
  });

  test.each([
    ["{ push: { paths: ['src/**'] } }", ["src/a/b.ts"], true],
    ["{ push: { paths: ['src/**'] } }", ["docs/a.md"], false],
    ["{ push: { paths: ['**.md'] } }", ["docs/a.md"], true],
    ["{ push: { paths: ['**/a.md'] } }", ["a.md"], true],
    ["{ push: { paths-ignore: ['docs/**'] } }", ["docs/a.md"], false],
    ["{ push: { paths-ignore: ['docs/**'] } }", ["docs/a.md", "b.ts"], true],
  ])("with the filters %s on %s: %s", (on, paths, expected) => {
    expect(startsOn(on, "push", push("refs/heads/main"), undefined, paths)).toBe(expected);
  });
});

describe("a pull request", () => {
  const into = (ref: string) => ({ pull_request: { base: { ref } } });

  test.each(["pull_request", "pull_request_target"])("%s starts by the branch that it goes to", (event) => {
    const on = `{ ${event}: { branches: ['release/**'] } }`;
    expect(startsOn(on, event, into("release/1"), "opened")).toBe(true);
    expect(startsOn(on, event, into("main"), "opened")).toBe(false);
    expect(startsOn(`{ ${event}: { branches-ignore: [main] } }`, event, into("main"), "opened")).toBe(false);
    expect(startsOn(on, event, into("release/1"), "labeled")).toBe(false);
    expect(startsOn(`{ ${event}: { types: [labeled] } }`, event, into("main"), "labeled")).toBe(true);
  });

  test("starts by the files that it changes", () => {
    const on = "{ pull_request: { paths: ['src/**'] } }";
    expect(startsOn(on, "pull_request", into("main"), "opened", ["src/a"])).toBe(true);
    expect(startsOn(on, "pull_request", into("main"), "opened", ["docs/a"])).toBe(false);
  });
});

test("other events start by their types", () => {
  expect(startsOn("issues", "issues", {}, "edited")).toBe(true);
  expect(startsOn("{ issues: { types: [opened] } }", "issues", {}, "edited")).toBe(false);
  expect(startsOn("{ issues: { types: opened } }", "issues", {}, "opened")).toBe(true);
  expect(startsOn("pull_request", "pull_request", {}, "labeled")).toBe(false);
});

test("what is no workflow starts on nothing", () => {
  for (const text of ["", "on: [", "- 1", "on: push", "jobs: {}", "on: push\njobs: []"]) {
    const file = parseWorkflow("w.yml", text);
    const isStarted = starts(file, { event: "push", action: undefined, payload: {} });
    expect([text, file.name, isStarted]).toEqual([text, "w.yml", false]);
    expect(file.problem).toMatch(/^\(Line: \d+, Col: \d+\): ./u);
  }
});

test("a pattern of many stars is matched as soon as any other", () => {
  const levels = "a/".repeat(200);
  for (const glob of [`${"**/".repeat(100)}z`, `${"**a".repeat(100)}z`, `${"*a*/".repeat(100)}z`]) {
    const on = `{ push: { branches: ['${glob}'] } }`;
    expect(startsOn(on, "push", push(`refs/heads/${levels}y`))).toBe(false);
  }
});

test("a pattern that is none starts nothing, and hurts nobody", () => {
  expect(
    startsOn("{ push: { branches: ['[', '+', '(a+)+$'] } }", "push", push(`refs/heads/${"a".repeat(40)}`)),
  ).toBe(false);
});
