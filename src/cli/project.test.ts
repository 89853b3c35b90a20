/**
 * @module Which store, which types, in whose name.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWorkbench, type Workbench } from "./captured-run.ts";

let bench: Workbench;
beforeEach(() => {
  bench = openWorkbench();
});
afterEach(() => bench.remove());

const refused = (exitCode: number, ...argv: readonly string[]) => bench.refused(exitCode, ...argv);

describe("where the store is", () => {
  test("reading commands never make one", async () => {
    for (const argv of [
      ["get", "a"],
      ["list"],
      ["search", "a"],
      ["facets"],
      ["history", "a"],
      ["diff", "a", "1"],
      ["export"],
      ["verify"],
      ["rebuild"],
      ["status"],
      ["audit"],
    ]) {
      expect(await refused(10, ...argv)).toMatch(/there is no store at .*\n hint: `hubstead create`/u);
    }
    for (const argv of [
      ["update", "a", "b=1"],
      ["delete", "a"],
      ["restore", "a"],
      ["revert", "a", "1"],
      ["claim", "b=1"],
      ["backup", "create"],
    ]) {
      await refused(10, ...argv);
    }
    expect(existsSync(join(bench.folder, "data"))).toBe(false);
  });

  test("without a project it is the user's own", async () => {
    await bench.run("create", "task-a");
    expect(existsSync(join(bench.folder, "data", "hubstead", "store.db"))).toBe(true);
  });

  test("in a project it lies with the project, kept out of git", async () => {
    mkdirSync(join(bench.folder, ".git"));
    mkdirSync(join(bench.folder, "deep", "er"), { recursive: true });
    await bench.runWith({ cwd: join(bench.folder, "deep", "er") }, "create", "task-a");
    expect(existsSync(join(bench.folder, ".hubstead", "store.db"))).toBe(true);
    expect(readFileSync(join(bench.folder, ".hubstead", ".gitignore"), "utf8")).toBe("*\n");
  });

  test("--store names it, before or after the command", async () => {
    await bench.run("--store", "x.db", "create", "task-a");
    expect(await bench.json("get", "task-a", "--store", "x.db")).toMatchObject({ id: "task-a" });
    expect(await bench.json("get", "task-a", "--store=x.db")).toMatchObject({ id: "task-a" });
  });

  test("a file that is no store is left alone", async () => {
    writeFileSync(
      join(bench.folder, "notes.txt"),
      "these are notes, and quite some of them, to fill a page".repeat(100),
    );
    expect(await refused(16, "get", "a", "--store", "notes.txt")).toContain("notes.txt");
    expect(await refused(14, "list", "--store", ".")).toContain("cannot be opened");
  });
});

describe("hubstead.yml", () => {
  const config = `
types:
  task:
    statuses: [open, done]
    schema:
      type: object
      required: [title]
      properties:
        title: {type: string}
        priority: {type: integer, minimum: 0}
author: Ada
store: kept/here.db
`;

  test("types bind what is written, the store is where it says, the author is named", async () => {
    writeFileSync(join(bench.folder, "hubstead.yml"), config);
    const env = { HUBSTEAD_AUTHOR: "" };
    expect(await bench.runWith({ env }, "create", "task-a", "title=Hello")).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(bench.folder, "kept", "here.db"))).toBe(true);
    expect(await bench.json("get", "task-a")).toMatchObject({ status: "open" });
    expect(await bench.json("history", "task-a")).toMatchObject([{ author: "Ada" }]);
    expect(await refused(2, "create", "task-b")).toContain("/title: is missing");
    expect(await refused(2, "update", "task-a", "priority:=-1")).toContain("/priority: -1 is less than 0");
    expect(await refused(2, "update", "task-a", "--status", "planned")).toContain("Use one of: open, done.");
  });

  test("--author comes before the environment, that before the file", async () => {
    writeFileSync(join(bench.folder, "hubstead.yml"), "author: Ada\n");
    await bench.run("create", "task-a");
    await bench.run("update", "task-a", "n:=1", "--author", "Grace");
    expect(await bench.json("history", "task-a")).toMatchObject([{ author: "tester" }, { author: "Grace" }]);
  });

  test("what is wrong in it is told with its line", async () => {
    writeFileSync(join(bench.folder, "hubstead.yml"), "types:\n  task:\n    status: [a]\n");
    expect(await refused(2, "list")).toMatch(
      /hubstead\.yml line 3: "types\.task\.status" is not known\n hint: Did you mean "statuses"\?/u,
    );
    writeFileSync(
      join(bench.folder, "hubstead.yml"),
      "types:\n  task:\n    statuses: [a]\n    defaultStatus: b\n",
    );
    expect(await refused(2, "list")).toContain("hubstead.yml line 2: the default status");
    writeFileSync(join(bench.folder, "hubstead.yml"), 'types:\n  "bad\\ttype": {}\n');
    expect(await refused(2, "list")).toContain("hubstead.yml line 2: ");
  });

  test("one project's types do not bind the store of another", async () => {
    const other = join(bench.folder, "other");
    mkdirSync(other);
    writeFileSync(join(other, "hubstead.yml"), config);
    expect(await bench.runWith({ cwd: other }, "create", "task-a", "--store", "../free.db")).toMatchObject({
      exitCode: 0,
    });
    expect(await refused(2, "create", "task-a", "--store", "other/kept/here.db")).toContain("is missing");
  });
});
