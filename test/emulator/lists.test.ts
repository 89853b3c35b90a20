/**
 * @module Lists: filters, order, pages, cursors, and what moves while somebody reads them.
 */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs, type Reply } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      repositories: { "ada/data": { collaborators: { bob: "write" } } },
    },
    clock: () => Date.parse("2026-01-01T00:00:00.500Z"),
    limits: false,
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

const open = "POST /repos/ada/data/issues";
const list = "GET /repos/ada/data/issues";
const numbers = (reply: { body: { number: number }[] }) => reply.body.map(({ number }) => number);

async function openIssues(count: number): Promise<void> {
  for (let made = 0; made < count; made++) {
    await ada(open, { title: `Issue ${made}` });
    github.clock.advance(1_000);
  }
}

test("open ones, the newest first, 30 to a page, unless somebody asks for something else", async () => {
  await openIssues(32);
  await ada("PATCH /repos/ada/data/issues/32", { state: "closed" });
  expect(numbers(await ada(list))).toEqual(Array.from({ length: 30 }, (_, index) => 31 - index));
  expect(numbers(await ada(`${list}?state=closed`))).toEqual([32]);
  expect(numbers(await ada(`${list}?state=all&per_page=2&direction=asc`))).toEqual([1, 2]);
  expect((await ada(`${list}?per_page=1000`)).body).toHaveLength(31);
});

test("links lead through all pages, by the repository's id", async () => {
  await openIssues(5);
  const seen: number[] = [];
  let next: string | undefined = "/repos/ada/data/issues?per_page=2";
  const shapes: string[] = [];
  while (next !== undefined) {
    const reply = await ada(`GET ${next}`);
    seen.push(...numbers(reply));
    const link = reply.headers.get("link") ?? "";
    shapes.push([...link.matchAll(/rel="(\w+)"/gu)].map(([, rel]) => rel).join(" "));
    next = /<([^>]+)>; rel="next"/u.exec(link)?.[1]?.slice(github.url.length);
    if (next !== undefined) expect(next).toMatch(/^\/repositories\/\d+\/issues\?/u);
  }
  expect(seen).toEqual([5, 4, 3, 2, 1]);
  expect(shapes).toEqual(["next last", "prev next last first", "prev first"]);
});

test("filters: labels, milestone, assignee, creator, mentioned", async () => {
  await ada(open, { title: "One", labels: ["a", "b"], assignees: ["bob"], body: "ask @bob" });
  await ada(open, { title: "Two", labels: ["a"], body: "ask @bobby" });
  await callAs(github, github.tokenFor("bob"))(open, { title: "Three" });
  expect(numbers(await ada(`${list}?labels=A`))).toEqual([2, 1]);
  expect(numbers(await ada(`${list}?labels=a,b`))).toEqual([1]);
  expect(numbers(await ada(`${list}?assignee=bob`))).toEqual([1]);
  expect(numbers(await ada(`${list}?assignee=none`))).toEqual([3, 2]);
  expect(numbers(await ada(`${list}?assignee=*`))).toEqual([1]);
  expect(numbers(await ada(`${list}?creator=bob`))).toEqual([3]);
  expect(numbers(await ada(`${list}?mentioned=bob`))).toEqual([1]);
  expect(numbers(await ada(`${list}?milestone=none`))).toEqual([3, 2, 1]);
  expect((await ada(`${list}?milestone=soon`)).status).toBe(422);
});

test("since counts whole seconds and includes the one that it names; for the beginning of 1970 there is nothing", async () => {
  await openIssues(3);
  const at = (number: number) => `2026-01-01T00:00:0${number - 1}Z`;
  expect(numbers(await ada(`${list}?since=${at(2)}`))).toEqual([3, 2]);
  expect(numbers(await ada(`${list}?since=${at(4)}`))).toEqual([]);
  expect(numbers(await ada(`${list}?since=1970-01-01T00:00:00Z`))).toEqual([]);
  expect((await ada(`${list}?since=yesterday`)).status).toBe(422);
});

test("comments of a repository: since, and a direction only with a field", async () => {
  await openIssues(2);
  for (const number of [1, 2, 1]) {
    await ada(`POST /repos/ada/data/issues/${number}/comments`, { body: `on ${number}` });
    github.clock.advance(1_000);
  }
  const comments = "GET /repos/ada/data/issues/comments";
  const bodies = (reply: { body: { body: string }[] }) => reply.body.map(({ body }) => body);
  expect(bodies(await ada(`${comments}?direction=desc`))).toEqual(["on 1", "on 2", "on 1"]);
  const first = (await ada(comments)).body[0];
  await ada(`PATCH /repos/ada/data/issues/comments/${first.id}`, { body: "edited" });
  expect(bodies(await ada(`${comments}?sort=updated&direction=desc`))).toEqual(["edited", "on 1", "on 2"]);
  expect(bodies(await ada(`${comments}?since=2026-01-01T00:00:04Z`))).toEqual(["edited", "on 1"]);
});

