/**
 * @module What is sent again, what is not, and what becomes of a write of which nobody knows whether it happened.
 */
import { describe, expect, test } from "vitest";
import type { Fault } from "../../src/emulator/faults.ts";
import { createGitHubFetch } from "../../src/github/fetch/create-github-fetch.ts";
import { type Governed, startGoverned } from "./governed.ts";

const listing = "/repos/ada/hello/issues";
const title = { title: "a" };

async function headOf(call: Governed["call"]): Promise<string> {
  const response = await call("GET", "/repos/ada/hello/git/ref/heads/main");
  return ((await response.json()) as { object: { sha: string } }).object.sha;
}

describe("a read is sent again", () => {
  const faults: readonly (readonly [string, Fault["does"]])[] = [
    ["a 500", { kind: "status", status: 500 }],
    ["a 502", { kind: "status", status: 502 }],
    ["a 503", { kind: "status", status: 503 }],
    ["a 504", { kind: "status", status: 504 }],
    ["a 505", { kind: "status", status: 505 }],
    ["a 522", { kind: "status", status: 522 }],
    ["a 408", { kind: "status", status: 408 }],
    ["a cut connection", { kind: "reset" }],
    ["a cut body", { kind: "cut" }],
    ["a body that is no JSON", { kind: "malformed" }],
  ];
  test.for(faults)("after %s", async ([, does]) => {
    const { call, github } = await startGoverned({ cache: false });
    await call("POST", listing, title);
    github.faults.add({ operation: "issues/list-for-repo", times: 2, does });
    const response = await call("GET", listing);
    expect(response.status).toBe(200);
    expect(await response.json()).toHaveLength(1);
    expect(github.requests.count("issues/list-for-repo")).toBe(3);
  });

  test("after no answer in time", { timeout: 60_000 }, async () => {
    const { call, github, fetch } = await startGoverned({ cache: false });
    github.faults.add({ operation: "issues/list-for-repo", times: 1, does: { kind: "timeout", ms: 20_000 } });
    const response = await call("GET", listing, undefined, fetch.with({ attemptTimeoutMs: 5_000 }));
    expect(response.status).toBe(200);
  });

  test("and in the end is what GitHub said", async () => {
    const { call, github } = await startGoverned({ cache: false });
    github.faults.add({ operation: "issues/list-for-repo", does: { kind: "status", status: 502 } });
    expect((await call("GET", listing)).status).toBe(502);
    expect(github.requests.count("issues/list-for-repo")).toBe(5);
  });

  test("not before the time that GitHub named", async () => {
    const { call, github, clock } = await startGoverned({ cache: false });
    github.faults.add({
      operation: "issues/list-for-repo",
      times: 1,
      does: { kind: "status", status: 503, headers: { "retry-after": "17" } },
    });
    const since = clock.now();
    await call("GET", listing);
    expect(clock.now() - since).toBeGreaterThanOrEqual(17_000);
  });

  test("and not after the deadline", async () => {
    const { call, github, fetch, clock } = await startGoverned({ cache: false });
    github.faults.add({ operation: "issues/list-for-repo", does: { kind: "reset" } });
    const since = clock.now();
    const failing = call("GET", listing, undefined, fetch.with({ timeoutMs: 1_200 }));
    await expect(failing).rejects.toMatchObject({ code: "remote_unavailable" });
    expect(clock.now() - since).toBeLessThanOrEqual(1_200);
  });
});

test.for(['{"a": [1, 2]', '{"a": 1', '["a"', '[{"a": 12}', '{"a": "b"'])(
  "%s is half an answer, though it ends as JSON may",
  async (body) => {
    const { call, github } = await startGoverned();
    let sent = 0;
    const through = createGitHubFetch({
      apiUrl: github.url,
      retry: { firstPauseMs: 1 },
      fetch: async () =>
        new Response(++sent === 1 ? body : "{}", {
          headers: { "content-type": "application/json", etag: '"1"' },
        }),
    });
    expect(await (await call("GET", listing, undefined, through)).json()).toEqual({});
    expect(sent).toBe(2);
  },
);

