/**
 * @module Hints in the words of the command line: all that the client can give.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HubsteadError } from "../../../errors.ts";
import { inCommandWords, toCommandWords } from "./hints.ts";

const source = join(import.meta.dirname, "..", "..", "..");

/** Every sentence in the code of the client and of the store in issues, with X for what is put in. */
function sentences(): readonly string[] {
  return ["github", "issues"]
    .flatMap((folder) =>
      readdirSync(join(source, folder), { recursive: true, encoding: "utf8" }).map((file) =>
        join(source, folder, file),
      ),
    )
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .flatMap((file) => {
      const code = readFileSync(file, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, "");
      const literals = code.matchAll(/"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/gu);
      return [...literals].map(([, plain, template]) => plain ?? template!);
    })
    .map((text) => text.replaceAll(/\$\{[^}]*\}/gu, '"X"').replaceAll("\\`", "`"))
    .filter((text) => /^[A-Z][^\n]* [^\n]*\.$/u.test(text));
}

// A method, an option in camel case, a call, an object of options.
const apiWords = /\b[a-z]+[A-Z]\w*\b|\b\w+\(\)|\{ \w+:/u;

// Names of no API: what a token and an environment are called, and what stands in hubstead.yml.
const notOurs = /\bmacOS\b|\bgitHub\b|`issues: \{ repo: OWNER\/NAME \}`/u;

test("no hint that the client gives is in the words of its API when a command tells it", () => {
  const found = sentences();
  expect(found.filter((text) => apiWords.test(text)).length).toBeGreaterThan(5);
  expect(found.map(toCommandWords).filter((text) => apiWords.test(text.replace(notOurs, "")))).toEqual([]);
});

test.each([
  [
    "Wait longer (`timeoutMs`), or end it with cancelRun.",
    "Wait longer (`--timeout`), or end it with `hubstead github workflow cancel`.",
  ],
  [
    "Use another name, or read what is there with getRepo.",
    "Use another name, or read what is there with `hubstead github repo list`.",
  ],
  [
    'Pass { confirm: "acme/data" } to delete it with everything in it.',
    "Add --confirm acme/data to delete it with everything in it.",
  ],
  [
    "Try again then, allow a longer wait (`maxWaitMs`), or see `limits()` for who uses how much.",
    "Try again then, or see `hubstead github limits` for who uses how much.",
  ],
  ["Try again, or allow more time (`timeoutMs`).", "Try again."],
  [
    "Use another name, or allow the specification to be replaced (`replaceSpec`).",
    "Use another name, or allow the specification to be replaced (`--replace-spec`).",
  ],
  ["Clone the repository with git; gitEnv gives git a token.", "Clone the repository with git."],
  [
    "Change it with `update`, or make sure of it with `put`.",
    "Change it with `hubstead issues update` or `replace`.",
  ],
  [
    "Create it, or look with `list` for how it is written.",
    "Create it, or look with `hubstead issues list` for how it is written.",
  ],
  [
    "Look at its history for the versions that it had.",
    "Look with `hubstead issues history` for the versions that it had.",
  ],
  ["Set GITHUB_TOKEN.", "Set GITHUB_TOKEN."],
])("%j is told as %j", (hint, words) => {
  expect(toCommandWords(hint)).toBe(words);
});

test("code, message, facts, cause and stack stay", () => {
  const cause = new Error("below");
  const error = new HubsteadError("busy", "it takes long", {
    hint: "See `limits()`.",
    data: { runId: 1 },
    cause,
  });
  const told = inCommandWords(error) as HubsteadError;
  expect(told.toJSON()).toEqual({ ...error.toJSON(), hint: "See `hubstead github limits`." });
  expect({ cause: told.cause, stack: told.stack }).toEqual({ cause, stack: error.stack });
});
