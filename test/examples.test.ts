/**
 * @module The examples, run as a user runs them.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openStore } from "../src/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = resolve(import.meta.dirname, "..");

function python(script: string, args: readonly string[], folder: string): string[] {
  const env = {
    ...process.env,
    PATH: [folder, dirname(process.execPath), process.env["PATH"]].join(delimiter),
  };
  const file = join(root, "examples", "read-with-python", script);
  return execFileSync("python3", [file, ...args], { env, encoding: "utf8" })
    .trim()
    .split("\n");
}

describe("reading a store with Python", () => {
  let folder = "";
  let path = "";
  beforeEach(async () => {
    folder = temporaryFolder();
    path = join(folder, "store.db");
    writeFileSync(
      join(folder, "hubstead"),
      `#!/bin/sh\nexec "${process.execPath}" "${join(root, "bin", "hubstead.cjs")}" "$@"\n`,
    );
    chmodSync(join(folder, "hubstead"), 0o755);
    await using store = await openStore(path, { author: "ada" });
    await store.create({ id: "task-a", status: "open", data: { title: "Ä" } });
    await store.create({ id: "task-b", status: "open", data: { title: "B" } });
    await store.create({ id: "note-c", data: {} });
    await store.update("task-a", { set: { done: true } });
    await store.delete("task-b");
  });

  test("through the views", () => {
    expect(python("read_views.py", [path], folder).map((line) => line.trimEnd())).toEqual([
      "note active: 1",
      "task open: 1",
      "delete task-b by ada:",
      "update task-a by ada: done",
      "create note-c by ada:",
    ]);
  });

  test("through the command line's JSON", () => {
    expect(python("read_json.py", [path, "task"], folder)).toEqual([
      'task-a 2 {"done": true, "title": "\\u00c4"}',
    ]);
  });
});

test("testing a bot against the emulator", () => {
  const file = join(root, "examples", "test-a-bot", "bot.test.ts");
  const output = execFileSync(process.execPath, ["--test", "--test-reporter=tap", file], {
    encoding: "utf8",
  });
  expect(output).toContain("# pass 2");
  expect(output).toContain("# fail 0");
});

test.each([
  ["existing-octokit/report.test.ts", 1],
  ["web-service-and-worker/story.test.ts", 3],
])("%s", (name, passes) => {
  const file = join(root, "examples", ...name.split("/"));
  const output = execFileSync(process.execPath, ["--test", "--test-reporter=tap", file], {
    encoding: "utf8",
  });
  expect(output).toContain(`# pass ${passes}`);
  expect(output).toContain("# fail 0");
});