describe("a write that leaves the same behind", () => {
  test("is sent again", async () => {
    const { call, github } = await startGoverned();
    await call("POST", listing, title);
    github.faults.add({ operation: "issues/update", times: 2, effect: "done", does: { kind: "reset" } });
    const response = await call("PATCH", `${listing}/1`, { title: "b" });
    expect(((await response.json()) as { title: string }).title).toBe("b");
  });

  test("is done where what was to be deleted is gone after a lost answer", async () => {
    const { call, github } = await startGoverned();
    await call("POST", listing, title);
    await call("POST", `${listing}/1/comments`, { body: "a" });
    const { id } = github.state.comments.all()[0]!;
    github.faults.add({
      operation: "issues/delete-comment",
      times: 1,
      effect: "done",
      does: { kind: "reset" },
    });
    expect((await call("DELETE", `/repos/ada/hello/issues/comments/${id}`)).status).toBe(204);
    expect((await call("DELETE", `/repos/ada/hello/issues/comments/${id}`)).status).toBe(404);
  });

  test("is done where a ref that was to be deleted does not exist after a lost answer", async () => {
    const { call, github } = await startGoverned();
    const sha = await headOf(call);
    await call("POST", "/repos/ada/hello/git/refs", { ref: "refs/heads/old", sha });
    github.faults.add({ operation: "git/delete-ref", times: 1, effect: "done", does: { kind: "reset" } });
    expect((await call("DELETE", "/repos/ada/hello/git/refs/heads/old")).status).toBe(204);
    expect((await call("DELETE", "/repos/ada/hello/git/refs/heads/old")).status).toBe(422);
  });

  test("is ambiguous where a conflict may be with itself", async () => {
    const { call, github } = await startGoverned();
    const content = Buffer.from("new").toString("base64");
    const file = { message: "a", content };
    const path = "/repos/ada/hello/contents/a.txt";
    github.faults.add({
      operation: "repos/create-or-update-file-contents",
      times: 1,
      effect: "done",
      does: { kind: "status", status: 502 },
    });
    await expect(call("PUT", path, file)).rejects.toMatchObject({ code: "ambiguous_write" });
  });
});

