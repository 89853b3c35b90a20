/**
 * @module The description itself: what was cut out of it, and that nobody goes round it.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { checkRequest, describedOperation } from "../../src/emulator/description/description.ts";
import { servedOperations } from "../../src/emulator/operations/served.ts";
import { problemsOf } from "./answer-check.ts";

const root = resolve(import.meta.dirname, "..", "..");

test("every served operation is described, once", () => {
  const names = servedOperations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(describedOperation(name).path).toMatch(/^\//u);
});

test("docs/emulator.md lists what is served", () => {
  const file = join(root, "docs", "emulator.md");
  const text = readFileSync(file, "utf8");
  const byGroup = Map.groupBy(servedOperations, ({ name }) => name.split("/")[0]!);
  const lines = [...byGroup]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, operations]) => {
      const names = operations.map(({ name }) => name.slice(group.length + 1)).sort();
      return `- **${group}**: ${names.join(", ")}`;
    });
  const listed = text.replace(
    /<!-- served -->[\s\S]*<!-- \/served -->/u,
    `<!-- served -->\n${lines.join("\n")}\n<!-- /served -->`,
  );
  if (process.env["UPDATE"] === "1") writeFileSync(file, listed);
  else expect(text).toBe(listed);
});

test("both files were cut out of the same version", () => {
  const sourceOf = (file: string) =>
    (JSON.parse(readFileSync(join(root, file), "utf8")) as { source: string }).source;
  const source = sourceOf("src/emulator/description/described.json");
  expect(source).toMatch(/^@octokit\/openapi \d+\.\d+\.\d+$/u);
  expect(sourceOf("test/emulator/description/answers.json")).toBe(source);
});

test("no test starts the emulator without the checks", () => {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => /^(?:src|test)\//u.test(file.slice(root.length + 1)));
  expect(files.length).toBeGreaterThan(100);
  // Programs that are to be killed run in processes of their own.
  const textOf = (file: string) => readFileSync(file, "utf8").replaceAll(/runInOwnProcess\(`[^`]*`/gu, "");
  const unchecked = files.filter((file) => /\bstartGitHub\(/u.test(textOf(file)));
  expect(unchecked.filter((file) => !file.endsWith("description.test.ts"))).toEqual([]);
});

describe("an answer is not GitHub's", () => {
  const label = {
    id: 1,
    node_id: "LA_1",
    url: "https://api.github.com/repos/ada/data/labels/bug",
    name: "bug",
    color: "ff0000",
    default: true,
    description: null,
  };

  test("this one is", () => {
    expect(problemsOf("issues/get-label", "2022-11-28", 200, label)).toEqual([]);
  });

  test.each([
    [
      "without a field that must be there",
      { ...label, color: undefined },
      "must have required property 'color'",
    ],
    ["with a wrong type", { ...label, id: "1" }, "/id must be integer"],
    ["with a made-up field", { ...label, colour: "ff0000" }, "/colour is not described"],
    ["with a URL that is none", { ...label, url: "nowhere" }, '/url must match format "uri"'],
  ])("%s", (_, body, problem) => {
    const sent = JSON.parse(JSON.stringify(body)) as Record<string, string>;
    expect(problemsOf("issues/get-label", "2022-11-28", 200, sent)).toContain(
      `issues/get-label 200: ${problem.startsWith("must") ? "/ " : ""}${problem}`,
    );
  });

  test("with a status that it never has, or an error without a message", () => {
    expect(problemsOf("issues/get-label", "2022-11-28", 202, label)).toEqual([
      "issues/get-label never answers 202",
    ]);
    expect(problemsOf("issues/get-label", "2022-11-28", 403, {})).toEqual([
      "issues/get-label 403: an error without a message",
    ]);
  });

  test("with what the newer version no longer has", () => {
    const problems = problemsOf("rate-limit/get", "2026-03-10", 200, {
      resources: {
        core: { limit: 1, used: 0, remaining: 1, reset: 1 },
        search: { limit: 1, used: 0, remaining: 1, reset: 1 },
      },
      rate: { limit: 1, used: 0, remaining: 1, reset: 1 },
    });
    expect(problems).toEqual(["rate-limit/get 200: /rate is not described"]);
  });
});

test("too many properties are told as GitHub tells it", () => {
  const inputs = Object.fromEntries(Array.from({ length: 26 }, (_, at) => [`input-${at}`, "x"]));
  const check = () =>
    checkRequest("actions/create-workflow-dispatch", "2022-11-28", {
      query: {},
      body: { ref: "main", inputs },
    });
  expect(check).toThrow("Invalid request.\n\nNo more than 25 properties are allowed; 26 were supplied.");
});
