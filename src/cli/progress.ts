/**
 * @module Says on a terminal how far something is, once it takes longer than a second. Elsewhere it says nothing.
 */
import type { Io } from "./io.ts";

/** Shorter waits need no words. */
const quietMs = 1_000;
const intervalMs = 100;

export interface Progress {
  /** Called often; shows a count now and then. */
  report(done: number): void;
  /** Takes the line away. */
  end(): Promise<void>;
}

const silent: Progress = { report() {}, async end() {} };

/** For work that tells how far it is. @param unit what is counted: "entities" */
export function createProgress(io: Io, label: string, unit: string, wanted: boolean): Progress {
  if (!wanted || io.stderr.isTTY !== true) return silent;
  const stream = io.stderr;
  const start = Date.now();
  let shownAt = start + quietMs - intervalMs;
  let shown = false;
  return {
    report(done) {
      const now = Date.now();
      if (now - shownAt < intervalMs) return;
      shownAt = now;
      shown = true;
      const rate = Math.round((done * 1_000) / (now - start));
      stream.write(
        `\r\u001b[K${label}: ${done.toLocaleString("en")} ${unit}, ${rate.toLocaleString("en")} a second`,
      );
    },
    async end() {
      if (shown) stream.write("\r\u001b[K");
      shown = false;
    },
  };
}

/**
 * For work that holds this thread until it is done: another thread counts the seconds on file descriptor 2.
 *
 * @see https://nodejs.org/api/worker_threads.html
 */
export async function createClock(io: Io, label: string, wanted: boolean): Promise<Progress> {
  if (!wanted || io.stderr.isTTY !== true) return silent;
  const stream: Io["stderr"] & { readonly fd?: number } = io.stderr;
  if (stream.fd === undefined) return silent;
  const { Worker } = await import("node:worker_threads");
  const worker = new Worker(ticker, { eval: true, workerData: { fd: stream.fd, label, quietMs } });
  worker.unref();
  return {
    report() {},
    async end() {
      await worker.terminate();
      stream.write("\r\u001b[K");
    },
  };
}

const ticker = `
const { writeSync } = require("node:fs");
const { fd, label, quietMs } = require("node:worker_threads").workerData;
const start = Date.now();
const tick = () => { try { writeSync(fd, "\\r\\u001b[K" + label + ": " + Math.round((Date.now() - start) / 1000) + " s"); } catch {} };
setTimeout(() => { tick(); setInterval(tick, 500); }, quietMs);
`;
