import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HubsteadError } from "../errors.ts";
import { type Config, readConfig } from "./read-config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hubstead-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string): Config {
  const path = join(folder, "hubstead.yml");
  writeFileSync(path, text);
  return readConfig(path);
}

function refusal(text: string): HubsteadError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof HubsteadError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

test("types, author and store are read", () => {
  const config = read(`
types:
  paper:
    statuses: [active, read]
    defaultStatus: active
    indexes: [rating, author.name]
    search: [title]
    schema:
      type: object
      required: [title]
  task: {}
author: Ada
store: data/store.db
`);
  expect(config.author).toBe("Ada");
  expect(config.store).toBe(join(folder, "data", "store.db"));
  const [paper, task] = config.types;
  expect(paper).toMatchObject({
    name: "paper",
    line: 3,
    statuses: ["active", "read"],
    defaultStatus: "active",
    indexes: ["rating", "author.name"],
    search: ["title"],
  });
  expect(paper!.schema!["~standard"].validate({}).issues).toEqual([
    { path: ["title"], message: "is missing" },
  ]);
  expect(task).toEqual({ name: "task", line: 11 });
});

test("an empty file is a project without settings", () => {
  expect(read("")).toEqual({ path: join(folder, "hubstead.yml"), types: [] });
  expect(read("# nothing\n").types).toEqual([]);
});

describe("what cannot be used is named, with its line and what to do", () => {
  test.each([
    ["an unknown key", "author: Ada\ntype: {}\n", 2, '"type" is not known', 'Did you mean "types"?'],
    [
      "an unknown key of a type",
      "types:\n  paper:\n    status: [a]\n",
      3,
      '"types.paper.status" is not known',
      'Did you mean "statuses"?',
    ],
    [
      "a key near to nothing",
      "frobnicate: 1\n",
      1,
      '"frobnicate" is not known',
      "Use types, author, store, issues.",
    ],
    [
      "a list of numbers",
      "types:\n  paper:\n    statuses:\n      - a\n      - 1\n",
      5,
      '"types.paper.statuses.1" is not a text',
      "quotes",
    ],
    ["types that are a list", "types: [a]\n", 1, '"types" is not a map of types by name', "Write"],
    ["a type that is a text", "types:\n  paper: yes\n", 2, '"types.paper" is not a map of settings', "Write"],
    ["a file that is a list", "- a\n", 1, "the file is not a map of settings", "Write"],
    ["an empty author", 'author: ""\n', 1, '"author" is not a text with something in it', "Write"],
    [
      "a schema that is none",
      "types:\n  paper:\n    schema:\n      type: object\n      properties:\n        a: {tpye: string}\n",
      6,
      "is no keyword",
      'Did you mean "type"?',
    ],
  ])("%s", (_, text, line, message, hint) => {
    const error = refusal(text);
    expect(error.code).toBe("invalid_input");
    expect(error.data.line).toBe(line);
    expect(error.message).toContain(`hubstead.yml line ${line}: `);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });
});

describe("a store from the file stays in its folder", () => {
  test.each([
    "../store.db",
    "/tmp/store.db",
    "a/../../store.db",
    "..",
    ".",
    "a/..",
    "..\\store.db",
    '"a\\0b"',
  ])("not %s", (path) => {
    expect(refusal(`store: ${path}\n`).code).toBe("invalid_input");
  });

  test("not through a symbolic link", () => {
    const outside = mkdtempSync(join(tmpdir(), "hubstead-outside-"));
    symlinkSync(outside, join(folder, "link"));
    symlinkSync(join(outside, "not-there.db"), join(folder, "store.db"));
    expect(refusal("store: link/store.db\n").message).toContain("leads out");
    expect(refusal("store: store.db\n").message).toContain("leads out");
    rmSync(outside, { recursive: true });
  });

  test("a folder below that is not there yet is fine", () => {
    mkdirSync(join(folder, "a"));
    expect(read("store: a/b/c.db\n").store).toBe(join(folder, "a", "b", "c.db"));
  });
});

test("what YAML refuses is refused here, too", () => {
  expect(refusal("author: Ada\nauthor: Bob\n").data.line).toBe(2);
  expect(refusal(`author: ${"x".repeat(70_000)}`).message).toContain("65536");
});
