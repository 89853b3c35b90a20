/**
 * @module Who gives up hears the own reason, whatever it is; and what was under way meanwhile is not made twice.
 */
import { describe, expect, test } from "vitest";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import type { Recovery } from "../../src/github/fetch/governed-request.ts";
import { type Governed, startGoverned } from "./governed.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const reasons: readonly (readonly [string, unknown])[] = [
  ["an error of its own", Object.assign(new Error("enough"), { mine: true })],
  ["a text", "stop"],
  ["what AbortSignal.timeout() gives", new DOMException("over", "TimeoutError")],
  ["what abort() gives", new DOMException("over", "AbortError")],
  [
    "an error named as Octokit names its own",
    Object.assign(new Error("x"), { name: "HttpError", status: 404 }),
  ],
];

const calls: readonly (readonly [string, (client: GitHubClient, signal: AbortSignal) => Promise<unknown>])[] =
  [
    ["getRepo", (client, signal) => client.getRepo("a/b", { signal })],
    ["listRepos", (client, signal) => client.listRepos({ signal })],
    ["createRepo", (client, signal) => client.createRepo("b", { signal })],
    ["deleteRepo", (client, signal) => client.deleteRepo("a/b", { confirm: "a/b", signal })],
    ["getFile", (client, signal) => client.getFile("a/b", "f", { signal })],
    ["putFile", (client, signal) => client.putFile("a/b", "f", "x", { signal })],
    [
      "commitFiles",
      (client, signal) =>
        client.commitFiles("a/b", { message: "m", changes: [{ path: "f", content: "x" }], signal }),
    ],
    ["setSecret", (client, signal) => client.setSecret("a/b", "A", "v", { signal })],
    ["setSecrets", (client, signal) => client.setSecrets("a/b", { A: "v" }, { signal })],
    ["triggerWorkflow", (client, signal) => client.triggerWorkflow("a/b", "w.yml", { signal })],
    ["waitForRun", (client, signal) => client.waitForRun("a/b", 1, { signal })],
    ["cancelRun", (client, signal) => client.cancelRun("a/b", 1, { signal })],
    ["rerunFailed", (client, signal) => client.rerunFailed("a/b", 1, { signal })],
    ["getWorkflowLogs", (client, signal) => client.getWorkflowLogs("a/b", 1, { signal })],
    ["createIssue", (client, signal) => client.createIssue("a/b", "t", { signal })],
    ["createComment", (client, signal) => client.createComment("a/b", 1, "t", { signal })],
    ["createLabel", (client, signal) => client.createLabel("a/b", "t", { signal })],
    [
      "createPullRequest",
      (client, signal) => client.createPullRequest("a/b", { title: "t", head: "h", base: "b", signal }),
    ],
    ["mergePullRequest", (client, signal) => client.mergePullRequest("a/b", 1, { signal })],
    ["getRef", (client, signal) => client.getRef("a/b", "heads/c", { signal })],
    ["provisionRepo", (client, signal) => client.provisionRepo({ name: "b", spec: {}, signal })],
    [
      "api().graphql",
      async (client, signal) => (await client.api("", { signal })).graphql("{ viewer { login } }"),
    ],
    ["api().request", async (client, signal) => (await client.api("", { signal })).request("GET /user")],
    [
      "api().request with a signal of its own",
      async (client, signal) => (await client.api("")).request("GET /user", { request: { signal } }),
    ],
    ["fetch", (client, signal) => client.fetch("https://api.github.com/user", { signal })],
  ];

describe.each(calls)("%s", (_, call) => {
  test.for(reasons)("rejects with %s", async ([, reason]) => {
    const stop = new AbortController();
    // The answer never comes: the caller gives up while it is waited for.
    const hanging: typeof globalThis.fetch = async (__, init) => {
      const { promise, reject } = Promise.withResolvers<never>();
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      stop.abort(reason);
      return promise;
    };
    await using client = clientOver(hanging);
    expect(await call(client, stop.signal).catch((error: unknown) => error)).toBe(reason);
  });

  test("is not begun where the caller has given up before", async () => {
    const reason = new Error("enough");
    let sent = 0;
    await using client = clientOver(async () => {
      sent++;
      return Response.json({});
    });
    expect(await call(client, AbortSignal.abort(reason)).catch((error: unknown) => error)).toBe(reason);
    expect(sent).toBe(0);
  });
});

