import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { startWithWorkflow as start } from "../../../test/github/emulated-workflows.ts";
import { workflowMethods } from "./workflows.ts";

test("logs come as texts from another origin, without the token, and their names lead nowhere", async () => {
  await using emulated = await start();
  const { triggerWorkflow, getWorkflowLogs } = workflowMethods(emulated.session);
  const id = await triggerWorkflow("app", "deploy.yml");
  await expect(getWorkflowLogs("app", id)).rejects.toMatchObject({ code: "not_found" });
  emulated.github.actions.advance(id, {
    status: "completed",
    jobs: [{ name: "build", steps: [{ name: "../Tests", log: "grün\nall good" }], log: "hello" }],
  });
  const { files, isTruncated } = await getWorkflowLogs("app", id);
  expect(isTruncated).toBe(false);
  expect(files.map(({ path }) => path)).toEqual([
    "0_build.txt",
    "build/1_Set up job.txt",
    "build/2_..Tests.txt",
    "build/3_Complete job.txt",
    "1_publish.txt",
    "publish/1_Set up job.txt",
    "publish/2_Run npm publish.txt",
    "publish/3_Complete job.txt",
  ]);
  expect(files[2]).toMatchObject({ text: expect.stringMatching(/Z grün\n\S+Z all good\n$/u) });
  const short = await getWorkflowLogs("app", id, { maxBytes: 30 });
  expect(short.isTruncated).toBe(true);
  expect(Buffer.byteLength(short.files.map(({ path, text }) => path + text).join(""))).toBe(30);
  await expect(getWorkflowLogs("app", id, { maxEntries: 3 })).rejects.toMatchObject({ code: "corrupt" });
});

test("of a failed run the failed jobs and steps are told, with the lines about their last error", async () => {
  await using emulated = await start();
  const { triggerWorkflow, getFailure } = workflowMethods(emulated.session);
  const { actions, github } = { actions: emulated.github.actions, github: emulated.github };
  const id = await triggerWorkflow("app", "deploy.yml");
  const log = ["much before", "npm run build", "##[error]Exit code 1", "cleaning up", "bye"].join("\n");
  actions.advance(id, {
    status: "completed",
    conclusion: "failure",
    jobs: [
      { name: "build", conclusion: "failure", steps: [{ name: "Build all", conclusion: "failure", log }] },
      { name: "publish", conclusion: "skipped" },
    ],
  });
  const { run, jobs } = await getFailure("app", id);
  expect(run.conclusion).toBe("failure");
  expect(jobs).toMatchObject([
    {
      name: "build",
      conclusion: "failure",
      failedSteps: [{ number: 2, name: "Build all", conclusion: "failure" }],
      excerpt: expect.stringMatching(/much before[\s\S]*##\[error\]Exit code 1$/u),
      unavailable: undefined,
    },
  ]);
  const [short] = (await getFailure("app", id, { excerptBytes: 40 })).jobs;
  expect(short?.excerpt).toMatch(/##\[error\]Exit code 1$/u);
  expect(Buffer.byteLength(short?.excerpt ?? "")).toBeLessThanOrEqual(40);
  expect((await getFailure("app", id, { maxLogs: 0 })).jobs).toMatchObject([
    { name: "build", excerpt: undefined, unavailable: expect.stringContaining("maxLogs") },
  ]);
  github.state.runs.put({ ...github.state.runs.get(id)!, hasLogs: false });
  expect((await getFailure("app", id)).jobs).toMatchObject([
    { excerpt: undefined, unavailable: expect.stringContaining("the log of job") },
  ]);
});

test("an answer that is no archive is told as such", async () => {
  const other: typeof globalThis.fetch = async (input, init) =>
    String(input).endsWith("/logs") ? new Response(gzipSync("not a zip")) : fetch(input, init);
  await using emulated = await start({ fetch: { fetch: other } });
  const { getWorkflowLogs } = workflowMethods(emulated.session);
  await expect(getWorkflowLogs("app", 1)).rejects.toMatchObject({ code: "corrupt" });
});

test("a download that is aborted is not said to be damaged", async () => {
  const hanging: typeof globalThis.fetch = async (input, init) =>
    String(input).endsWith("/logs")
      ? new Response(
          new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("PK")) }),
        )
      : fetch(input, init);
  await using emulated = await start({ fetch: { fetch: hanging } });
  const { getWorkflowLogs } = workflowMethods(emulated.session);
  const stop = new AbortController();
  const logs = getWorkflowLogs("app", 1, { signal: stop.signal });
  setTimeout(() => stop.abort(), 50);
  await expect(logs).rejects.toMatchObject({ name: "AbortError" });
});
