/**
 * @module A process that replaces one entity over and over, without any pause unless told, and measures how long each
 * write waited.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "../../src/store/open.ts";
import { readTask, tell, told } from "./told.ts";

export interface SaturatingTask {
  readonly path: string;
  readonly name: string;
  /** After so many writes, 1 if not given, it pauses so long. */
  readonly burst?: number;
  readonly pauseMs?: number;
}

export interface SaturatingReport {
  readonly writes: number;
  readonly longestWaitMs: number;
}

async function saturate({ path, name, burst = 1, pauseMs }: SaturatingTask): Promise<SaturatingReport> {
  await using store = await openStore(path);
  await tell({ ready: name });
  let writes = 0;
  let longestWaitMs = 0;
  while (!told.toStop) {
    const start = performance.now();
    await store.put({ id: `task-${name}`, data: { count: writes + 1 } });
    longestWaitMs = Math.max(longestWaitMs, performance.now() - start);
    writes++;
    // Lets the word to stop arrive; a timer would be a pause.
    await (pauseMs === undefined || writes % burst > 0 ? new Promise(setImmediate) : sleep(pauseMs));
  }
  return { writes, longestWaitMs };
}

await tell(await saturate(readTask()));
process.exit(0);
