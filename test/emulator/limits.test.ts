/**
 * @module The emulator's limits: GitHub's primary and secondary ones, seen from outside.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { EmulatedGitHub, StartOptions } from "../../src/emulator/start-github.ts";
import { type Caller, callAs, type Reply } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

const seed = {
  users: { ada: {}, bob: {} },
  repositories: { "ada/data": { issues: [{ title: "Hello" }] }, "ada/other": {} },
  apps: { keeper: { owner: "ada", permissions: { issues: "write" }, installations: { ada: "all" } } },
} as const satisfies StartOptions["seed"];

let github: EmulatedGitHub;
afterEach(() => github.close());

async function start(options: StartOptions = {}): Promise<Caller> {
  github = await startCheckedGitHub({ seed, ...options });
  return callAs(github, github.tokenFor("ada"));
}

const issue = "GET /repos/ada/data/issues/1";

describe("primary limits", () => {
  test("every answer says what is left, by resource", async () => {
    const ada = await start();
    const first = await ada(issue);
    expect(Object.fromEntries(first.headers)).toMatchObject({
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "4999",
      "x-ratelimit-used": "1",
      "x-ratelimit-resource": "core",
      "x-ratelimit-reset": expect.stringMatching(/^\d{10}$/u),
      "x-github-request-id": expect.any(String),
    });
    expect((await ada("GET /repos/ada/data/issues/77")).headers.get("x-ratelimit-remaining")).toBe("4998");
  });

  test.each([
    ["a person has 5,000 an hour", () => github.tokenFor("ada"), "5000"],
    ["an installation has 5,000", () => github.tokenFor({ app: "keeper", account: "ada" }), "5000"],
    ["a job has 1,000", () => github.tokenFor({ actions: "ada/data" }), "1000"],
    ["who gives no token has 60", () => undefined, "60"],
  ])("%s", async (_, token, limit) => {
    await start();
    const reply = await callAs(github, token())(issue);
    expect(reply.headers.get("x-ratelimit-limit")).toBe(limit);
  });

  test("an installation has 50 more for each repository and member beyond 20, up to 12,500", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => at);
    const limitFor = async (repositories: number, members: number, limits: StartOptions["limits"] = {}) => {
      await using large = await startCheckedGitHub({
        limits,
        seed: {
          organizations: {
            acme: {
              members: Object.fromEntries(many(members).map((at) => [`person-${at}`, "member" as const])),
            },
          },
          repositories: Object.fromEntries(many(repositories).map((at) => [`acme/data-${at}`, {}])),
          apps: { keeper: { installations: { acme: "all" } } },
        },
      });
      const call = callAs(large, large.tokenFor({ app: "keeper" }));
      const { core, graphql } = (await call("GET /rate_limit")).body.resources;
      return [core.limit, graphql.limit];
    };
    await start();
    expect(await limitFor(20, 20)).toEqual([5_000, 5_000]);
    expect(await limitFor(23, 22)).toEqual([5_250, 5_250]);
    expect(await limitFor(190, 0)).toEqual([12_500, 12_500]);
    expect(await limitFor(23, 22, { core: { installation: 7 } })).toEqual([7, 5_250]);
  });

  test("a path that GitHub has not costs a token nothing, and says nothing of limits but to who has none", async () => {
    const ada = await start();
    const shown = ({ headers }: Reply) =>
      ["x-ratelimit-remaining", "x-github-api-version-selected"].map((name) => headers.get(name));
    expect(shown(await ada("GET /nothing/here"))).toEqual([null, null]);
    expect(shown(await ada("GET /repos/ada/nothing"))).toEqual(["4999", "2022-11-28"]);
    expect(shown(await callAs(github)("GET /nothing/here"))).toEqual(["59", null]);
  });

  test("all tokens of a person share one budget, other people have their own", async () => {
    const ada = await start();
    const again = callAs(github, github.tokenFor("ada"));
    const bob = callAs(github, github.tokenFor("bob"));
    await ada(issue);
    expect((await again(issue)).headers.get("x-ratelimit-remaining")).toBe("4998");
    expect((await bob(issue)).headers.get("x-ratelimit-remaining")).toBe("4999");
  });

  test("the jobs of a repository share one, other repositories have their own", async () => {
    await start();
    const job = (repository: string) => callAs(github, github.tokenFor({ actions: repository }));
    await job("ada/data")(issue);
    expect((await job("ada/data")(issue)).headers.get("x-ratelimit-remaining")).toBe("998");
    expect((await job("ada/other")(issue)).headers.get("x-ratelimit-remaining")).toBe("999");
  });

  test("when nothing is left 403 says so until the reset, which a moved clock brings near", async () => {
    const ada = await start({ limits: { core: { user: 2 } } });
    await ada(issue);
    await ada(issue);
    const refused = await ada(issue);
    expect(refused).toMatchObject({
      status: 403,
      body: { message: expect.stringMatching(/^API rate limit exceeded for user ID \d+\.$/u) },
    });
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    const { reset } = (await ada("GET /rate_limit")).body.resources.core;
    expect(reset * 1000 - github.clock.now()).toBeGreaterThan(3_500_000);
    github.clock.advance(3_600_000);
    expect((await ada(issue)).status).toBe(200);
  });

  test("to ask what is left costs nothing, in both versions of the API", async () => {
    const ada = await start();
    const { body } = await ada("GET /rate_limit");
    expect(body.resources.core).toMatchObject({ limit: 5000, remaining: 5000, used: 0 });
    expect(body.rate).toEqual(body.resources.core);
    const newer = await ada("GET /rate_limit", undefined, { "x-github-api-version": "2026-03-10" });
    expect(newer.body.rate).toBeUndefined();
  });
});

describe("conditional requests", () => {
  test("an unchanged answer is 304 and costs nothing; a changed one is sent", async () => {
    const ada = await start();
    const etag = (await ada(issue)).headers.get("etag")!;
    const unchanged = await ada(issue, undefined, { "if-none-match": etag });
    expect([unchanged.status, unchanged.body]).toEqual([304, undefined]);
    expect(unchanged.headers.get("x-ratelimit-remaining")).toBe("4999");
    await ada("PATCH /repos/ada/data/issues/1", { title: "Changed" });
    expect((await ada(issue, undefined, { "if-none-match": etag })).status).toBe(200);
  });

  test("a single thing says when it was last updated, which is a condition, too", async () => {
    const ada = await start();
    const modified = (await ada(issue)).headers.get("last-modified")!;
    expect((await ada(issue, undefined, { "if-modified-since": modified })).status).toBe(304);
    github.clock.advance(2_000);
    await ada("PATCH /repos/ada/data/issues/1", { title: "Changed" });
    expect((await ada(issue, undefined, { "if-modified-since": modified })).status).toBe(200);
  });

  test("a tag belongs to its token", async () => {
    const ada = await start();
    const etag = (await ada(issue)).headers.get("etag")!;
    const other = callAs(github, github.tokenFor("ada"));
    expect((await other(issue, undefined, { "if-none-match": etag })).status).toBe(200);
  });

  test("without a token a 304 costs as much as any answer", async () => {
    await start();
    const nobody = callAs(github);
    const etag = (await nobody(issue)).headers.get("etag")!;
    const unchanged = await nobody(issue, undefined, { "if-none-match": etag });
    expect([unchanged.status, unchanged.headers.get("x-ratelimit-remaining")]).toEqual([304, "58"]);
  });
});

describe("secondary limits", () => {
  const comment = "POST /repos/ada/data/issues/1/comments";
  const many = async (call: Caller, route: string, count: number, body?: unknown) => {
    const statuses: number[] = [];
    for (let sent = 0; sent < count; sent++) statuses.push((await call(route, body)).status);
    return statuses;
  };

  test("900 points a minute: a read is 1, a write 5", async () => {
    const ada = await start();
    const statuses = await many(ada, "PATCH /repos/ada/data/issues/1", 181, { title: "Again" });
    expect(statuses.filter((status) => status === 200)).toHaveLength(180);
    const refused = await ada(issue);
    expect(refused).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("secondary rate limit") },
    });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused.headers.get("x-ratelimit-remaining"))).toBeGreaterThan(4_000);
    github.clock.advance(60_000);
    expect((await ada(issue)).status).toBe(200);
  });

  test("80 comments a minute", async () => {
    const ada = await start();
    const statuses = await many(ada, comment, 81, { body: "hi" });
    expect([statuses.lastIndexOf(201), statuses.at(-1)]).toEqual([79, 403]);
    expect((await ada(issue)).status).toBe(200);
  });

  test("500 comments an hour, whatever the pace", async () => {
    const ada = await start();
    let refused = 0;
    for (let sent = 0; sent < 501; sent++) {
      if ((await ada(comment, { body: "hi" })).status === 403) refused++;
      github.clock.advance(2_000);
    }
    expect(refused).toBe(1);
  });

  test("20 issues a minute, 150 an hour", async () => {
    const ada = await start();
    const open = "POST /repos/ada/data/issues";
    const minute = await many(ada, open, 21, { title: "One more" });
    expect([minute.lastIndexOf(201), minute.at(-1)]).toEqual([19, 403]);
    let opened = 20;
    for (let sent = 0; sent < 140; sent++) {
      github.clock.advance(10_000);
      if ((await ada(open, { title: "One more" })).status === 201) opened++;
    }
    expect(opened).toBe(150);
  });

  test("100 requests at the same time, of one principal", async () => {
    const ada = await start({ limits: { secondary: { concurrent: 3 } } });
    github.faults.add({ operation: "issues/get", does: { kind: "latency", ms: 200 } });
    const statuses = (await Promise.all(Array.from({ length: 5 }, () => ada(issue)))).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([200, 200, 200, 403, 403]);
    expect((await ada(issue)).status).toBe(200);
  });

  test("limits: false frees searches for code, too; alone they have a limit of their own", async () => {
    const free = await start({ limits: false });
    const of = async (ask: Caller) => (await ask("GET /rate_limit")).body.resources.code_search.limit;
    expect(await of(free)).toBeGreaterThan(1_000_000);
    await github.close();
    expect(await of(await start({}))).toBe(10);
    await github.close();
    expect(await of(await start({ limits: { search: { code: 3 } } }))).toBe(3);
  });

  test.each([200, 403] as const)(
    "too many at the same time hear of it in GraphQL as of other limits: %i",
    async (graphqlStatus) => {
      const ada = await start({ limits: { secondary: { concurrent: 0, graphqlStatus } } });
      const refused = await ada("POST /graphql", { query: "{ viewer { login } }" });
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([graphqlStatus, "60"]);
      expect(JSON.stringify(refused.body)).toContain("secondary rate limit");
    },
  );

  test("the refusal can be a 429, and can say nothing of when to come again", async () => {
    const ada = await start({ limits: { secondary: { contentPerMinute: 1, status: 429, saysWhen: false } } });
    await ada(comment, { body: "hi" });
    const refused = await ada(comment, { body: "hi" });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, null]);
  });

  test("a refused comment is not there", async () => {
    const ada = await start({ limits: { secondary: { contentPerMinute: 1 } } });
    await ada(comment, { body: "first" });
    await ada(comment, { body: "second" });
    expect(github.state.comments.all().map(({ body }) => body)).toEqual(["first"]);
  });

  test("they can be switched off, and so can all limits", async () => {
    const ada = await start({ limits: false });
    const statuses = await many(ada, comment, 300, { body: "hi" });
    expect(new Set(statuses)).toEqual(new Set([201]));
  });
});
