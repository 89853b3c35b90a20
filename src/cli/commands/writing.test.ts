/**
 * @module The commands that write.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWorkbench, type Workbench } from "../captured-run.ts";

let bench: Workbench;
beforeEach(() => {
  bench = openWorkbench();
});
afterEach(() => bench.remove());

const refused = (exitCode: number, ...argv: readonly string[]) => bench.refused(exitCode, ...argv);

async function createTasks(): Promise<void> {
  await bench.run(
    "create",
    "task-a",
    "title=Write the docs",
    "priority:=1",
    'tags:=["docs","now"]',
    "--status",
    "open",
  );
  await bench.run("create", "task-b", "title=Ship it", "priority:=2", "--status", "planned");
  await bench.run("create", "idea-c", "title=日本語の論文", "author.name=Ada");
}

describe("writing", () => {
  test("create makes an entity, once", async () => {
    expect(await bench.run("create", "task-a", "title=Hello", "n:=5", "--status", "open")).toEqual({
      exitCode: 0,
      stdout: "created task-a (version 1, open)\n",
      stderr: "",
    });
    expect(await bench.json("get", "task-a")).toEqual({
      id: "task-a",
      type: "task",
      status: "open",
      data: { title: "Hello", n: 5 },
      version: 1,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/u),
      updatedAt: expect.any(String),
    });
    expect(await refused(11, "create", "task-a")).toContain("exists already");
  });

  test("create takes data as JSON, from a file and from the standard input, with assignments on top", async () => {
    writeFileSync(
      join(bench.folder, "data.json"),
      '{"title":"From a file","author":{"name":"Ada","age":36}}',
    );
    await bench.run("create", "task-a", "--data", '{"title":"A"}');
    await bench.run("create", "task-b", "author.age:=37", "--data", "@data.json");
    await bench.runWith({ stdin: '{"title":"From a pipe"}' }, "create", "task-c", "--data", "-", "n:=1");
    expect(await bench.json("get", "task-a")).toMatchObject({ data: { title: "A" } });
    expect(await bench.json("get", "task-b")).toMatchObject({
      data: { title: "From a file", author: { name: "Ada", age: 37 } },
    });
    expect(await bench.json("get", "task-c")).toMatchObject({ data: { title: "From a pipe", n: 1 } });
  });

  test("create with a longer type", async () => {
    expect(await bench.json("create", "issue-request-7", "--type", "issue-request")).toMatchObject({
      type: "issue-request",
    });
  });

  test.each([
    ["an id without a type", ["create", "-x"], 2],
    ["an id with an escape code", ["create", "task-\u001b[31m"], 2],
    ["no assignment", ["create", "task-a", "title"], 2],
    ["JSON that is none", ["create", "task-a", "--data", "{"], 2],
    ["data that is no object", ["create", "task-a", "--data", "[1]"], 2],
    ["a file that is not there", ["create", "task-a", "--data", "@nothing.json"], 10],
    ["a folder as a file", ["create", "task-a", "--data", "@."], 2],
    ["a status that is none", ["create", "task-a", "--status", "frobnicating"], 2],
    ["a type that does not fit", ["create", "task-a", "--type", "idea"], 2],
  ])("create refuses %s", async (_, argv, exitCode) => {
    expect(await refused(exitCode, ...argv)).not.toContain("\u001b");
  });

  test("update merges, unsets, and changes the status", async () => {
    await bench.run("create", "task-a", "title=A", "author.name=Ada", "author.age:=36", "old=1");
    const updated = await bench.json(
      "update",
      "task-a",
      "author.age:=37",
      "--unset",
      "old",
      "--unset",
      "/author/name",
      "--status",
      "closed",
    );
    expect(updated).toMatchObject({
      version: 2,
      status: "closed",
      data: { title: "A", author: { age: 37 } },
    });
    expect(await bench.run("update", "task-a", "n:=1")).toMatchObject({
      stdout: "updated task-a (version 3, closed)\n",
    });
    expect(await bench.run("update", "task-a", "--unset", "nope")).toMatchObject({
      stdout: "unchanged task-a (version 3, closed)\n",
    });
    expect(await refused(2, "update", "task-a")).toContain("nothing to change");
    expect(await refused(10, "update", "task-x", "n:=1")).toContain("task-x does not exist");
    expect(await refused(2, "update", "task-a", "--unset", "a..b")).toContain("is not the name of a field");
  });

  test("an expected version that does not hold is a conflict", async () => {
    await bench.run("create", "task-a");
    await bench.run("update", "task-a", "n:=1", "--expected-version", "1");
    const { exitCode, stderr } = await bench.run(
      "update",
      "task-a",
      "n:=2",
      "--expected-version",
      "1",
      "--json",
    );
    expect(exitCode).toBe(11);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: "version_conflict",
      data: { id: "task-a", expected: 1, actual: 2 },
    });
    await refused(11, "put", "task-a", "--expected-version", "0");
    await refused(11, "delete", "task-a", "--expected-version", "1");
  });

  test("put replaces data whole, and makes what is not there", async () => {
    expect(await bench.json("put", "setting-a", "color=dark", "size:=1")).toMatchObject({ version: 1 });
    expect(await bench.json("put", "setting-a", "color=light")).toMatchObject({
      version: 2,
      data: { color: "light" },
    });
    expect(await bench.json("put", "setting-a")).toMatchObject({ version: 3, data: {} });
  });

  test("delete says whether it existed, restore takes it back", async () => {
    await bench.run("create", "task-a", "n:=1");
    expect(await bench.run("delete", "task-a", "--note", "no more")).toEqual({
      exitCode: 0,
      stdout: "deleted task-a\n",
      stderr: "",
    });
    expect(await refused(10, "get", "task-a")).toContain("is deleted");
    expect(await bench.run("delete", "task-a")).toEqual({
      exitCode: 0,
      stdout: "task-a did not exist\n",
      stderr: "",
    });
    expect(await bench.json("delete", "task-a")).toEqual({ id: "task-a", deleted: false });
    expect(await bench.json("restore", "task-a")).toMatchObject({ version: 3, data: { n: 1 } });
    expect(await bench.json("delete", "task-a")).toEqual({ id: "task-a", deleted: true });
    await refused(10, "restore", "task-x");
    await bench.run("restore", "task-a");
    expect(await bench.run("restore", "task-a")).toMatchObject({
      stdout: "unchanged task-a (version 5, active)\n",
    });
  });

  test("revert goes back to a version or a change, as a new change", async () => {
    await bench.run("create", "task-a", "n:=1");
    await bench.run("update", "task-a", "n:=2");
    expect(await bench.json("revert", "task-a", "1")).toMatchObject({ version: 3, data: { n: 1 } });
    const history = (await bench.json("history", "task-a")) as { change: string }[];
    expect(await bench.json("revert", "task-a", history[1]!.change)).toMatchObject({
      version: 4,
      data: { n: 2 },
    });
    await refused(10, "revert", "task-a", "9");
    await refused(2, "revert", "task-a", "yesterday");
  });

  test("claim takes one match at a time", async () => {
    await createTasks();
    await bench.run("create", "task-d", "--status", "open");
    const claim = [
      "claim",
      "--type",
      "task",
      "--status",
      "open",
      "--sort",
      "createdAt:asc",
      "--set-status",
      "in_progress",
      "worker=ada",
    ];
    expect(await bench.json(...claim)).toMatchObject({
      id: "task-a",
      status: "in_progress",
      data: { worker: "ada" },
    });
    expect(await bench.run(...claim)).toMatchObject({ stdout: "claimed task-d (version 2, in_progress)\n" });
    expect(await refused(10, ...claim)).toContain("no entity fits");
    expect(await refused(2, "claim", "--type", "task")).toContain("nothing to change");
  });

  test("--quiet says nothing but the answer", async () => {
    expect(await bench.run("create", "task-a", "--quiet")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect((await bench.run("get", "task-a", "--quiet")).stdout).toContain("task-a");
  });
});
