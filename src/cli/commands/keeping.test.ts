/**
 * @module The commands that move and keep whole stores.
 */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
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

describe("moving and keeping", () => {
  test("export and import give the same entities, with their times, and the same export", async () => {
    await createTasks();
    await bench.run("update", "task-a", "n:=1");
    await bench.run("delete", "task-b");
    const first = await bench.run("export");
    expect(
      first.stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line).id),
    ).toEqual(["idea-c", "task-a"]);
    expect(await bench.run("export", "all.ndjson")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "exported 2 entities to all.ndjson\n",
    });
    expect(readFileSync(join(bench.folder, "all.ndjson"), "utf8")).toBe(first.stdout);
    expect(await bench.json("import", "all.ndjson", "--store", "other.db")).toEqual({
      format: "ndjson",
      records: 2,
      created: 2,
      updated: 0,
      unchanged: 0,
    });
    expect((await bench.run("export", "--store", "other.db")).stdout).toBe(first.stdout);
    expect(await bench.json("import", "all.ndjson", "--store", "other.db")).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 2,
    });
    expect(await bench.json("export", "again.ndjson")).toEqual({
      path: join(bench.folder, "again.ndjson"),
      entities: 2,
    });
    expect((await bench.run("export", "--type", "idea")).stdout.split("\n")).toHaveLength(2);
  });

  test("an export never writes over the store, nor leaves half a file", async () => {
    await createTasks();
    expect(await refused(2, "export", "data/hubstead/store.db")).toContain("belongs to the store itself");
    for (const end of ["-wal", "-shm", "-replica"]) {
      const path = `data/hubstead/store.db${end}`;
      if (existsSync(join(bench.folder, path))) await refused(2, "export", path);
    }
    expect(existsSync(join(bench.folder, "data/hubstead/store.db-replica"))).toBe(true);
    await refused(10, "export", "no/such/folder.ndjson");
    await refused(2, "export", ".");
    expect(await bench.json("verify")).toMatchObject({ ok: true });
  });

  test("an export writes into what is no file, and leaves it what it was", async () => {
    await createTasks();
    const pipe = join(bench.folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const read = promisify(execFile)("cat", [pipe]);
    const { exitCode } = await bench.run("export", "pipe");
    expect(exitCode).toBe(0);
    expect((await read).stdout).toBe((await bench.run("export")).stdout);
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  test("what an import read before a line that cannot be read is there", async () => {
    writeFileSync(
      join(bench.folder, "bad.ndjson"),
      '{"id":"task-1"}\n{"id":"task-2"}\n{bad\n{"id":"task-3"}\n',
    );
    expect(await refused(2, "import", "bad.ndjson")).toContain("bad.ndjson line 3");
    expect(await bench.json("list")).toMatchObject({ entities: [{ id: "task-2" }, { id: "task-1" }] });
    writeFileSync(join(bench.folder, "worse.ndjson"), '{"id":"task-4"}\n{"id":"x-1","status":"nonsense"}\n');
    expect(await refused(2, "import", "worse.ndjson")).toContain('worse.ndjson line 2 ("x-1"): ');
    expect(await bench.json("get", "task-4")).toMatchObject({ id: "task-4" });
  });

  test("a snapshot of gh-store comes in with its times and where it is from", async () => {
    const snapshot = new URL("../../../test/fixtures/small-gh-store-snapshot.json", import.meta.url);
    writeFileSync(join(bench.folder, "snapshot.json"), readFileSync(snapshot));
    expect(await bench.run("import", "snapshot.json")).toEqual({
      exitCode: 0,
      stdout: "imported 2 entities: 2 new, 0 changed, 0 as they were\n",
      stderr: "",
    });
    expect(await bench.json("get", "daily-metrics")).toMatchObject({
      type: "daily",
      status: "active",
      createdAt: "2025-01-16T06:56:05.000Z",
      updatedAt: "2025-01-16T06:57:35.000Z",
      data: { foo: "bar" },
    });
    expect(await bench.json("history", "daily-metrics")).toMatchObject([
      { note: "gh-store snapshot of dmarx/gh-store at 2025-01-18T00:37:15.812Z" },
      {},
    ]);
    expect(await bench.json("import", "snapshot.json")).toMatchObject({
      format: "gh-store",
      created: 0,
      updated: 0,
      unchanged: 2,
    });
    expect(await bench.runWith({ stdin: readFileSync(snapshot) }, "import", "-")).toMatchObject({
      stdout: "imported 2 entities: 0 new, 0 changed, 2 as they were\n",
    });
  });

  test("what cannot be imported is named with its line", async () => {
    const lines = async (...text: string[]) => {
      writeFileSync(join(bench.folder, "in.ndjson"), text.join("\n"));
      return refused(2, "import", "in.ndjson");
    };
    const good = '{"id":"task-a","data":{}}';
    expect(await lines(good, "{oops}")).toContain("in.ndjson line 2 is not valid JSON");
    expect(await lines(good, "", good.replace("task-a", "no type!\\u0007"))).toContain("in.ndjson line 3");
    expect(await lines(good, '{"data":{}}')).toContain('line 2 has no "id"');
    expect(await lines(good, '{"id":"task-b","title":"x"}')).toContain('line 2 has the key "title"');
    expect(await lines(good, '{"id":"task-b","data":[1]}')).toContain('"data" is not an object');
    expect(await lines(good, '{"id":"task-b","status":"frobnicating"}')).toContain("in.ndjson line 2");
    expect(await lines(good, '{"id":"task-b","createdAt":"yesterday"}')).toContain("in.ndjson line 2");
    expect(await lines(`[${good}]`)).toContain("JSON array");
    expect(await lines("id,title", "task-a,x")).toContain("neither NDJSON");
    expect(await lines(good, '{"id":"task-b","data":{"__proto__":{"x":1}}}')).toContain("__proto__");
    await refused(10, "import", "nothing.ndjson");
    await refused(2, "import", ".");
    expect({}).not.toHaveProperty("x");
  });

  test("an empty file is nothing to import", async () => {
    writeFileSync(join(bench.folder, "empty.ndjson"), "");
    expect(await bench.json("import", "empty.ndjson")).toEqual({
      format: "ndjson",
      records: 0,
      created: 0,
      updated: 0,
      unchanged: 0,
    });
    expect(await bench.runWith({ stdin: "" }, "import", "-")).toMatchObject({ exitCode: 0 });
  });

  test("a backup is made, listed and restored", async () => {
    await createTasks();
    const made = (await bench.json("backup", "create")) as { path: string; stateHash: string };
    expect(made).toEqual({
      path: expect.stringContaining(join("data", "hubstead", "backups")),
      createdAt: expect.any(String),
      sizeBytes: expect.any(Number),
      entities: 3,
      changes: 3,
      stateHash: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
    expect(await bench.json("backup", "list")).toEqual([made]);
    expect(await bench.json("backup", "restore", made.path, "restored.db")).toMatchObject({
      path: join(bench.folder, "restored.db"),
      stateHash: made.stateHash,
    });
    expect(await bench.json("get", "task-a", "--store", "restored.db")).toMatchObject({ id: "task-a" });
    expect(await refused(11, "backup", "restore", made.path, "restored.db")).toContain("exists already");
    expect((await bench.run("backup", "create", "elsewhere")).stdout).toMatch(
      /^backed up to .*elsewhere.* \(3 entities, 3 changes\)\n$/u,
    );
    expect((await bench.run("backup", "list", "elsewhere")).stdout.split("\n")).toHaveLength(2);
    expect(await bench.run("backup", "list", "nowhere")).toMatchObject({ exitCode: 0, stdout: "" });
    await refused(10, "backup", "restore", "nothing", "x.db");
  });

  test("verify, rebuild and status", async () => {
    await createTasks();
    expect(await bench.run("verify")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^ok .*store\.db\n$/u),
    });
    expect(await bench.json("verify")).toEqual({ ok: true, findings: [] });
    expect(await bench.json("rebuild")).toEqual({ entities: 3, changes: 3 });
    expect(await bench.run("rebuild")).toMatchObject({ stdout: "rebuilt 3 entities from 3 changes\n" });
    expect(await bench.json("status")).toEqual({
      path: expect.stringContaining("store.db"),
      replica: expect.any(String),
      schemaVersion: expect.any(Number),
      engine: expect.stringContaining("SQLite 3."),
      entities: 3,
      deleted: 0,
      changes: 3,
      conflicts: 0,
      unindexed: expect.any(Number),
      sizeBytes: expect.any(Number),
    });
    expect((await bench.run("status")).stdout).toMatch(/^store +.*\nentities +3 \(and 0 deleted\)\n/u);
  });

  test("an interruption ends an import after a whole transaction", async () => {
    const controller = new AbortController();
    const lines = Array.from({ length: 1_000 }, (_, index) =>
      JSON.stringify({ id: `task-${index}`, data: { index } }),
    );
    controller.abort();
    const result = await bench.runWith({ stdin: lines.join("\n"), signal: controller.signal }, "import", "-");
    expect(result).toEqual({
      exitCode: 130,
      stdout: "",
      stderr: "error: interrupted; what was acknowledged before is kept\n",
    });
    expect(await bench.json("verify")).toMatchObject({ ok: true });
  });
});
