import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { HubsteadError } from "../errors.ts";
import type { Io } from "./io.ts";
import { OutputClosed } from "./output.ts";
import { Interrupted, reportError } from "./report-error.ts";

function report(error: unknown, view: { json?: boolean; debug?: boolean } = {}) {
  let text = "";
  const stderr = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const exitCode = reportError(error, { stderr, env: {} } as unknown as Io, {
    json: false,
    debug: false,
    color: true,
    ...view,
  });
  return { exitCode, text };
}

test("two lines: what is wrong, and what to do", () => {
  const error = new HubsteadError("not_found", "task-a does not exist", {
    hint: "Check the id.",
    data: { id: "task-a" },
  });
  expect(report(error)).toEqual({
    exitCode: 10,
    text: "error: task-a does not exist\n hint: Check the id.\n",
  });
});

test("with --json one line", () => {
  const error = new HubsteadError("version_conflict", "task-a is at version 3", {
    data: { id: "task-a", expected: 2, actual: 3 },
  });
  const { exitCode, text } = report(error, { json: true });
  expect(exitCode).toBe(11);
  expect(text.split("\n")).toHaveLength(2);
  expect(JSON.parse(text)).toEqual({
    error: {
      code: "version_conflict",
      message: "task-a is at version 3",
      hint: expect.any(String),
      data: { id: "task-a", expected: 2, actual: 3 },
    },
  });
});

test("a bug exits with 1 and shows where it is only with --debug", () => {
  expect(report(new TypeError("x is not a function")).exitCode).toBe(1);
  expect(report(new TypeError("x is not a function")).text).not.toContain("report-error.test");
  expect(report(new TypeError("x is not a function"), { debug: true }).text).toContain("report-error.test");
});

test("an interruption exits with 130, a reader that has gone with 0 and silence", () => {
  expect(report(new Interrupted()).exitCode).toBe(130);
  expect(report(new OutputClosed())).toEqual({ exitCode: 0, text: "" });
});

test("what the file system says becomes an error of ours", () => {
  const failure = (code: string) => Object.assign(new Error(code), { code, syscall: "open", path: "/x/y" });
  expect(report(failure("EACCES")).exitCode).toBe(14);
  expect(report(failure("ENOENT")).exitCode).toBe(10);
  expect(report(failure("ENOSPC")).exitCode).toBe(12);
  expect(report(failure("EISDIR")).exitCode).toBe(2);
});

test("escape codes in a message are shown, not obeyed", () => {
  const error = new HubsteadError("not_found", "\u001b[2Jtask\n", { hint: "\u009b" });
  expect(report(error).text).toBe("error: \\u001b[2Jtask\\n\n hint: \\u009b\n");
});

describe("P1: no secret reaches an error", () => {
  const canaries = [
    "ghp_canarycanarycanarycanarycanary012345",
    "ghs_canarycanarycanarycanarycanary012345",
    "gho_canarycanarycanarycanarycanary012345",
    "github_pat_canarycanarycanarycanary012345",
    "eyJhbGciOiJIUzI1NiJ9.canarycanary.canarycanary",
    "https://user:canarycanary@github.com/x",
    "-----BEGIN RSA PRIVATE KEY-----\ncanarycanary\n-----END RSA PRIVATE KEY-----",
  ];
  test.each(canaries)("%s", (secret) => {
    const cause = new Error(`inner ${secret}`);
    for (const error of [
      new HubsteadError("not_found", `there is no ${secret}`, {
        hint: `not ${secret}`,
        data: { id: secret, list: [secret], [secret]: 1 },
        cause,
      }),
      new Error(secret, { cause }),
      Object.assign(new Error(`open ${secret}`), { code: "ENOENT", syscall: "open", path: `/tmp/${secret}` }),
    ]) {
      for (const view of [{}, { json: true }, { debug: true }, { json: true, debug: true }]) {
        const { text } = report(error, view);
        expect(text).not.toContain("canarycanary");
      }
    }
  });

  test("a value whose name says what it is", () => {
    const error = new HubsteadError("unauthorized", "no", {
      data: { password: "hunter2canary", token: { value: "x" }, secret: 12345678 },
    });
    const { text } = report(error, { json: true });
    expect(text).not.toContain("canary");
    expect(text).not.toContain("12345678");
  });
});
