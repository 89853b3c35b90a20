import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startCheckedGitHub } from "../../test/emulator/checked-github.ts";
import { createVirtualClock } from "../../test/github/virtual-clock.ts";
import type { EmulatedGitHub } from "../emulator/start-github.ts";
import { GitHubClient, type GitHubClientOptions } from "../github/client/github-client.ts";
import type { ImportPlan } from "./import-objects.ts";
import type { ImportedObject } from "./import-plan.ts";
import type { IssueStore } from "./issue-store.ts";
import { openIssueStore } from "./open-issue-store.ts";

let github: EmulatedGitHub;
const clients: GitHubClient[] = [];

beforeEach(async () => {
  github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    seed: { users: { ada: {}, bob: {} }, repositories: { "ada/data": { collaborators: { bob: "write" } } } },
  });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await github.close();
});

function storeOf(login: string, options: GitHubClientOptions = {}): IssueStore {
  const client = new GitHubClient({
    apiUrl: github.url,
    token: github.tokenFor(login),
    cache: false,
    retry: { attempts: 2, firstPauseMs: 1, lagMs: 0 },
    limits: {
      mutationGapMs: 0,
      contentPerMinute: 10_000,
      contentPerHour: 100_000,
      issuesPerMinute: 10_000,
      issuesPerHour: 100_000,
      pointsPerMinute: 1_000_000,
      reserve: 0,
    },
    ...options,
  });
  clients.push(client);
  return openIssueStore({ repo: "ada/data", github: client });
}

const objects = (count: number): ImportedObject[] =>
  Array.from({ length: count }, (_, index) => ({ id: `task-${index}`, data: { index } }));
const operations = () => github.requests.list().map(({ operation }) => operation);
const countOf = (name: string) => operations().filter((operation) => operation === name).length;
const issues = () => github.state.issues.all();
const comments = () => github.state.comments.all();

/** Each object once, whole, and nothing else. */
async function expectWhole(count: number): Promise<void> {
  const { objects: listed, duplicates, unreadable } = await storeOf("ada").list();
  expect([duplicates, unreadable]).toEqual([[], []]);
  expect(listed.map(({ id, data, isPending }) => ({ id, data, isPending }))).toEqual(
    objects(count).map((object) => ({ ...object, isPending: false })),
  );
  expect(issues().map(({ state }) => state)).toEqual(issues().map(() => "closed"));
  expect(new Set(comments().map(({ issueId }) => issueId)).size).toBe(count);
}

test("an issue takes one request, the initial states of ten objects one more", async () => {
  const plans: ImportPlan[] = [];
  const report = await storeOf("ada").import(objects(25), { onPlan: (plan) => plans.push(plan) });
  expect(report).toMatchObject({
    created: 25,
    finished: 0,
    replaced: 0,
    unchanged: 0,
    differing: [],
    failed: [],
  });
  expect(plans).toMatchObject([{ objects: 25, create: 25, requests: 28 }]);
  expect([countOf("issues/create"), countOf("graphql")]).toEqual([25, 3]);
  expect(operations().length - 28).toBe(3);
  await expectWhole(25);
  expect(comments().length).toBe(25);
  const store = storeOf("bob");
  await store.increment("task-7", "/index", 1, { process: true });
  expect(await store.get("task-7")).toMatchObject({ data: { index: 8 }, version: 2 });
});

test("labels, status, type and the time of its making come along", async () => {
  const [object] = objects(1);
  const createdAt = "2025-01-31T08:00:00.000Z";
  const more = { labels: ["TODO:read"], status: "active", type: "paper", createdAt };
  await storeOf("ada").import([{ ...object!, ...more }]);
  expect(await storeOf("ada").get("task-0")).toMatchObject({ labels: ["TODO:read"], status: "active" });
  expect(JSON.parse(comments()[0]!.body)._meta).toMatchObject({
    timestamp: createdAt,
    issue_number: 1,
    hubstead: { type: "paper" },
  });
});

test("what is there already costs one listing, and is not made again", async () => {
  await storeOf("ada").import(objects(30));
  github.requests.clear();
  const report = await storeOf("ada").import(objects(31));
  expect(report).toMatchObject({ created: 1, unchanged: 30, plan: { requests: 2 } });
  // The listing, the newest issue, the one after it; then the issue and its initial state.
  expect(operations().length).toBe(5);
  await expectWhole(31);
});

