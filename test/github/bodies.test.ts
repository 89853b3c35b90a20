/**
 * @module Bodies that come piece by piece, in and out: nobody waits for one that does not go on.
 */
import { describe, expect, test } from "vitest";
import { createGitHubFetch, type GitHubFetchOptions } from "../../src/github/fetch/create-github-fetch.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const api = "https://api.github.com";
const issues = `${api}/repos/a/b/issues`;

function startFetch(wire: typeof fetch, options: GitHubFetchOptions = {}) {
  const clock = createVirtualClock();
  return { clock, fetch: createGitHubFetch({ apiUrl: api, clock, fetch: wire, ...options }) };
}

/** Gives some pieces, and then nothing. */
function endless(pieces: readonly string[]) {
  const cancelled: unknown[] = [];
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
    },
    cancel: (reason) => void cancelled.push(reason),
  });
  return { stream, cancelled };
}

describe("a request's body that never ends", () => {
  const unused = async () => Response.json({});

  test("is waited for until the deadline", async () => {
    const { fetch, clock } = startFetch(unused);
    const since = clock.now();
    const { stream, cancelled } = endless(["{"]);
    const init = { method: "POST", body: stream, duplex: "half" } as RequestInit;
    const failing = fetch.with({ timeoutMs: 5_000 })(issues, init);
    await expect(failing).rejects.toMatchObject({ code: "remote_unavailable" });
    expect(clock.now() - since).toBe(5_000);
    expect(cancelled).toHaveLength(1);
  });

  test("is not waited for by who gives up", async () => {
    const { fetch } = startFetch(unused);
    const stop = new AbortController();
    const reason = new Error("enough");
    const init = { method: "POST", body: endless([]).stream, duplex: "half", signal: stop.signal };
    const failing = fetch.with({ lane: "sync" })(issues, init as RequestInit);
    stop.abort(reason);
    expect(await failing.catch((error: unknown) => error)).toBe(reason);
  });
});

test("a stream and a form are sent whole", async () => {
  const sent: string[] = [];
  const { fetch } = startFetch(async (_, init) => {
    sent.push(await new Response(init?.body ?? null).text());
    return Response.json({}, { status: 201 });
  });
  const init = { method: "POST", body: new Blob(['{"title":', '"a"}']).stream(), duplex: "half" };
  await fetch(issues, init as RequestInit);
  await fetch(new Request(issues, { method: "POST", body: new URLSearchParams({ a: "b" }) }));
  expect(sent).toEqual(['{"title":"a"}', "a=b"]);
});

test("a download of which no piece comes any more ends", async () => {
  const { stream, cancelled } = endless(["PK"]);
  const { fetch, clock } = startFetch(async () => new Response(stream));
  const response = await fetch(`${api}/repos/a/b/zipball/main`);
  const reader = response.body!.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("PK");
  const since = clock.now();
  await expect(reader.read()).rejects.toThrow("timeout");
  expect(clock.now() - since).toBe(30_000);
  expect(cancelled).toHaveLength(1);
});

test("an attempt has longer for what takes long to send", async () => {
  const { fetch, clock } = startFetch((_, init) => {
    const { promise, reject } = Promise.withResolvers<Response>();
    init?.signal?.addEventListener("abort", () => reject(init.signal?.reason), { once: true });
    return promise;
  });
  const since = clock.now();
  const body = new Uint8Array(5_000_000);
  const upload = fetch.with({ lane: "sync" })(issues, { method: "POST", body });
  await expect(upload).rejects.toMatchObject({ code: "ambiguous_write" });
  expect(clock.now() - since).toBe(80_000);
});