function clientOver(fetch: typeof globalThis.fetch): GitHubClient {
  const auth = `ghp_${"a".repeat(36)}`;
  return new GitHubClient({ auth, org: "acme", fetch, clock: createVirtualClock(), env: {} });
}

describe("a create that was given up while it was under way", () => {
  const path = "/repos/ada/hello/issues";

  /** @returns what is sent, the first of it until GitHub has done it */
  async function startGivenUp(recovery?: Recovery): Promise<Governed & { readonly first: unknown }> {
    const stop = new AbortController();
    let isFirst = true;
    const governed = await startGoverned({
      fetch: async (input, init) => {
        const response = await fetch(input, { ...init, signal: null });
        if (!isFirst) return response;
        isFirst = false;
        stop.abort("enough");
        throw init?.signal?.reason;
      },
    });
    const { github, fetch: governedFetch } = governed;
    const through = recovery === undefined ? governedFetch : governedFetch.with({ recovery });
    const first = await through(`${github.url}${path}`, {
      method: "POST",
      body: JSON.stringify({ title: "Once" }),
      headers: { "content-type": "application/json" },
      signal: stop.signal,
    }).catch((error: unknown) => error);
    return Object.assign(governed, { first });
  }

  test("is ambiguous when an equal one is sent, and is sent on request", async () => {
    const { call, first, fetch: governed, github } = await startGivenUp();
    expect(first).toBe("enough");
    await expect(call("POST", path, { title: "Once" })).rejects.toMatchObject({
      code: "ambiguous_write",
      data: { reason: "aborted" },
    });
    expect(github.state.issues.all()).toHaveLength(1);
    expect((await call("POST", path, { title: "Other" })).status).toBe(201);
    expect((await call("POST", path, { title: "Once" }, governed.with({ again: true }))).status).toBe(201);
  });

  test("is looked up when an equal one is sent that can be", async () => {
    const { call, fetch: governed, github } = await startGivenUp();
    const find: Recovery["find"] = async () => {
      const response = await governed(`${github.url}${path}`);
      const [issue] = (await response.json()) as unknown[];
      return issue === undefined ? undefined : Response.json(issue, { status: 201 });
    };
    const careful = governed.with({ recovery: { marker: "the issue", find } });
    expect((await call("POST", path, { title: "Once" }, careful)).status).toBe(201);
    expect(github.state.issues.all()).toHaveLength(1);
    // It is settled: an equal one is another one.
    expect((await call("POST", path, { title: "Once" })).status).toBe(201);
    expect(github.state.issues.all()).toHaveLength(2);
  });

  test("is looked up when an equal one is sent, though it was given up while it was looked up", async () => {
    const stop = new AbortController();
    const { call, fetch: governed, github } = await startGoverned();
    github.faults.add({ operation: "issues/create", times: 1, effect: "done", does: { kind: "reset" } });
    const find: Recovery["find"] = async () => {
      stop.abort("enough");
      return undefined;
    };
    const careful = governed.with({ recovery: { marker: "the issue", find } });
    const first = careful(`${github.url}${path}`, {
      method: "POST",
      body: JSON.stringify({ title: "Once" }),
      headers: { "content-type": "application/json" },
      signal: stop.signal,
    });
    expect(await first.catch((error: unknown) => error)).toBe("enough");
    await expect(call("POST", path, { title: "Once" })).rejects.toMatchObject({ code: "ambiguous_write" });
  });

  test("that never left is sent", async () => {
    const { call, github, fetch: governed } = await startGoverned();
    const signal = AbortSignal.abort("enough");
    const body = JSON.stringify({ title: "Once" });
    const first = governed(`${github.url}${path}`, { method: "POST", body, signal });
    expect(await first.catch((error: unknown) => error)).toBe("enough");
    expect((await call("POST", path, { title: "Once" })).status).toBe(201);
  });
});