test("other data is reported, and replaced when that is asked for", async () => {
  await storeOf("ada").import(objects(3));
  const changed = objects(3).map((object) => ({ ...object, data: { index: 7 } }));
  expect(await storeOf("ada").import(changed)).toMatchObject({
    replaced: 0,
    differing: [{ id: "task-0" }, { id: "task-1" }, { id: "task-2" }],
  });
  expect((await storeOf("ada").get("task-1")).data).toEqual({ index: 1 });
  expect(await storeOf("ada").import(changed, { update: true })).toMatchObject({
    replaced: 3,
    differing: [],
  });
  expect(await storeOf("ada").get("task-1")).toMatchObject({ data: { index: 7 }, version: 2 });
});

test("a dry run says what there is to do, and writes nothing", async () => {
  const { plan, created } = await storeOf("ada").import(objects(12), { dryRun: true });
  expect(plan).toMatchObject({ create: 12, requests: 14 });
  expect(created).toBe(0);
  expect(issues()).toEqual([]);
});

test("an object that no issue holds is named, and the others are made", async () => {
  const wrong = [
    { id: "large", data: "x".repeat(60_000) },
    { id: " ", data: 1 },
    { id: 5, data: 1 },
    { id: "labels", data: 1, labels: ["a,b"] },
    { id: "number", data: Number.NaN },
    { id: "time", data: 1, createdAt: "yesterday" },
    { id: "task-1", data: "something else" },
  ] as unknown as ImportedObject[];
  const { created, unchanged, failed } = await storeOf("ada").import([
    ...objects(2),
    ...wrong,
    ...objects(1),
  ]);
  expect([created, unchanged]).toEqual([2, 1]);
  expect(failed).toMatchObject([
    { id: "large", error: { code: "invalid_input", data: { expected: 60_000 } } },
    ...[" ", "5", "labels", "number", "time", "task-1"].map((id) => ({
      id,
      error: { code: "invalid_input" },
    })),
  ]);
  await expectWhole(2);
});

test("what GitHub itself refuses is named, and the others are made", async () => {
  github.faults.add({
    operation: "issues/create",
    times: 1,
    after: 1,
    does: { kind: "status", status: 422, body: { message: "Validation Failed" } },
  });
  const { created, failed } = await storeOf("ada").import(objects(3));
  expect(created).toBe(2);
  expect(failed).toMatchObject([{ id: "task-1", error: { code: "invalid_input" } }]);
});

test("ids that differ in their case alone, or are too long for a label, are objects of their own", async () => {
  const ids = ["Foo", "foo", "FOO", "x".repeat(120), `${"x".repeat(119)}y`];
  await storeOf("ada").import(ids.map((id) => ({ id, data: id })));
  for (const id of ids) expect((await storeOf("ada").get(id)).data).toBe(id);
  expect(await storeOf("ada").import(ids.map((id) => ({ id, data: id })))).toMatchObject({ unchanged: 5 });
});

describe("an import that is killed", () => {
  /** All requests after so many get no answer; the last one may have reached GitHub. */
  function mortalFetch(lives: number, reaches: boolean): typeof globalThis.fetch {
    let left = lives;
    return async (input, init) => {
      if (left-- > 0) return fetch(input, init);
      if (left === -1 && reaches) await (await fetch(input, init)).arrayBuffer();
      throw new TypeError("fetch failed", {
        cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }),
      });
    };
  }

  test.each(
    Array.from({ length: 18 }, (_, lives) => lives).flatMap(
      (lives) =>
        [
          [lives, "before the next one arrives", false, 0],
          [lives, "after the next one has arrived", true, 0],
          [lives, "after the next one has arrived, where lists are behind", true, 10_000],
        ] as const,
    ),
  )("after %i requests, %s, goes on without making anything twice", async (lives, _, reaches, lagMs) => {
    github.lag.listsMs = lagMs;
    const first = storeOf("ada", { fetch: mortalFetch(lives, reaches) });
    const outcome = await first.import(objects(12)).then(
      () => "whole",
      (error: { code: string }) => error.code,
    );
    expect(["whole", "ambiguous_write", "remote_unavailable"]).toContain(outcome);
    const report = await storeOf("ada").import(objects(12));
    expect(report.created + report.finished + report.unchanged).toBe(12);
    expect(report.failed).toEqual([]);
    github.lag.listsMs = 0;
    await expectWhole(12);
    const { duplicates } = await storeOf("ada").list();
    expect(duplicates).toEqual([]);
    expect(issues().length).toBe(12);
  });
});