describe("a write that makes something", () => {
  test.for<readonly [string, Fault["does"], "none" | "done"]>([
    ["a lost answer", { kind: "reset" }, "done"],
    ["a reset before it happened", { kind: "reset" }, "none"],
    ["a 502 after it happened", { kind: "status", status: 502 }, "done"],
    ["a 500 before it happened", { kind: "status", status: 500 }, "none"],
    ["a 505 after it happened", { kind: "status", status: 505 }, "done"],
    ["a 520 after it happened", { kind: "status", status: 520 }, "done"],
    ["a 408 after it happened", { kind: "status", status: 408 }, "done"],
    ["half an answer", { kind: "cut" }, "done"],
    ["an empty 201", { kind: "status", status: 201, headers: { "content-length": "0" } }, "done"],
    [
      "a 201 with a web page",
      { kind: "status", status: 201, headers: { "content-type": "text/html" } },
      "done",
    ],
  ])("is not sent again after %s", async ([, does, effect]) => {
    const { call, github, events } = await startGoverned();
    github.faults.add({ operation: "issues/create", times: 1, effect, does });
    await expect(call("POST", listing, title)).rejects.toMatchObject({
      code: "ambiguous_write",
      hint: expect.stringContaining("Look on GitHub"),
    });
    expect(github.requests.count("issues/create")).toBe(1);
    expect(events.filter(({ kind }) => kind === "ambiguous")).toHaveLength(2);
  });

  test("is not made by who repeats what failed, until somebody has looked", async () => {
    const { call, github, fetch, clock } = await startGoverned();
    github.faults.add({ operation: "issues/create", times: 1, effect: "done", does: { kind: "reset" } });
    for (let time = 0; time < 3; time++) {
      await expect(call("POST", listing, title)).rejects.toMatchObject({ code: "ambiguous_write" });
    }
    expect(github.requests.count("issues/create")).toBe(1);
    expect((await call("POST", listing, { title: "another" })).status).toBe(201);
    expect((await call("POST", listing, title, fetch.with({ again: true }))).status).toBe(201);
    expect((await call("POST", listing, title)).status).toBe(201);
    github.faults.add({ operation: "issues/create", times: 1, effect: "done", does: { kind: "reset" } });
    await expect(call("POST", listing, title)).rejects.toMatchObject({ code: "ambiguous_write" });
    await clock.sleep(300_000);
    expect((await call("POST", listing, title)).status).toBe(201);
  });

  test("is sent again where the connection was never made", async () => {
    let refused = 0;
    const { call, github } = await startGoverned({
      fetch: async (input, init) => {
        if (init?.method === "POST" && refused++ < 2) {
          throw new TypeError("fetch failed", {
            cause: Object.assign(new Error("no"), { code: "ECONNREFUSED" }),
          });
        }
        return fetch(input, init);
      },
    });
    expect((await call("POST", listing, title)).status).toBe(201);
    expect(github.state.issues.all()).toHaveLength(1);
  });

  test.for<readonly [string, string, number]>([
    ["EHOSTUNREACH", "read", 1],
    ["ENETUNREACH", "read", 1],
    ["EHOSTUNREACH", "connect", 2],
    ["ETIMEDOUT", "connect", 2],
  ])("after %s from %s is sent %i times", async ([code, syscall, times]) => {
    let posts = 0;
    const { call } = await startGoverned({
      fetch: async (input, init) => {
        if (init?.method === "POST" && ++posts === 1) {
          throw new TypeError("fetch failed", { cause: Object.assign(new Error("no"), { code, syscall }) });
        }
        return fetch(input, init);
      },
    });
    const outcome = await call("POST", listing, title).then(({ status }) => status, String);
    expect(outcome).toEqual(times === 1 ? expect.stringContaining("nobody knows") : 201);
    expect(posts).toBe(times);
  });

  test.for<readonly [string, () => Promise<Response>]>([
    ["a look that throws", () => Promise.reject(new SyntaxError("Unexpected token"))],
    ["a look that is answered with 500", async () => new Response("{}", { status: 500 })],
    ["a look that is answered with 403", async () => new Response("{}", { status: 403 })],
  ])("stays ambiguous after %s", async ([, find]) => {
    const { call, github, fetch } = await startGoverned();
    github.faults.add({ operation: "issues/create", times: 1, effect: "done", does: { kind: "reset" } });
    const recovery = { marker: "the issue", find };
    const failing = call("POST", listing, title, fetch.with({ recovery }));
    await expect(failing).rejects.toMatchObject({ code: "ambiguous_write", data: { marker: "the issue" } });
    expect(github.state.issues.all()).toHaveLength(1);
  });

  test("is sent again where each look says 404", async () => {
    const { call, github, fetch } = await startGoverned();
    github.faults.add({ operation: "issues/create", times: 1, effect: "none", does: { kind: "reset" } });
    const recovery = { marker: "the issue", find: async () => new Response("{}", { status: 404 }) };
    expect((await call("POST", listing, title, fetch.with({ recovery }))).status).toBe(201);
  });

  test("is sent again where GitHub refused it for a limit", async () => {
    const { call, github, clock } = await startGoverned();
    github.faults.add({
      operation: "issues/create",
      times: 1,
      does: {
        kind: "status",
        status: 403,
        headers: { "retry-after": "30" },
        body: { message: "You have exceeded a secondary rate limit." },
      },
    });
    const since = clock.now();
    expect((await call("POST", listing, title)).status).toBe(201);
    expect(clock.now() - since).toBeGreaterThanOrEqual(30_000);
    expect(github.state.issues.all()).toHaveLength(1);
  });

  test("is given back as it is when it is found", async () => {
    const { call, github, fetch } = await startGoverned();
    github.faults.add({ operation: "issues/create", times: 1, effect: "done", does: { kind: "reset" } });
    const recovery = { marker: "the issue", find: () => fetch(`${github.url}${listing}/1`) };
    const response = await call("POST", listing, title, fetch.with({ recovery }));
    expect(((await response.json()) as { number: number }).number).toBe(1);
    expect(github.state.issues.all()).toHaveLength(1);
  });

  test("is sent again only when GitHub must have shown it", async () => {
    const { call, github, fetch, clock } = await startGoverned();
    github.faults.add({ operation: "issues/create", times: 1, effect: "none", does: { kind: "reset" } });
    let looks = 0;
    const recovery = {
      marker: "the issue",
      find: async () => {
        looks++;
        return undefined;
      },
    };
    const since = clock.now();
    expect((await call("POST", listing, title, fetch.with({ recovery }))).status).toBe(201);
    expect(clock.now() - since).toBeGreaterThanOrEqual(65_000);
    expect(looks).toBe(5);
  });

  test("stays ambiguous where the deadline comes before that", async () => {
    const { call, github, fetch } = await startGoverned();
    github.faults.add({ operation: "issues/create", times: 1, effect: "none", does: { kind: "reset" } });
    const recovery = { marker: "issue 7", find: async () => undefined };
    const failing = call("POST", listing, title, fetch.with({ recovery, timeoutMs: 20_000 }));
    await expect(failing).rejects.toMatchObject({ code: "ambiguous_write", data: { marker: "issue 7" } });
  });
});

