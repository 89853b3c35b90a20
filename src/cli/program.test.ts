/**
 * @module The program as a whole: its help, its version, what it says to what it does not understand.
 */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWorkbench, type Workbench } from "./captured-run.ts";
import { commands } from "./commands.ts";

let bench: Workbench;
beforeEach(() => {
  bench = openWorkbench();
});
afterEach(() => bench.remove());

const refused = (exitCode: number, ...argv: readonly string[]) => bench.refused(exitCode, ...argv);

describe("the program", () => {
  test("without arguments it shows its help", async () => {
    const { exitCode, stdout, stderr } = await bench.run();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const { name } of commands) expect(stdout).toContain(`  ${name}`);
    expect(stdout).toContain("--store <path>");
    expect(await bench.run("--help")).toEqual({ exitCode: 0, stdout, stderr });
    expect(await bench.run("help")).toEqual({ exitCode: 0, stdout, stderr });
    expect(await bench.run("--store", "x.db")).toEqual({ exitCode: 0, stdout, stderr });
  });

  test("it says its version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await bench.run("--version")).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });

  test.each(commands.map(({ name }) => name))(
    "%s has a help with every option, an example and the exit codes",
    async (name) => {
      const { exitCode, stdout, stderr } = await bench.run(name, "--help");
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toContain(`Usage: hubstead ${name}`);
      expect(stdout).toMatch(/Examples?[:,]/u);
      expect(stdout).toContain("Exit codes: 0 done, 1 a bug, 2 invalid input, 10 not found,");
      expect(stdout).toContain("--json");
      expect(await bench.run("help", name)).toMatchObject({ exitCode: 0, stdout });
    },
  );

  test("an unknown command suggests the nearest", async () => {
    expect(await refused(2, "craete", "task-a")).toContain("Did you mean `hubstead create`?");
    expect(await refused(2, "frobnicate")).toContain("`hubstead --help` lists the commands");
    expect(await refused(2, "--json=yes")).toContain("unknown option");
  });

  test.each([
    ["an unknown option", ["get", "x", "--jsno"], "Did you mean --json?"],
    ["an unknown option near to nothing", ["get", "x", "--frobnicate"], "`hubstead get --help`"],
    ["a missing argument", ["get"], "missing required argument 'id'"],
    ["an argument too many", ["get", "a", "b"], "too many arguments"],
    ["an option without its value", ["list", "--limit"], "argument missing"],
    ["a number that is none", ["list", "--limit", "ten"], "whole number from 1 to 10000"],
    ["an unknown choice", ["completion", "tcsh"], "bash, zsh, fish"],
    ["an unknown part of a command", ["backup", "crate"], "Did you mean create?"],
    ["a command without its part", ["backup"], "needs to know what to do"],
    ["an empty store", ["list", "--store", ""], "--store names no file"],
  ])("%s is told in two lines", async (_, argv, text) => {
    expect(await refused(2, ...argv)).toContain(text);
  });

  test.each([
    ["an unknown option", ["get", "x", "--vlaue=hunter2"], "'--vlaue'"],
    ["an unknown option of several lines", ["get", "x", "--vlaue=a\nhunter2"], "'--vlaue'"],
    ["an unknown short option", ["get", "x", "-xhunter2"], "'-x'"],
    ["an unknown option before the command", ["--vlaue=hunter2"], "'--vlaue'"],
    ["an argument too many", ["get", "x", "hunter2"], "Expected 1 argument but got 2."],
  ])("%s is told without what else was typed", async (_, argv, text) => {
    const told = await refused(2, ...argv);
    expect(told).toContain(text);
    expect(told).not.toContain("hunter2");
    expect((await bench.run(...argv, "--json")).stderr).not.toContain("hunter2");
  });

  test("with --json an error is one line on stderr", async () => {
    const { exitCode, stdout, stderr } = await bench.run("get", "task-x", "--json");
    expect({ exitCode, stdout }).toEqual({ exitCode: 10, stdout: "" });
    expect(stderr.endsWith("\n") && !stderr.slice(0, -1).includes("\n")).toBe(true);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: "not_found",
        message: expect.stringContaining("no store"),
        hint: expect.any(String),
        data: { path: expect.any(String) },
      },
    });
    expect(JSON.parse((await bench.run("--json", "gte")).stderr).error.code).toBe("invalid_input");
  });

  test("a stack is shown with --debug only", async () => {
    expect((await bench.run("get", "task-x")).stderr).not.toContain("    at ");
    expect((await bench.run("get", "task-x", "--debug")).stderr).toContain("    at ");
  });
});

describe("P1: canary tokens in arguments reach no error", () => {
  const canary = "ghp_canarycanarycanarycanarycanary012345";
  test.each(commands.map(({ name }) => name).filter((name) => name !== "demo"))("%s", async (name) => {
    for (const rest of [
      [canary],
      [canary, canary],
      ["--store", canary],
      [`--${canary}`],
      ["--where", `${canary} x`],
      ["--data", `{${canary}`],
      ["--at", canary, "x"],
      ["--since", canary],
      ["--limit", canary],
      ["create", canary],
    ]) {
      for (const view of [[], ["--json"], ["--debug"]]) {
        const { stderr } = await bench.run(name, ...rest, ...view);
        expect(stderr).not.toContain("canarycanary");
      }
    }
  });
});

describe("completion", () => {
  test.each(["bash", "zsh", "fish"])("%s names every command and its options", async (shell) => {
    const { exitCode, stdout } = await bench.run("completion", shell);
    expect(exitCode).toBe(0);
    for (const { name } of commands) expect(stdout).toContain(name);
    for (const option of ["expected-version", "store", "where", "facet"]) expect(stdout).toContain(option);
  });
});
