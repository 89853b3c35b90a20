/**
 * @module Searches of the emulator: what is found, in which order, and what is refused.
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
    limits: { search: { signedIn: 1_000, anonymous: 1_000 } },
    clock: () => Date.parse("2026-01-15T12:00:00Z"),
    seed: {
      users: { ada: {}, bob: { name: "Bob Builder" } },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": {
          description: "All our records",
          issues: [
            {
              title: "Crash at start",
              body: "It breaks @bob",
              author: "bob",
              labels: ["bug"],
              assignees: ["ada"],
            },
            { title: "A new button", body: "Please", author: "ada", comments: ["does it crash?"] },
            { title: "Old crash", body: "gone", author: "ada", labels: ["bug", "wontfix"], state: "closed" },
          ],
        },
        "acme/secret": { visibility: "private", issues: [{ title: "Secret crash", author: "ada" }] },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

const search = (caller: Caller, q: string, more = ""): Promise<Reply> =>
  caller(`GET /search/issues?q=${encodeURIComponent(q)}${more}`);
const titles = ({ body }: Reply): string[] =>
  (body.items as { title: string }[]).map(({ title }) => title).sort();

const all = ["A new button", "Crash at start", "Old crash"];

test.each([
  ["crash", all],
  ["crash repo:acme/data is:open", ["A new button", "Crash at start"]],
  ["crash in:title", ["Crash at start", "Old crash"]],
  ["crash in:comments", ["A new button"]],
  ['"new button"', ["A new button"]],
  ["button new", ["A new button"]],
  ["crash -start", ["A new button", "Old crash"]],
  ["crash NOT start", ["A new button", "Old crash"]],
  ["is:issue state:closed", ["Old crash"]],
  ["is:pr", []],
  ["author:bob", ["Crash at start"]],
  ["-author:bob org:acme", ["A new button", "Old crash"]],
  ["assignee:ada", ["Crash at start"]],
  ["no:assignee no:label", ["A new button"]],
  ["label:bug label:wontfix", ["Old crash"]],
  ["label:wontfix,bug", ["Crash at start", "Old crash"]],
  ["-label:bug", ["A new button"]],
  ["mentions:bob", ["Crash at start"]],
  ["involves:@me", ["Crash at start"]],
  ["comments:>0", ["A new button"]],
  ["created:2026-01-15", all],
  ["created:>2026-01-15", []],
  ["created:>=2026-01-15", all],
  ["created:2026-01-01..2026-01-31 updated:<2026-02-01", all],
  ["closed:*..2026-01-16", ["Old crash"]],
  ["created:<2026-01-15T12:00:00Z", []],
  ["user:ada", []],
  ["is:private", []],
  ["what:ever", []],
])("%s finds what it means", async (query, expected) => {
  expect(titles(await search(bob, query))).toEqual(expected);
});

test("what is private is found by those who may see it", async () => {
  expect(titles(await search(ada, "secret"))).toEqual(["Secret crash"]);
  expect(titles(await search(bob, "secret"))).toEqual([]);
  expect(await search(bob, "repo:acme/secret")).toMatchObject({
    status: 422,
    body: { errors: [{ resource: "Search", field: "q", code: "invalid" }] },
  });
  const narrow = callAs(github, github.tokenFor({ user: "ada", scopes: ["public_repo"] }));
  expect(titles(await search(narrow, "secret"))).toEqual([]);
});

test("results are sorted, counted and paged", async () => {
  const first = await search(bob, "crash", "&sort=comments&order=desc&per_page=1");
  expect(first.body).toMatchObject({
    total_count: 3,
    incomplete_results: false,
    items: [{ title: "A new button" }],
  });
  expect(first.headers.get("link")).toContain('rel="next"');
  expect((await search(bob, "crash", "&page=11&per_page=100")).status).toBe(422);
  expect((await search(bob, "crash", "&sort=size")).status).toBe(422);
  expect((await search(bob, "crash", "&search_type=semantic")).status).toBe(501);
});

test.each([
  "",
  " ",
  "x".repeat(257),
  "is:nonsense",
  "created:soon",
  "comments:many",
  "no:thing",
  "repo:x",
  "user:nobody-at-all",
])("a search for %j is refused", async (query) => {
  expect((await search(bob, query)).status).toBe(422);
});

test("what GitHub can search for and the emulator cannot is not passed over", async () => {
  for (const query of ["language:go", "crash OR button", "review:approved"])
    expect((await search(bob, query)).status).toBe(501);
});

test("searches have a budget of their own, a minute long", async () => {
  await using strict = await startCheckedGitHub({
    limits: { search: { signedIn: 2, anonymous: 1 } },
    seed: { users: { ada: {} } },
  });
  const caller = callAs(strict, strict.tokenFor("ada"));
  const first = await search(caller, "x");
  expect(first.headers.get("x-ratelimit-resource")).toBe("search");
  expect((await search(caller, "x")).status).toBe(200);
  expect((await search(caller, "x")).status).toBe(403);
  expect((await caller("GET /user")).status).toBe(200);
  strict.clock.advance(61_000);
  expect((await search(caller, "x")).status).toBe(200);
});

test("repositories, people and labels are found", async () => {
  const repositories = async (caller: Caller, q: string) =>
    ((await caller(`GET /search/repositories?q=${q}`)).body.items as { full_name: string }[]).map(
      (row) => row.full_name,
    );
  expect(await repositories(bob, "data")).toEqual(["acme/data"]);
  expect(await repositories(bob, "records+in:description")).toEqual(["acme/data"]);
  expect(await repositories(bob, "records+in:name")).toEqual([]);
  expect(await repositories(bob, "org:acme")).toEqual(["acme/data"]);
  expect(await repositories(ada, "org:acme+is:private")).toEqual(["acme/secret"]);
  const people = async (q: string) =>
    ((await bob(`GET /search/users?q=${q}`)).body.items as { login: string }[]).map(({ login }) => login);
  expect(await people("builder")).toEqual(["bob"]);
  expect(await people("type:org")).toEqual(["acme"]);
  expect(await people("repos:>0")).toEqual(["acme"]);
  const [data, secret] = github.state.repositories.all();
  const labels = await bob(`GET /search/labels?repository_id=${data!.id}&q=bug`);
  expect(labels.body.items).toMatchObject([{ name: "bug" }]);
  expect((await bob(`GET /search/labels?repository_id=${secret!.id}&q=bug`)).status).toBe(404);
  expect((await bob("GET /search/labels?q=bug")).status).toBe(422);
});

test("more than five operators are too many; in quotes they are words", async () => {
  const search = (q: string) => ada(`GET /search/issues?q=${encodeURIComponent(q)}`);
  const refused = await search(`is:issue ${Array.from({ length: 6 }, (_, at) => `NOT x${at}`).join(" ")}`);
  expect(refused).toMatchObject({
    status: 422,
    body: { errors: [{ message: "More than five AND / OR / NOT operators were used.", field: "q" }] },
  });
  expect(
    (await search(`is:issue ${Array.from({ length: 5 }, (_, at) => `NOT x${at}`).join(" ")}`)).status,
  ).toBe(200);
  expect((await search('is:issue "a NOT b NOT c NOT d NOT e NOT f NOT g"')).status).toBe(200);
});

test("the order may stand in what is searched for, too", async () => {
  const titlesOf = async (q: string, more = "") =>
    ((await search(bob, q, more)).body.items as { title: string }[]).map(({ title }) => title);
  github.clock.advance(5_000);
  await ada("PATCH /repos/acme/data/issues/1", { title: "Crash at the start" });
  expect((await titlesOf("crash sort:updated-desc"))[0]).toBe("Crash at the start");
  expect((await titlesOf("sort:updated-asc crash")).at(-1)).toBe("Crash at the start");
  expect((await titlesOf("crash sort:comments"))[0]).toBe("A new button");
  expect((await titlesOf("crash sort:updated-asc", "&sort=comments"))[0]).toBe("A new button");
  const found = await bob("GET /search/repositories?q=data+sort:updated-asc");
  expect([found.status, found.body.total_count]).toEqual([200, 1]);
  expect((await bob("GET /search/users?q=ada+sort:joined-asc")).status).toBe(200);
});
