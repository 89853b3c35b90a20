/**
 * @module Faults on request, lag, and what other people do meanwhile.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

const seed = {
  users: { ada: {}, bob: {} },
  repositories: { "ada/data": { issues: [{ title: "Hello" }], collaborators: { bob: "write" } } },
} as const;

let github: EmulatedGitHub;
let ada: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({ seed, limits: false });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

const issue = "GET /repos/ada/data/issues/1";
const comment = "POST /repos/ada/data/issues/1/comments";
const commentBodies = () => github.state.comments.all().map(({ body }) => body);

describe("faults", () => {
  test("any status, without the effect or with it", async () => {
    github.faults.add({
      operation: "issues/create-comment",
      times: 1,
      does: { kind: "status", status: 502 },
    });
    github.faults.add({
      operation: "issues/create-comment",
      times: 1,
      effect: "done",
      does: {
        kind: "status",
        status: 500,
        body: { message: "Server Error" },
        headers: { "retry-after": "3" },
      },
    });
    expect((await ada(comment, { body: "lost" })).status).toBe(502);
    expect(commentBodies()).toEqual([]);
    const done = await ada(comment, { body: "there" });
    expect([done.status, done.headers.get("retry-after")]).toEqual([500, "3"]);
    expect(commentBodies()).toEqual(["there"]);
    expect((await ada(comment, { body: "fine" })).status).toBe(201);
  });

  test("a connection that is reset, before the effect and after it", async () => {
    github.faults.add({ operation: "issues/create-comment", times: 1, does: { kind: "reset" } });
    await expect(ada(comment, { body: "lost" })).rejects.toThrow("fetch failed");
    expect(commentBodies()).toEqual([]);
    github.faults.add({
      operation: "issues/create-comment",
      times: 1,
      effect: "done",
      does: { kind: "reset" },
    });
    await expect(ada(comment, { body: "there" })).rejects.toThrow("fetch failed");
    expect(commentBodies()).toEqual(["there"]);
  });

  test("no answer at all, until the client gives up", async () => {
    github.faults.add({ operation: "issues/get", times: 1, does: { kind: "timeout" } });
    const given = fetch(`${github.url}/repos/ada/data/issues/1`, { signal: AbortSignal.timeout(50) });
    await expect(given).rejects.toThrow(/timeout|aborted/u);
    expect((await ada(issue)).status).toBe(200);
  });

  test("a body that is cut, or is no JSON", async () => {
    github.faults.add({ operation: "issues/get", times: 1, does: { kind: "cut" } });
    await expect(ada(issue)).rejects.toThrow();
    github.faults.add({ operation: "issues/get", times: 1, does: { kind: "malformed" } });
    await expect(ada(issue)).rejects.toThrow(SyntaxError);
    expect((await ada(issue)).status).toBe(200);
  });

  test.each(["cut", "malformed"] as const)(
    "a write whose answer is %s has an effect where that is asked for",
    async (kind) => {
      github.faults.add({ operation: "issues/create-comment", times: 1, does: { kind } });
      await expect(ada(comment, { body: "lost" })).rejects.toThrow();
      expect(commentBodies()).toEqual([]);
      github.faults.add({ operation: "issues/create-comment", times: 1, effect: "done", does: { kind } });
      await expect(ada(comment, { body: "there" })).rejects.toThrow();
      expect(commentBodies()).toEqual(["there"]);
    },
  );

  test("a fault of GitHub's own says what is left of the limits, one of a gateway does not", async () => {
    const remainingWith = async (status: number) => {
      github.faults.add({ operation: "issues/get", times: 1, does: { kind: "status", status } });
      const { headers } = await ada(issue);
      return [headers.get("x-ratelimit-resource"), headers.get("date")];
    };
    github.clock.advance(86_400_000);
    const date = new Date(github.clock.now()).toUTCString();
    expect(date.slice(0, 16)).not.toBe(new Date().toUTCString().slice(0, 16));
    const [ofGitHub, ofGateway] = [await remainingWith(403), await remainingWith(502)];
    expect([ofGitHub[0], ofGateway[0]]).toEqual(["core", null]);
    expect([ofGitHub[1]?.slice(0, 16), ofGateway[1]?.slice(0, 16)]).toEqual([
      date.slice(0, 16),
      date.slice(0, 16),
    ]);
  });

  test("a token that is revoked in the middle", async () => {
    github.faults.add({ operation: "issues/get", after: 1, times: 1, does: { kind: "revoke" } });
    expect((await ada(issue)).status).toBe(200);
    expect(await ada(issue)).toMatchObject({ status: 401, body: { message: "Bad credentials" } });
    expect((await ada(issue)).status).toBe(401);
    expect((await callAs(github, github.tokenFor("ada"))(issue)).status).toBe(200);
  });

  test("a token that is revoked is the one that was used, however it was sent", async () => {
    const token = github.tokenFor("ada");
    const authorization = `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
    github.faults.add({ operation: "issues/get", times: 1, does: { kind: "revoke" } });
    expect((await callAs(github)(issue, undefined, { authorization })).status).toBe(401);
    expect((await callAs(github, token)(issue)).status).toBe(401);
  });

  test("a token may be revoked with what was asked for done", async () => {
    const done = { operation: "issues/create-comment", times: 1, effect: "done" } as const;
    github.faults.add({ ...done, does: { kind: "revoke" } });
    expect(await ada(comment, { body: "there" })).toMatchObject({
      status: 401,
      body: { message: "Bad credentials" },
    });
    expect(commentBodies()).toEqual(["there"]);
    expect((await ada(comment, { body: "lost" })).status).toBe(401);
    expect(commentBodies()).toEqual(["there"]);
  });

  test("what is late when the emulator is closed does not happen any more", async () => {
    const late = await startCheckedGitHub({ seed, limits: false });
    late.faults.add({ does: { kind: "latency", ms: 300 } });
    const call = callAs(late, late.tokenFor("ada"));
    const lost = expect(call("POST /user/repos", { name: "lost", auto_init: true })).rejects.toThrow();
    await sleep(100);
    await late.close();
    await lost;
    await sleep(300);
    expect(late.state.repositories.all().map(({ name }) => name)).toEqual(["data"]);
  });

  test("by operation, by the beginning of its name, by method; after some; taken away again", async () => {
    const remove = github.faults.add({
      operation: "issues/*",
      method: "GET",
      does: { kind: "status", status: 503 },
    });
    expect((await ada(issue)).status).toBe(503);
    expect((await ada(comment, { body: "hi" })).status).toBe(201);
    expect((await ada("GET /rate_limit")).status).toBe(200);
    remove();
    expect((await ada(issue)).status).toBe(200);
  });

  test("HEAD is hit by what is to hit GET, and GET is not by what is for HEAD", async () => {
    const head = "HEAD /repos/ada/data/issues/1";
    const does = { kind: "status", status: 503 } as const;
    github.faults.add({ operation: "issues/get", method: "GET", times: 1, does });
    expect((await ada(head)).status).toBe(503);
    github.faults.add({ operation: "issues/get", method: "HEAD", times: 1, does });
    expect((await ada(issue)).status).toBe(200);
    expect((await ada(head)).status).toBe(503);
  });

  test("a fault that could never fire is refused", () => {
    for (const operation of ["issues/craete", "nonsense/*", ""]) {
      expect(() => github.faults.add({ operation, does: { kind: "reset" } })).toThrow(
        "there is no operation",
      );
    }
  });

  test("chances come from the seed: the same seed hits the same requests", async () => {
    const statusesWith = async (faultSeed: number) => {
      const other = await startCheckedGitHub({ seed, limits: false, faults: { seed: faultSeed } });
      other.faults.add({ probability: 0.5, does: { kind: "status", status: 500 } });
      const call = callAs(other, other.tokenFor("ada"));
      const statuses: number[] = [];
      for (let sent = 0; sent < 40; sent++) statuses.push((await call(issue)).status);
      await other.close();
      return statuses;
    };
    const first = await statusesWith(7);
    expect(first).toContain(200);
    expect(first).toContain(500);
    expect(await statusesWith(7)).toEqual(first);
    expect(await statusesWith(8)).not.toEqual(first);
  });
});

describe("lag", () => {
  test("lists are behind, single reads are not", async () => {
    github.lag.listsMs = 10_000;
    await ada("POST /repos/ada/data/issues", { title: "New" });
    await ada("PATCH /repos/ada/data/issues/1", { title: "Changed" });
    const titles = async () =>
      (await ada("GET /repos/ada/data/issues")).body.map(({ title }: { title: string }) => title);
    expect(await titles()).toEqual(["Hello"]);
    expect((await ada("GET /repos/ada/data/issues/2")).body.title).toBe("New");
    github.clock.advance(10_001);
    expect(await titles()).toEqual(["New", "Changed"]);
  });

  test("commits, branches and folders are lists, too; a file is a single thing", async () => {
    const at = "/repos/ada/files";
    await ada("POST /user/repos", { name: "files", auto_init: true });
    github.clock.advance(60_000);
    github.lag.listsMs = 10_000;
    const { sha } = (await ada(`GET ${at}/git/ref/heads/main`)).body.object;
    await ada(`POST ${at}/git/refs`, { ref: "refs/heads/side", sha });
    await ada(`PUT ${at}/contents/new.txt`, { message: "New", content: "" });
    const seen = async () => {
      const of = async (path: string) => (await ada(`GET ${at}/${path}`)).body;
      return [await of("branches"), await of("commits"), await of("contents")].map(({ length }) => length);
    };
    expect(await seen()).toEqual([1, 1, 1]);
    expect((await ada(`GET ${at}/contents/new.txt`)).status).toBe(200);
    github.clock.advance(10_001);
    expect(await seen()).toEqual([2, 2, 2]);
    await ada(`DELETE ${at}/git/refs/heads/side`);
    expect(await seen()).toEqual([2, 2, 2]);
    github.clock.advance(10_001);
    expect(await seen()).toEqual([1, 2, 2]);
    github.lag.readsMs = 5_000;
    await ada(`PUT ${at}/contents/newer.txt`, { message: "Newer", content: "" });
    expect((await ada(`GET ${at}/contents/newer.txt`)).status).toBe(404);
    github.clock.advance(5_001);
    expect((await ada(`GET ${at}/contents/newer.txt`)).status).toBe(200);
  });

  test("HEAD is as far behind as GET", async () => {
    github.lag.readsMs = 5_000;
    await ada("POST /repos/ada/data/issues", { title: "New" });
    expect((await ada("HEAD /repos/ada/data/issues/2")).status).toBe(404);
    github.clock.advance(5_001);
    expect((await ada("HEAD /repos/ada/data/issues/2")).status).toBe(200);
  });

  test.each([61_000, -1, Number.NaN, "x", null])("a lag of %s is none, and changes nothing", (ms) => {
    github.lag.listsMs = 60_000;
    for (const name of ["listsMs", "readsMs"])
      expect(() => Object.assign(github.lag, { [name]: ms })).toThrow(
        expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(name) }),
      );
    expect(github.lag).toEqual({ listsMs: 60_000, readsMs: 0 });
  });

  test("what was deleted shows in lists for a while", async () => {
    const { body } = await ada(comment, { body: "soon gone" });
    github.lag.listsMs = 5_000;
    github.clock.advance(6_000);
    await ada(`DELETE /repos/ada/data/issues/comments/${body.id}`);
    const list = "GET /repos/ada/data/issues/1/comments";
    expect((await ada(list)).body).toHaveLength(1);
    github.clock.advance(5_001);
    expect((await ada(list)).body).toHaveLength(0);
  });

  test("searches are lists, whatever they find, and so are lists of GraphQL", async () => {
    github.lag.listsMs = 5_000;
    const { id } = github.state.repositories.all()[0]!;
    await ada("POST /user/repos", { name: "fresh" });
    await ada("POST /repos/ada/data/labels", { name: "fresh", color: "ffffff" });
    const { accounts } = github.state;
    accounts.put({ ...accounts.find("login", "bob")!, id: accounts.nextId(), login: "fresh" });
    const found = async () => {
      const replies = await Promise.all([
        ada("GET /search/repositories?q=fresh"),
        ada(`GET /search/labels?repository_id=${id}&q=fresh`),
        ada("GET /search/users?q=fresh"),
        ada("POST /graphql", { query: '{ user(login: "ada") { repositories(first: 9) { totalCount } } }' }),
      ]);
      return replies.map(({ body }) => body.total_count ?? body.data.user.repositories.totalCount);
    };
    expect(await found()).toEqual([0, 0, 0, 1]);
    github.clock.advance(5_001);
    expect(await found()).toEqual([1, 1, 1, 2]);
  });

  test("lists that are behind are in the order of their ids, by what the rows were then", async () => {
    for (const name of ["one", "two", "three"])
      await ada("POST /repos/ada/data/labels", { name, color: "ffffff" });
    github.lag.listsMs = 5_000;
    github.clock.advance(6_000);
    await ada("DELETE /repos/ada/data/labels/one");
    await ada("PATCH /repos/ada/data/labels/two", { new_name: "second" });
    await ada("POST /repos/ada/data/labels", { name: "four", color: "ffffff" });
    const names = async () =>
      (await ada("GET /repos/ada/data/labels?per_page=100")).body
        .map(({ name }: { name: string }) => name)
        .filter((name: string) => /^(?:one|two|second|three|four)$/u.test(name))
        .sort();
    expect(await names()).toEqual(["one", "three", "two"]);
    github.clock.advance(5_001);
    expect(await names()).toEqual(["four", "second", "three"]);
  });

  test("single reads can be behind, too, as from a replica; writes never are", async () => {
    github.lag.readsMs = 30_000;
    await ada("PATCH /repos/ada/data/issues/1", { title: "Changed" });
    expect((await ada(issue)).body.title).toBe("Hello");
    expect((await ada("PATCH /repos/ada/data/issues/1", { body: "more" })).body.title).toBe("Changed");
    github.clock.advance(30_001);
    expect((await ada(issue)).body).toMatchObject({ title: "Changed", body: "more" });
  });
});

test("whoever may write edits and deletes the comments of others", async () => {
  const { body } = await ada(comment, { body: "mine" });
  const bob = callAs(github, github.tokenFor("bob"));
  const path = `/repos/ada/data/issues/comments/${body.id}`;
  expect((await bob(`PATCH ${path}`, { body: "rewritten" })).body).toMatchObject({
    body: "rewritten",
    user: { login: "ada" },
  });
  expect((await bob(`DELETE ${path}`)).status).toBe(204);
});
