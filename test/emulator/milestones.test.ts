/**
 * @module Milestones of the emulator, as the REST API shows them.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs, type Reply } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: { users: { ada: {}, bob: {} }, repositories: { "ada/data": { collaborators: { bob: "triage" } } } },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

const titles = ({ body }: Reply): string[] => (body as { title: string }[]).map(({ title }) => title);

test("a milestone is created, read, changed, closed and removed", async () => {
  const made = await ada("POST /repos/ada/data/milestones", {
    title: "v1",
    description: "First",
    due_on: "2030-01-02T00:00:00Z",
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      number: 1,
      title: "v1",
      state: "open",
      due_on: "2030-01-02T00:00:00Z",
      creator: { login: "ada" },
    },
  });
  expect(made.headers.get("location")).toBe(made.body.url);
  await ada("POST /repos/ada/data/issues", { title: "x", milestone: 1 });
  expect((await bob("GET /repos/ada/data/milestones/1")).body).toMatchObject({ open_issues: 1 });
  expect(
    (await ada("PATCH /repos/ada/data/milestones/1", { state: "closed", due_on: null })).body,
  ).toMatchObject({
    state: "closed",
    due_on: null,
    closed_at: expect.any(String),
  });
  expect((await ada("PATCH /repos/ada/data/milestones/1", { state: "open" })).body.closed_at).toBeNull();
  expect((await ada("DELETE /repos/ada/data/milestones/1")).status).toBe(204);
  expect((await ada("GET /repos/ada/data/milestones/1")).status).toBe(404);
  expect((await ada("GET /repos/ada/data/issues/1")).body.milestone).toBeNull();
  expect((await ada("POST /repos/ada/data/milestones", { title: "v2" })).body.number).toBe(2);
});

test("milestones are listed by their dates, or by what is done of them", async () => {
  for (const [title, due_on] of [
    ["none", undefined],
    ["late", "2031-01-01T00:00:00Z"],
    ["soon", "2030-01-01T00:00:00Z"],
  ])
    await ada("POST /repos/ada/data/milestones", { title, ...(due_on === undefined ? {} : { due_on }) });
  await ada("POST /repos/ada/data/milestones", { title: "old", state: "closed" });
  await ada("POST /repos/ada/data/issues", { title: "x", milestone: 1 });
  await ada("PATCH /repos/ada/data/issues/1", { state: "closed" });
  expect(titles(await ada("GET /repos/ada/data/milestones"))).toEqual(["soon", "late", "none"]);
  expect(titles(await ada("GET /repos/ada/data/milestones?direction=desc"))).toEqual([
    "late",
    "soon",
    "none",
  ]);
  expect(titles(await ada("GET /repos/ada/data/milestones?state=closed"))).toEqual(["old"]);
  expect(titles(await ada("GET /repos/ada/data/milestones?sort=completeness&direction=desc"))[0]).toBe(
    "none",
  );
  expect((await ada("GET /repos/ada/data/milestones?state=any")).status).toBe(422);
});

test("a title is there once, and those who may not write make none", async () => {
  await ada("POST /repos/ada/data/milestones", { title: "v1" });
  expect(await ada("POST /repos/ada/data/milestones", { title: "V1" })).toMatchObject({
    status: 422,
    body: { errors: [{ resource: "Milestone", field: "title", code: "already_exists" }] },
  });
  expect((await ada("PATCH /repos/ada/data/milestones/1", { title: "v1" })).status).toBe(200);
  for (const body of [
    {},
    { title: " " },
    { title: "x".repeat(256) },
    { title: "x", due_on: "soon" },
    { title: 1 },
  ])
    expect((await ada("POST /repos/ada/data/milestones", body)).status).toBe(422);
  expect((await bob("POST /repos/ada/data/milestones", { title: "x" })).status).toBe(403);
  expect((await callAs(github)("POST /repos/ada/data/milestones", { title: "x" })).status).toBe(401);
});
