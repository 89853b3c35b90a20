import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HubsteadError } from "../errors.ts";
import { readConfig } from "./read-config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hubstead-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string) {
  const path = join(folder, "hubstead.yml");
  writeFileSync(path, text);
  return readConfig(path).issues;
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

test("the repository, whom to trust and whether to lock are read", () => {
  expect(
    read(`
issues:
  repo: acme/data.store
  trust:
    users: [ada, 12345, emu_user]
    apps: [github-actions]
    teams: [acme/data-writers]
    codeowners: true
    signed: false
  lock: true
`),
  ).toEqual({
    repo: "acme/data.store",
    trust: {
      users: ["ada", 12_345, "emu_user"],
      apps: ["github-actions"],
      teams: ["acme/data-writers"],
      codeowners: true,
      signed: false,
    },
    lock: true,
  });
});

test("what the file leaves out is absent", () => {
  expect(read("issues: {}\n")).toEqual({});
  expect(read("issues:\n  trust: {}\n")).toEqual({ trust: {} });
  expect(read("author: Ada\n")).toBeUndefined();
});

test.each([
  ["a key near to another", "issues:\n  repos: a/b\n", 2, '"issues.repos" is not known', '"repo"'],
  [
    "a key of trust near to another",
    "issues:\n  repo: a/b\n  trust:\n    user: [ada]\n",
    4,
    '"issues.trust.user" is not known',
    '"users"',
  ],
  [
    "a key near to nothing",
    "issues:\n  frob: 1\n",
    2,
    '"issues.frob" is not known',
    "Use repo, trust, lock.",
  ],
  ["where a credential would go", "issues:\n  apiUrl: https://evil.example\n", 2, "is not known", "repo"],
  ["a credential", "issues:\n  token: ghp_x\n", 2, "is not known", "repo"],
  [
    "a repository on another host",
    "issues:\n  repo: https://evil.example/a/b\n",
    2,
    "as OWNER/NAME",
    "OWNER",
  ],
  ["a repository that leads elsewhere", "issues:\n  repo: a/..\n", 2, "as OWNER/NAME", "OWNER/NAME"],
  ["a login with an @", 'issues:\n  trust:\n    users:\n      - "@ada"\n', 4, "without @", "a login"],
  ["an id that is none", "issues:\n  trust:\n    users: [-1]\n", 3, '"issues.trust.users.0"', "a login"],
  ["an App with [bot]", 'issues:\n  trust:\n    apps: ["keeper[bot]"]\n', 3, "without [bot]", "slug"],
  ["a team without its organisation", "issues:\n  trust:\n    teams: [writers]\n", 3, "ORG/SLUG", "ORG/SLUG"],
  ["a word that is neither yes nor no", "issues:\n  lock: yes\n", 2, "not true or false", "true or false"],
])("%s is named, with its line and what to write", (_, text, line, message, hint) => {
  const error = refusal(text);
  expect(error.code).toBe("invalid_input");
  expect(error.data["line"]).toBe(line);
  expect(error.message).toContain(message);
  expect(error.hint).toContain(hint);
});
