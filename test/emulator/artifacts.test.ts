/**
 * @module Attempts of runs, and the artifacts that runs leave.
 */
import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { readZip } from "./read-zip.ts";

const build = `
name: Build
on: workflow_dispatch
jobs:
  build: {}
  test: { needs: build, name: Test it }
  lint: {}
  deploy: { needs: [test] }
`;

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      repositories: { "ada/data": { files: { ".github/workflows/build.yml": build } } },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

const actions = "/repos/ada/data/actions";
async function dispatch(): Promise<number> {
  await ada(`POST ${actions}/workflows/build.yml/dispatches`, { ref: "main" });
  return github.actions.runs().at(-1)!.id;
}
const jobsAt = async (run: number, attempt: number) =>
  (await ada(`GET ${actions}/runs/${run}/attempts/${attempt}/jobs`)).body.jobs as {
    id: number;
    name: string;
    status: string;
  }[];

test("each attempt of a run is kept as it ended, with its jobs and logs", async () => {
  const id = await dispatch();
  github.actions.advance(id, { status: "completed", conclusion: "failure", log: "first" });
  expect((await ada(`GET ${actions}/runs/${id}`)).body.previous_attempt_url).toBeNull();
  github.clock.advance(60_000);
  await ada(`POST ${actions}/runs/${id}/rerun`);
  github.actions.advance(id, { status: "completed", log: "second" });
  const { body: now } = await ada(`GET ${actions}/runs/${id}/attempts/2`);
  expect(now).toMatchObject({ run_attempt: 2, conclusion: "success" });
  expect((await ada(`GET ${actions}/runs/${id}`)).body).toEqual(now);
  const { body: before } = await ada(`GET ${now.previous_attempt_url.replace(github.url, "")}`);
  expect(before).toMatchObject({ run_attempt: 1, status: "completed", conclusion: "failure" });
  expect(Date.parse(now.run_started_at) - Date.parse(before.run_started_at)).toBeGreaterThanOrEqual(59_000);
  expect((await ada(`GET ${actions}/runs/${id}/attempts/3`)).status).toBe(404);
  expect((await ada(`GET ${actions}/runs/${id}/attempts/3/jobs`)).status).toBe(404);
  for (const [attempt, log] of [
    [1, "first"],
    [2, "second"],
  ]) {
    const { headers, status } = await ada(`GET ${actions}/runs/${id}/attempts/${attempt}/logs`);
    expect(status).toBe(302);
    const archive = await (await fetch(headers.get("location")!)).arrayBuffer();
    expect(readZip(Buffer.from(archive))["0_build.txt"]).toContain(log);
  }
  expect((await ada(`DELETE ${actions}/runs/${id}/logs`)).status).toBe(204);
  expect((await ada(`GET ${actions}/runs/${id}/attempts/1/logs`)).status).toBe(404);
});

test("a job runs again with those that need it; the others stay as they ended", async () => {
  const id = await dispatch();
  const [, job] = await jobsAt(id, 1);
  expect((await ada(`POST ${actions}/jobs/${job!.id}/rerun`)).status).toBe(403);
  github.actions.advance(id, { status: "completed" });
  expect((await bob(`POST ${actions}/jobs/${job!.id}/rerun`)).status).toBe(403);
  expect((await ada(`POST ${actions}/jobs/${job!.id}/rerun`)).status).toBe(201);
  const states = (await jobsAt(id, 2)).map(({ name, status }) => `${name} ${status}`);
  expect(states).toEqual(["build completed", "Test it queued", "lint completed", "deploy queued"]);
  expect((await ada(`POST ${actions}/jobs/1/rerun`)).status).toBe(404);
});

test("what failed runs again with what needs it", async () => {
  const id = await dispatch();
  github.actions.advance(id, {
    status: "completed",
    conclusion: "success",
    jobs: [{ name: "Test it", conclusion: "failure" }],
  });
  expect((await ada(`POST ${actions}/runs/${id}/rerun-failed-jobs`)).status).toBe(201);
  const queued = (await jobsAt(id, 2)).filter(({ status }) => status === "queued");
  expect(queued.map(({ name }) => name)).toEqual(["Test it", "deploy"]);
});

test("an artifact is a zip behind a link that is good for a minute", async () => {
  const id = await dispatch();
  github.actions.advance(id, {
    status: "completed",
    artifacts: [
      { name: "report", files: { "a.txt": "words", "b/c.bin": new Uint8Array([0, 1]) } },
      { name: "empty", files: {} },
    ],
  });
  const { body } = await bob(`GET ${actions}/artifacts`);
  expect(body).toMatchObject({ total_count: 2, artifacts: [{ name: "empty" }, { name: "report" }] });
  const [, report] = body.artifacts;
  expect(report).toMatchObject({ expired: false, workflow_run: { id, head_branch: "main" } });
  expect((await bob(`GET ${actions}/artifacts?name=report`)).body).toEqual({
    total_count: 1,
    artifacts: [report],
  });
  expect((await bob(`GET ${actions}/runs/${id}/artifacts?direction=asc`)).body.artifacts).toMatchObject([
    { name: "report" },
    { name: "empty" },
  ]);
  expect((await bob(`GET ${actions}/artifacts/${report.id}`)).body).toEqual(report);
  const path = report.archive_download_url.replace(github.url, "");
  const anonymous = callAs(github);
  expect((await anonymous(`GET ${path}`)).status).toBe(401);
  const { status, headers } = await bob(`GET ${path}`);
  expect(status).toBe(302);
  const url = headers.get("location")!;
  const zip = Buffer.from(await (await fetch(url)).arrayBuffer());
  expect(readZip(zip)).toEqual({ "a.txt": "words", "b/c.bin": "\0\u0001" });
  expect(zip.length).toBe(report.size_in_bytes);
  expect(report.digest).toBe(`sha256:${createHash("sha256").update(zip).digest("hex")}`);
  github.clock.advance(60_000);
  expect((await fetch(url)).status).toBe(403);
  expect((await bob(`GET ${actions}/artifacts/${report.id}/tar`)).status).toBe(404);
  expect((await bob(`DELETE ${actions}/artifacts/${report.id}`)).status).toBe(403);
  expect((await ada(`DELETE ${actions}/artifacts/${report.id}`)).status).toBe(204);
  expect((await ada(`GET ${actions}/artifacts/${report.id}`)).status).toBe(404);
});

test("an artifact expires after ninety days, and goes with its run", async () => {
  const id = await dispatch();
  github.actions.advance(id, { status: "completed", artifacts: [{ name: "report", files: { a: "1" } }] });
  const [{ id: artifact }] = (await ada(`GET ${actions}/artifacts`)).body.artifacts;
  github.clock.advance(90 * 86_400_000);
  expect((await ada(`GET ${actions}/artifacts/${artifact}`)).body.expired).toBe(true);
  expect((await ada(`GET ${actions}/artifacts/${artifact}/zip`)).status).toBe(410);
  expect((await ada(`DELETE ${actions}/runs/${id}`)).status).toBe(204);
  expect((await ada(`GET ${actions}/artifacts`)).body.total_count).toBe(0);
});

test("names that no artifact can have, and files outside it, are refused", async () => {
  const id = await dispatch();
  const leave = (name: string, path = "a") =>
    github.actions.advance(id, { status: "completed", artifacts: [{ name, files: { [path]: "1" } }] });
  expect(() => leave("a/b")).toThrow("no name of an artifact");
  expect(() => leave("")).toThrow("no name of an artifact");
  for (const path of ["../a", "/a", "a//b", "a\\b", "."])
    expect(() => leave("report", path)).toThrow("no file");
});