test("of a request that is cut in the middle only the rest is sent again", async () => {
  github.faults.add({ operation: "graphql", times: 1, does: { kind: "prefix", mutations: 7 } });
  expect(await storeOf("ada").import(objects(10))).toMatchObject({ created: 10, failed: [] });
  await expectWhole(10);
  expect(comments().length).toBe(10);
});

test("an interruption leaves nothing half done", async () => {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = github.faults.add({ operation: "issues/create", after: 15, does: { kind: "latency", ms: 1 } });
  const importing = storeOf("ada", {
    fetch: async (input, init) => {
      if (countOf("issues/create") === 15) controller.abort(new Error("enough"));
      return fetch(input, init);
    },
  }).import(objects(30), { signal: controller.signal });
  importing.finally(resolve).catch(() => undefined);
  await expect(importing).rejects.toThrow("enough");
  await promise;
  stop();
  expect(issues().filter(({ state }) => state === "open")).toEqual([]);
  expect(await storeOf("ada").import(objects(30))).toMatchObject({ created: 15, unchanged: 15 });
  await expectWhole(30);
});

test("what somebody else is making right now is left to them, and finished when they do not come to it", async () => {
  await fetch(`${github.url}/repos/ada/data/issues`, {
    method: "POST",
    headers: { authorization: `Bearer ${github.tokenFor("bob")}` },
    body: JSON.stringify({
      title: "Stored Object: task-0",
      body: '{\n  "index": 0\n}',
      labels: ["gh-store", "stored-object", "UID:task-0"],
    }),
  });
  expect(await storeOf("ada").import(objects(2))).toMatchObject({
    created: 1,
    failed: [{ id: "task-0", error: { code: "busy", data: { issueNumber: 1 } } }],
  });
  github.clock.advance(11 * 60_000);
  const later = new GitHubClient({ apiUrl: github.url, token: github.tokenFor("ada"), cache: false });
  clients.push(later);
  const store = openIssueStore({ repo: "ada/data", github: later, now: github.clock.now });
  expect(await store.import(objects(2))).toMatchObject({ finished: 1, unchanged: 1, failed: [] });
  await expectWhole(2);
});

test("of an object that somebody makes at the same time the lower number is the object, and the other is named", async () => {
  const other = storeOf("bob");
  let isMade = false;
  const report = await storeOf("ada", {
    fetch: async (input, init) => {
      if (!isMade && init?.method === "POST" && String(input).endsWith("/issues")) {
        isMade = true;
        await other.create("task-0", { by: "bob" });
      }
      return fetch(input, init);
    },
  }).import(objects(2));
  expect(report).toMatchObject({ created: 1, failed: [{ id: "task-0", error: { code: "already_exists" } }] });
});

test("it takes as long as it says, and GitHub never refuses anything", { timeout: 300_000 }, async () => {
  const clock = createVirtualClock();
  const real = await startCheckedGitHub({
    clock: clock.now,
    checksRequests: true,
    seed: { users: { ada: {} }, repositories: { "ada/data": {} } },
  });
  const client = new GitHubClient({
    apiUrl: real.url,
    token: real.tokenFor("ada"),
    clock,
    fetch: clock.fetch,
  });
  const store = openIssueStore({ repo: "ada/data", github: client, now: clock.now });
  const waits: string[] = [];
  const { plan, created } = await store.import(objects(250), {
    onProgress: ({ waitingUntil }) => {
      if (waitingUntil !== undefined) waits.push(waitingUntil);
    },
  });
  expect(created).toBe(250);
  const startedAt = Date.parse(real.requests.list()[0]!.at);
  const said = Date.parse(plan.doneAt) - startedAt;
  const took = clock.now() - startedAt;
  expect(said / took).toBeGreaterThan(0.95);
  expect(said / took).toBeLessThan(1.1);
  expect(waits.length).toBeGreaterThan(0);
  expect(real.requests.list().filter(({ status }) => status >= 400 && status !== 404)).toEqual([]);
  // The issues that are open while nothing goes on would look as if something waited in them.
  expect(countIn(real, "graphql")).toBeLessThanOrEqual(28);
  await client.close();
  await real.close();
});

function countIn(emulated: EmulatedGitHub, name: string): number {
  return emulated.requests.count(name);
}