test("rows move between pages while somebody reads by the time of the last update", async () => {
  await openIssues(4);
  const page = (number: number) =>
    ada(`${list}?state=all&sort=updated&direction=asc&per_page=2&page=${number}`);
  const first = numbers(await page(1));
  await ada("PATCH /repos/ada/data/issues/1", { title: "Moved to the end" });
  const second = numbers(await page(2));
  expect([first, second]).toEqual([
    [1, 2],
    [4, 1],
  ]);
});

/** Makes more issues than can be listed by number. */
async function longList(): Promise<void> {
  const { issues, repositories } = github.state;
  await openIssues(1);
  const [sample] = issues.all();
  for (let number = 2; number <= 10_050; number++) issues.put({ ...sample!, id: issues.nextId(), number });
  repositories.put({ ...repositories.all()[0]!, lastNumber: 10_050 });
}

const linkTo = (reply: Reply, rel: "next" | "prev") =>
  new RegExp(`<([^>]+)>; rel="${rel}"`, "u")
    .exec(reply.headers.get("link") ?? "")?.[1]
    ?.slice(github.url.length);

test("by number GitHub goes no further than 10,000; by cursor it does", async () => {
  await longList();
  const refused = await ada(`${list}?per_page=100&page=100`);
  expect(refused).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining("cursor based pagination") },
  });
  let next: string | undefined = "/repos/ada/data/issues?per_page=100&direction=asc";
  const seen: number[] = [];
  while (next !== undefined) {
    const reply = await ada(`GET ${next}`);
    seen.push(...numbers(reply));
    next = linkTo(reply, "next");
  }
  expect(seen).toEqual(Array.from({ length: 10_050 }, (_, index) => index + 1));
});

test("a cursor goes on where its row has left the list, and leads back to the page before", async () => {
  await longList();
  const first = await ada(`${list}?per_page=10&direction=asc`);
  const next = linkTo(first, "next")!;
  for (const number of [9, 10]) await ada(`PATCH /repos/ada/data/issues/${number}`, { state: "closed" });
  const second = await ada(`GET ${next}`);
  expect(numbers(second)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  expect(numbers(await ada(`GET ${linkTo(second, "prev")!}`))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("what is no cursor is refused, what is no page of a long list is the first one", async () => {
  await longList();
  expect((await ada(`${list}?after=nonsense`)).status).toBe(422);
  expect((await ada(`${list}?before=nonsense`)).status).toBe(422);
  const first = numbers(await ada(`${list}?per_page=2`));
  expect(first).toEqual([10_050, 10_049]);
  for (const page of ["0", "-1", "abc", "1.5", ""])
    expect(numbers(await ada(`${list}?per_page=2&page=${page}`)), page).toEqual(first);
});

test("a time without a zone is in UTC, and what is no time is refused", async () => {
  vi.stubEnv("TZ", "America/New_York");
  try {
    expect(new Date("2026-01-01T00:00:00").getUTCHours()).toBe(5);
    await openIssues(2);
    expect(numbers(await ada(`${list}?since=2026-01-01T00:00:01`))).toEqual([2]);
    expect(numbers(await ada(`${list}?since=2025-12-31T19:00:01-05:00`))).toEqual([2]);
  } finally {
    vi.unstubAllEnvs();
  }
  for (const since of ["5", "yesterday", "2026-13-01", "2026"])
    expect((await ada(`${list}?since=${since}`)).status, since).toBe(422);
});

test("a state that there is not is refused for issues, and is the default for pull requests", async () => {
  await openIssues(1);
  for (const state of ["bogus", "OPEN", ""]) {
    expect(await ada(`${list}?state=${state}`)).toMatchObject({
      status: 422,
      body: {
        message: "Validation Failed",
        errors: [{ value: state, resource: "Issue", field: "state", code: "invalid" }],
      },
    });
    expect(await ada(`GET /repos/ada/data/pulls?state=${state}`)).toMatchObject({ status: 200, body: [] });
  }
});

test("HEAD tells the length of what GET sends", async () => {
  await openIssues(2);
  const lengths = ["GET", "HEAD"].map(async (method) => {
    const { headers, body } = await ada(`${method} /repos/ada/data/issues`);
    return [headers.get("content-length"), headers.get("etag"), method === "HEAD" ? body : undefined];
  });
  const [get, head] = await Promise.all(lengths);
  expect(get![0]).toMatch(/^[1-9]\d+$/u);
  expect(head).toEqual(get);
});

test("past the last page links lead back to it", async () => {
  await openIssues(5);
  const { headers, body } = await ada("GET /repos/ada/data/issues?per_page=2&page=9");
  expect(body).toEqual([]);
  const links = [...headers.get("link")!.matchAll(/[?&]page=(\d+)>; rel="(\w+)"/gu)];
  expect(links.map(([, page, rel]) => `${rel} ${page}`)).toEqual(["prev 3", "last 3", "first 1"]);
});
