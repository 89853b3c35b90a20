/**
 * @module A client in another language: PyGithub as Debian packages it, unmodified, with github.com's paths and with an
 * Enterprise Server's.
 */
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startCheckedGitHub } from "./checked-github.ts";

const python = ["python3", "/usr/bin/python3"].find(
  (program) => spawnSync(program, ["-c", "import github"]).status === 0,
);
if (python === undefined) console.warn("SKIPPED: PyGithub is not here; apt-get install python3-github");

test.skipIf(python === undefined && process.env["CI"] === undefined).each([
  ["github.com", ""],
  ["an Enterprise Server", "/api/v3"],
])("a story with the paths of %s", async (_, prefix) => {
  await using github = await startCheckedGitHub({ seed: { users: { ada: {} } } });
  const script = join(import.meta.dirname, "py-github.py");
  const { stdout } = await promisify(execFile)(python ?? "python3", [
    script,
    github.url + prefix,
    github.tokenFor("ada"),
    "story",
  ]);
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { login: "ada", repository: "ada/story", branch: "main" },
    { number: 1, comments: 13, last: "Comment 12" },
    { state: "closed", reactions: ["rocket"], found: ["Closed"] },
    { text: "second", listed: ["a/b.txt"], commits: 3 },
    { ref: "refs/heads/main", refs: ["refs/heads/main"] },
    { status: 404, message: "Not Found" },
    { permission: "admin", left: true },
    { release: "v1", asset: ["tool.bin"], size: 5, archive: true },
    // Nobody forks what is theirs: they are shown the repository itself.
    { fork: "ada/story", languages: {}, stars: 0 },
  ]);
});
