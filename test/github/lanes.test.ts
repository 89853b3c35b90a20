/**
 * @module Whoever is waited for goes first, and nobody waits for ever.
 */
import { expect, test } from "vitest";
import { startGoverned } from "./governed.ts";

const issue = { title: "a" };

test("a backfill of writes that never ends delays an interactive write by at most a second", async () => {
  const { call, clock, fetch, github } = await startGoverned({ cache: false });
  await call("POST", "/repos/ada/hello/issues", issue);
  const backfill = fetch.with({ lane: "backfill" });
  const filling = Array.from({ length: 300 }, () =>
    call("POST", "/repos/ada/hello/issues/1/comments", { body: "old" }, backfill),
  );
  for (let turn = 0; turn < 20; turn++) {
    await clock.sleep(2_000 + turn * 130);
    const since = clock.now();
    expect((await call("POST", "/repos/ada/hello/issues/1/comments", { body: "now" })).status).toBe(201);
    expect(clock.now() - since).toBeLessThanOrEqual(1_000);
  }
  await Promise.all(filling);
  expect(github.state.comments.all().length).toBe(320);
});

test("a backfill of reads that never ends delays nobody", async () => {
  const { call, clock, fetch } = await startGoverned({ cache: false });
  const backfill = fetch.with({ lane: "backfill" });
  const filling = Array.from({ length: 1_000 }, (_, page) =>
    call("GET", `/repos/ada/hello/issues?page=${page + 1}`, undefined, backfill),
  );
  for (let turn = 0; turn < 5; turn++) {
    await clock.sleep(20_000);
    const since = clock.now();
    await call("GET", "/repos/ada/hello");
    expect(clock.now() - since).toBeLessThanOrEqual(1_000);
  }
  await Promise.all(filling);
});

test("a lane that is passed over gets its turn all the same", async () => {
  const { call, clock, fetch } = await startGoverned({ cache: false });
  await call("POST", "/repos/ada/hello/issues", issue);
  let isOver = false;
  const busy = Array.from({ length: 4 }, async () => {
    while (!isOver) await call("PATCH", "/repos/ada/hello/issues/1", { title: "b" });
  });
  const since = clock.now();
  const backfill = fetch.with({ lane: "backfill" });
  for (let turn = 0; turn < 3; turn++)
    await call("PATCH", "/repos/ada/hello/issues/1", { title: "c" }, backfill);
  isOver = true;
  await Promise.all(busy);
  expect(clock.now() - since).toBeLessThanOrEqual(3 * 12_000);
});

test("what nobody waits for stops where a fifth of GitHub's allowance is left", async () => {
  const { call, fetch, clock } = await startGoverned(
    { cache: false, limits: { pointsPerMinute: 100_000 } },
    { limits: { core: { user: 100 }, secondary: false } },
  );
  const poll = fetch.with({ lane: "poll", maxWaitMs: 1_000 });
  let sent = 0;
  const refusal = (async () => {
    for (;;) {
      await call("GET", "/repos/ada/hello", undefined, poll);
      sent++;
    }
  })();
  await expect(refusal).rejects.toMatchObject({
    code: "rate_limited",
    data: { because: { kind: "budget", name: "core" } },
  });
  expect(sent).toBe(80);
  // Somebody who waits may use what is left, but for the reserve.
  for (let more = 0; more < 10; more++) expect((await call("GET", "/repos/ada/hello")).status).toBe(200);
  const since = clock.now();
  await expect(call("GET", "/repos/ada/hello")).rejects.toMatchObject({ code: "rate_limited" });
  expect(clock.now()).toBe(since);
});
