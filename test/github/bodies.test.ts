/**
 * @module Bodies that come piece by piece, in and out: nobody waits for one that does not go on.
 */
import { describe, expect, test } from "vitest";
import type { GitHubClock } from "../../src/github/clock.ts";
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

describe("a download keeps its turn", () => {
  /** A clock that stands still until it is told to go on. */
  function standing(): GitHubClock & { pass(ms: number): void } {
    let now = Date.parse("2026-01-05T00:00:00Z");
    const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
    return {
      now: () => now,
      sleep(ms, signal) {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
        return promise;
      },
      pass(ms) {
        now += ms;
        for (const sleeper of [...sleepers].filter(({ at }) => at <= now)) {
          sleepers.delete(sleeper);
          sleeper.wake();
        }
      },
    };
  }

  /** A download whose headers are there, and a read that waits for its turn. */
  async function startDownload() {
    const clock = standing();
    const { promise, resolve: answerWith } = Promise.withResolvers<ReadableStreamDefaultController>();
    const sent: string[] = [];
    const fetch = createGitHubFetch({
      apiUrl: api,
      clock,
      cache: false,
      limits: { concurrent: 1 },
      fetch: async (input) => {
        sent.push(new URL(String(input)).pathname);
        const headers = {
          "x-ratelimit-limit": "5000",
          "x-ratelimit-remaining": "4990",
          "x-ratelimit-reset": String(clock.now() / 1_000 + 60),
        };
        return sent.length === 1
          ? new Response(new ReadableStream({ start: answerWith }), { headers })
          : Response.json({});
      },
    });
    const download = await fetch(`${api}/repos/a/b/zipball/main`);
    const waiting = fetch(`${api}/user`);
    const settled = async () => {
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      return sent.length === 2;
    };
    expect(await settled()).toBe(false);
    return { clock, download, body: download.body!, source: await promise, waiting, settled, fetch };
  }

  test("until its body has been read", async () => {
    const { clock, body, source, waiting, settled, fetch } = await startDownload();
    const [view] = await fetch.limits();
    expect(view).toMatchObject({ inFlight: 1, budgets: [{ resource: "core", remaining: 4_990 }] });
    const reader = body.getReader();
    for (const byte of [1, 2, 3]) {
      source.enqueue(Uint8Array.of(byte));
      expect((await reader.read()).value).toEqual(Uint8Array.of(byte));
      // Slower than an attempt in all, and never idle for so long.
      clock.pass(20_000);
      expect(await settled()).toBe(false);
    }
    source.close();
    expect((await reader.read()).done).toBe(true);
    expect(await settled()).toBe(true);
    expect((await waiting).status).toBe(200);
  });

  test("until it is cancelled", async () => {
    const { body, settled } = await startDownload();
    await body.cancel();
    expect(await settled()).toBe(true);
  });

  test("until it breaks", async () => {
    const { body, source, settled } = await startDownload();
    source.error(new Error("reset"));
    await expect(body.getReader().read()).rejects.toThrow("reset");
    expect(await settled()).toBe(true);
  });

  test("until no piece comes for as long as an attempt may take", async () => {
    const { clock, body, settled } = await startDownload();
    const reading = body.getReader().read();
    const failing = expect(reading).rejects.toMatchObject({ reason: "timeout" });
    expect(await settled()).toBe(false);
    clock.pass(30_000);
    await failing;
    expect(await settled()).toBe(true);
  });

  test("until nobody has asked for a piece for so long; it can still be read", async () => {
    const { clock, download, source, settled } = await startDownload();
    clock.pass(30_000);
    expect(await settled()).toBe(true);
    source.enqueue(Uint8Array.of(7));
    source.close();
    expect(new Uint8Array(await download.arrayBuffer())).toEqual(Uint8Array.of(7));
  });
});
