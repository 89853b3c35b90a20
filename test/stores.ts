/**
 * @module Stores that live as long as one test.
 */
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openStore, type Store, type StoreOptions } from "../src/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A store in memory. */
export async function memoryStore(options: StoreOptions = {}): Promise<Store> {
  const store = await openStore(":memory:", options);
  onTestFinished(() => store.close());
  return store;
}

/** A store in a file; the same path twice is the same store, as two processes have it. */
export async function fileStore(
  path = join(temporaryFolder(), "store.db"),
  options: StoreOptions = {},
): Promise<Store> {
  const store = await openStore(path, options);
  onTestFinished(() => store.close());
  return store;
}

/** A wall clock that is set by hand. */
export function handClock(start = "2026-01-31T12:00:00.000Z"): {
  readonly now: () => number;
  set(time: string): void;
  tick(ms?: number): void;
} {
  let time = Date.parse(start);
  return {
    now: () => time,
    set(text) {
      time = Date.parse(text);
    },
    tick(ms = 1_000) {
      time += ms;
    },
  };
}