describe("a GraphQL answer of 200", () => {
  const refusal = (data: unknown) => ({
    kind: "status" as const,
    status: 200,
    body: { data, errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] },
  });

  test("that refuses for a limit is a refusal", async () => {
    const { call, github, clock, events } = await startGoverned();
    github.faults.add({ operation: "graphql", times: 1, does: refusal(null) });
    const since = clock.now();
    const response = await call("POST", "/graphql", { query: "{ viewer { login } }" });
    expect(await response.json()).toEqual({ data: { viewer: { login: "ada" } } });
    expect(clock.now() - since).toBeGreaterThanOrEqual(60_000);
    expect(events.filter(({ kind }) => kind === "refusal")).toHaveLength(1);
  });

  test.for([
    ["STALE_DATA", "createCommitOnBranch"],
    ["NOT_FOUND", "deleteIssueComment"],
  ])("of %s, to a repeated %s, leaves it open", async ([type, mutation]) => {
    const { call, github } = await startGoverned();
    const body = { data: { [mutation!]: null }, errors: [{ type, message: "no" }] };
    const query = `mutation { ${mutation}(input: {}) { clientMutationId } }`;
    github.faults.add({ operation: "graphql", times: 2, does: { kind: "status", status: 200, body } });
    expect(await (await call("POST", "/graphql", { query })).json()).toEqual(body);
    github.faults.clear();
    github.faults.add({ operation: "graphql", times: 1, does: { kind: "reset" } });
    github.faults.add({ operation: "graphql", times: 1, does: { kind: "status", status: 200, body } });
    await expect(call("POST", "/graphql", { query })).rejects.toMatchObject({
      code: "ambiguous_write",
      data: { reason: type },
    });
  });

  test("that refuses a part of a question is asked again", async () => {
    const { call, github } = await startGoverned();
    github.faults.add({
      operation: "graphql",
      times: 1,
      does: refusal({ viewer: { login: "ada" }, user: null }),
    });
    const response = await call("POST", "/graphql", { query: "{ viewer { login } }" });
    expect(await response.json()).toEqual({ data: { viewer: { login: "ada" } } });
    expect(github.requests.count("graphql")).toBe(2);
  });

  test("of which a part took effect is not sent again, and pauses everything", async () => {
    const { call, github, clock } = await startGoverned();
    await call("POST", listing, title);
    github.faults.add({
      operation: "graphql",
      times: 1,
      does: refusal({ a: { clientMutationId: "1" }, b: null }),
    });
    const query =
      'mutation { a: addComment(input: {subjectId: "x", body: "a"}) { clientMutationId } b: closeIssue(input: {issueId: "x"}) { clientMutationId } }';
    const response = await call("POST", "/graphql", { query });
    expect(await response.json()).toMatchObject({ data: { a: { clientMutationId: "1" } } });
    const since = clock.now();
    await call("GET", listing);
    expect(clock.now() - since).toBeGreaterThanOrEqual(59_000);
  });
});
