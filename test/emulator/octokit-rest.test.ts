/**
 * @module Whole stories by an unmodified client: `@octokit/rest` with its plugins for throttling and retries, by the
 * paths of github.com and by those of an Enterprise Server.
 */
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit as Rest } from "@octokit/rest";
import { expect, test } from "vitest";
import type { EmulatedGitHub, StartOptions } from "../../src/emulator/start-github.ts";
import { startCheckedGitHub } from "./checked-github.ts";

const Octokit = Rest.plugin(throttling, retry);

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

interface ClientOptions {
  readonly prefix?: string;
  /** Called when the client is told to wait; it does so for a ten-thousandth of the time. */
  readonly onLimit?: (kind: "primary" | "secondary", retryAfterSeconds: number) => void;
}

/** The plugins' own spacing of writes is left on; their waits are shortened, since no test waits for an hour. */
function connect(github: EmulatedGitHub, { prefix = "", onLimit }: ClientOptions = {}) {
  const hear = (kind: "primary" | "secondary") => (retryAfterSeconds: number) => {
    onLimit?.(kind, retryAfterSeconds);
    return onLimit !== undefined;
  };
  const throttle = {
    id: github.url,
    retryAfterBaseValue: 0.1,
    // Three seconds after each comment would be all that these tests do. The plugin's types do not have this option.
    triggersNotification: () => false,
    onRateLimit: hear("primary"),
    onSecondaryRateLimit: hear("secondary"),
  };
  return new Octokit({
    auth: github.tokenFor("ada"),
    baseUrl: github.url + prefix,
    log: quiet,
    throttle,
    retry: { retryAfterBaseValue: 1 },
  });
}

const start = (options: StartOptions = {}) =>
  startCheckedGitHub({
    ...options,
    seed: {
      users: { ada: {} },
      repositories: {
        "ada/data": { issues: Array.from({ length: 250 }, (_, at) => ({ title: `Issue ${at + 1}` })) },
      },
    },
  });

test.each(["", "/api/v3"])(
  "a repository lives its life by the paths %j",
  async (prefix) => {
    await using github = await start();
    const octokit = connect(github, { prefix });
    const at = { owner: "ada", repo: "story" };
    const { data: made } = await octokit.rest.repos.createForAuthenticatedUser({
      name: "story",
      auto_init: true,
    });
    expect(made.url).toBe(`${github.url}${prefix}/repos/ada/story`);
    const { data: issue } = await octokit.rest.issues.create({ ...at, title: "Hello", labels: ["bug"] });
    const { data: comment } = await octokit.rest.issues.createComment({
      ...at,
      issue_number: issue.number,
      body: "Hi",
    });
    expect(comment.issue_url).toBe(issue.url);
    await octokit.rest.repos.update({ ...at, name: "renamed" });
    // Under its old name, by redirects that fetch follows.
    const { data: found } = await octokit.rest.issues.get({ ...at, issue_number: 1 });
    expect(found).toMatchObject({ title: "Hello", comments: 1, labels: [{ name: "bug" }] });
    const { data: closed } = await octokit.rest.issues.update({ ...at, issue_number: 1, state: "closed" });
    expect(closed.repository_url).toBe(`${github.url}${prefix}/repos/ada/renamed`);
    expect(github.requests.names()).toContain("issues/create-comment");
  },
  20_000,
);

test.each(["", "/api/v3"])(
  "all pages of a long list are read, each once, by the paths %j",
  async (prefix) => {
    await using github = await start();
    const octokit = connect(github, { prefix });
    const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
      owner: "ada",
      repo: "data",
      state: "all",
      per_page: 100,
    });
    expect(new Set(issues.map(({ number }) => number)).size).toBe(250);
    expect(github.requests.count("issues/list-for-repo")).toBe(3);
  },
);

test("a client that has used up its requests waits for the reset", async () => {
  await using github = await start({ limits: { core: { user: 5 } } });
  const waits: number[] = [];
  const octokit = connect(github, {
    onLimit(kind, seconds) {
      expect(kind).toBe("primary");
      waits.push(seconds);
      github.clock.advance(3_600_000);
    },
  });
  for (let number = 1; number <= 6; number++)
    await octokit.rest.issues.get({ owner: "ada", repo: "data", issue_number: number });
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeGreaterThan(3_500);
  expect(waits[0]).toBeLessThanOrEqual(3_602);
  expect(github.requests.list().map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 403, 200]);
});

test.each([403, 429] as const)("a client waits where a secondary limit answers %i", async (status) => {
  await using github = await start({ limits: { secondary: { restPointsPerMinute: 2, status } } });
  const waits: number[] = [];
  const octokit = connect(github, {
    onLimit(kind, seconds) {
      expect(kind).toBe("secondary");
      waits.push(seconds);
      github.clock.advance(61_000);
    },
  });
  for (let number = 1; number <= 3; number++)
    await octokit.rest.issues.get({ owner: "ada", repo: "data", issue_number: number });
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeLessThanOrEqual(60);
});

test("a client tries again what failed on the server's side, and not what it did wrong itself", async () => {
  await using github = await start();
  const octokit = connect(github);
  const at = { owner: "ada", repo: "data" };
  github.faults.add({ operation: "issues/get", times: 2, does: { kind: "status", status: 502 } });
  expect((await octokit.rest.issues.get({ ...at, issue_number: 7 })).data.number).toBe(7);
  expect(github.requests.list("issues/get").map(({ status }) => status)).toEqual([502, 502, 200]);
  github.faults.add({ operation: "issues/get", times: 1, does: { kind: "reset" } });
  expect((await octokit.rest.issues.get({ ...at, issue_number: 8 })).data.number).toBe(8);
  github.requests.clear();
  await expect(octokit.rest.issues.get({ ...at, issue_number: 9_999 })).rejects.toMatchObject({
    status: 404,
  });
  await expect(octokit.rest.issues.update({ ...at, issue_number: 1, title: "" })).rejects.toMatchObject({
    status: 422,
    response: { data: { message: "Validation Failed" } },
  });
  expect(github.requests.count()).toBe(2);
});

test("a request that failed after it took effect is made twice by a client that tries again", async () => {
  await using github = await start();
  const octokit = connect(github);
  github.faults.add({
    operation: "issues/create",
    times: 1,
    effect: "done",
    does: { kind: "status", status: 502 },
  });
  await octokit.rest.issues.create({ owner: "ada", repo: "data", title: "Twice" });
  expect(github.state.issues.all().filter(({ title }) => title === "Twice")).toHaveLength(2);
});
