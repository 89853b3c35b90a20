import { expect, test } from "vitest";
import { createSingleFlight } from "./single-flight.ts";

/** Work that waits to be finished, and counts how often it was begun. */
function slowWork() {
  const finished = Promise.withResolvers<number>();
  const signals: AbortSignal[] = [];
  return {
    signals,
    finish: finished.resolve,
    fail: finished.reject,
    work: (signal: AbortSignal): Promise<number> => {
      signals.push(signal);
      return finished.promise;
    },
  };
}

test("the same work is done once, and its result is not kept", async () => {
  const share = createSingleFlight<number>();
  const { signals, finish, work } = slowWork();
  const all = [share("a", work), share("a", work), share("a", work)];
  finish(1);
  expect(await Promise.all(all)).toEqual([1, 1, 1]);
  expect(signals).toHaveLength(1);
  await share("a", work);
  expect(signals).toHaveLength(2);
});

test("other work is done beside it", async () => {
  const share = createSingleFlight<number>();
  const { signals, finish, work } = slowWork();
  const all = [share("a", work), share("b", work)];
  finish(1);
  await Promise.all(all);
  expect(signals).toHaveLength(2);
});

test("a failure is everybody's, and the next one tries again", async () => {
  const share = createSingleFlight<number>();
  const { fail, work } = slowWork();
  const all = [share("a", work), share("a", work)];
  fail(new Error("no"));
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await share("a", async () => 2)).toBe(2);
});

test("one who gives up leaves the others alone", async () => {
  const share = createSingleFlight<number>();
  const { signals, finish, work } = slowWork();
  const stop = new AbortController();
  const first = share("a", work, stop.signal);
  const second = share("a", work);
  stop.abort(new Error("enough"));
  await expect(first).rejects.toThrow("enough");
  expect(signals[0]?.aborted).toBe(false);
  finish(1);
  expect(await second).toBe(1);
});

test("when all have given up, the work is stopped, and the next one begins anew", async () => {
  const share = createSingleFlight<number>();
  const { signals, fail, work } = slowWork();
  const stop = new AbortController();
  const all = [share("a", work, stop.signal), share("a", work, stop.signal)];
  stop.abort(new Error("enough"));
  await Promise.allSettled(all);
  expect(signals[0]?.aborted).toBe(true);
  expect(await share("a", async () => 3)).toBe(3);
  // A late failure of what nobody waits for any more is nobody's.
  fail(new Error("late"));
  await expect(share("a", work, AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
  expect(signals).toHaveLength(1);
});
