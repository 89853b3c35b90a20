/**
 * @module `hubstead issues import`, on the emulator.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCheckedGitHub } from "../../../../test/emulator/checked-github.ts";
import { createFastClock } from "../../../../test/github/fast-clock.ts";
import type { EmulatedGitHub } from "../../../emulator/start-github.ts";
import { openWorkbench, type Workbench } from "../../captured-run.ts";

let github: EmulatedGitHub;
let bench: Workbench;

beforeEach(async () => {
  github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    seed: { users: { ada: {} }, repositories: { "ada/data": {} } },
  });
  bench = openWorkbench();
});
afterEach(async () => {
  bench.remove();
  await github.close();
});

function runWith(options: Parameters<Workbench["runWith"]>[0], ...argv: readonly string[]) {
  const env = {
    GITHUB_API_URL: github.url,
    GITHUB_TOKEN: github.tokenFor("ada"),
    GITHUB_REPOSITORY: "ada/data",
    PATH: "",
  };
  return bench.runWith(
    { clock: createFastClock(100), ...options, env: { ...env, ...options.env } },
    "issues",
    ...argv,
  );
}
const run = (...argv: readonly string[]) => runWith({}, ...argv);
const json = async (...argv: readonly string[]) => JSON.parse((await run(...argv, "--json")).stdout);

const snapshot = JSON.stringify({
  snapshot_time: "2025-02-01T00:00:00+00:00",
  repository: "old/store",
  objects: Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [
      `paper:arxiv.${index}`,
      { data: { index }, meta: { created_at: `2025-01-${10 + index}T08:00:00+00:00` } },
    ]),
  ),
});

test("a snapshot of gh-store becomes objects, and says before how long it takes", async () => {
  writeFileSync(join(bench.folder, "snapshot.json"), snapshot);
  const { exitCode, stdout, stderr } = await run("import", "snapshot.json");
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: "imported 12 objects: 0 replaced, 0 as they were\n",
  });
  expect(stderr).toMatch(
    /^12 objects: 12 to make\n14 requests, done \d{4}-\d\d-\d\d \d\d:\d\dZ \(in a minute\) by GitHub's limits\n$/u,
  );
  expect(await json("get", "paper:arxiv.7")).toMatchObject({ data: { index: 7 }, version: 1 });
  expect(await json("import", "snapshot.json")).toMatchObject({
    plan: { objects: 12, requests: 0 },
    created: 0,
    unchanged: 12,
  });
});

test("what `hubstead export` writes comes along with its status, and one that was changed is replaced when asked", async () => {
  for (const title of ["One", "Two"])
    await bench.run("put", `task-${title}`, `title=${title}`, "--status", "open");
  await bench.run("export", "tasks.ndjson");
  expect(await json("import", "tasks.ndjson")).toMatchObject({ created: 2, failed: [] });
  expect(await json("get", "task-One")).toMatchObject({ data: { title: "One" }, status: "open" });
  await bench.run("update", "task-One", "title=Uno");
  await bench.run("export", "changed.ndjson");
  const reported = await run("import", "changed.ndjson");
  expect(reported.exitCode).toBe(0);
  expect(reported.stderr).toContain("task-One (issue 1) is there with other data: --update replaces it\n");
  expect(await json("import", "changed.ndjson", "--update")).toMatchObject({ replaced: 1, unchanged: 1 });
  expect(await json("get", "task-One")).toMatchObject({ data: { title: "Uno" }, version: 2 });
});

test("the standard input works as well, and a dry run sends nothing", async () => {
  const lines = [1, 2, 3]
    .map((index) => `${JSON.stringify({ id: `task-${index}`, data: { index } })}\n`)
    .join("");
  const { exitCode, stdout, stderr } = await runWith({ stdin: lines }, "import", "-", "--dry-run");
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
  expect(stderr).toContain("3 objects: 3 to make\n4 requests");
  expect(github.state.issues.all()).toEqual([]);
});

test("an object that no issue holds stops no other, and decides the exit code", async () => {
  const lines = [
    { id: "task-a", data: {} },
    { id: "task-large", data: { text: "x".repeat(60_000) } },
    { id: "task-b", data: {} },
  ];
  const stdin = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const { exitCode, stdout, stderr } = await runWith({ stdin }, "import", "-");
  expect(exitCode).toBe(2);
  expect(stdout).toBe("imported 2 objects: 0 replaced, 0 as they were\n");
  expect(stderr).toContain('failed task-large: the object "task-large" has');
  expect(stderr).toMatch(/error: 1 of 3 objects were not imported: .*\n hint: .* The others are done/u);
});

test("a file that makes no sense is refused with its line, before anything is sent", async () => {
  writeFileSync(join(bench.folder, "bad.ndjson"), '{"id":"task-a","data":{}}\n{"id":\n');
  const { exitCode, stderr } = await run("import", "bad.ndjson");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("bad.ndjson line 2");
  expect(github.requests.list()).toEqual([]);
});

test("an interrupted import says how to go on, and goes on", async () => {
  writeFileSync(join(bench.folder, "snapshot.json"), snapshot);
  const controller = new AbortController();
  const waiting = setInterval(() => {
    if (github.requests.count("issues/create") >= 3) controller.abort();
  }, 1);
  const { exitCode, stderr } = await runWith({ signal: controller.signal }, "import", "snapshot.json");
  clearInterval(waiting);
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/\n\d+ objects done; the same command goes on from there\nerror: interrupted/u);
  const { created, finished, unchanged } = await json("import", "snapshot.json");
  expect(created + finished + unchanged).toBe(12);
  expect(unchanged + finished).toBeGreaterThan(0);
  expect(github.state.issues.all().length).toBe(12);
  expect(github.state.issues.all().filter(({ state }) => state === "open")).toEqual([]);
});
