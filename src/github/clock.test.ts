import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { notWaitedFor, systemClock } from "./clock.ts";

test("a sleep ends when it is over, and leaves nothing on the signal", async () => {
  const { signal } = new AbortController();
  await systemClock.sleep(1, signal);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("a sleep is interrupted with the signal's own reason", async () => {
  const over = new AbortController();
  const sleep = systemClock.sleep(60_000, over.signal);
  over.abort(notWaitedFor);
  await expect(sleep).rejects.toBe(notWaitedFor);
});

test("a sleep on a signal that is aborted already never begins", async () => {
  const reason = new Error("stopped");
  await expect(systemClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
});

test("a sleep longer than a timer can be does not end at once", async () => {
  const over = new AbortController();
  const sleep = systemClock.sleep(2 ** 40, over.signal).then(() => "over");
  const first = await Promise.race([
    sleep.catch(() => "interrupted"),
    new Promise((resolve) => setTimeout(resolve, 20, "still asleep")),
  ]);
  over.abort(notWaitedFor);
  expect(first).toBe("still asleep");
});
