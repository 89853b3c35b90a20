/**
 * @module Says on a terminal what is waited for, once that takes longer than a second. Elsewhere it says nothing.
 */
import type { Io } from "./io.ts";
import { toPrintable } from "./printable.ts";

/** Shorter waits need no words. */
const quietMs = 1_000;
const intervalMs = 500;

export interface StatusLine {
  /** Changes what is said. */
  say(text: string): void;
  /** Takes the line away for something else to be written; it comes back by itself. */
  clear(): void;
  end(): void;
}

const silent: StatusLine = { say() {}, clear() {}, end() {} };

/** @param text "waiting for GitHub" */
export function createStatusLine(io: Io, text: string, wanted: boolean): StatusLine {
  if (!wanted || io.stderr.isTTY !== true) return silent;
  const startedAt = performance.now();
  let current = text;
  let isShown = false;
  const clear = (): void => {
    if (isShown) io.stderr.write("\r\u001b[K");
    isShown = false;
  };
  const timer = setInterval(() => {
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs < quietMs) return;
    io.stderr.write(`\r\u001b[K${toPrintable(current)}: ${Math.round(elapsedMs / 1_000)} s`);
    isShown = true;
  }, intervalMs);
  // Saying how long something takes must not make it take longer.
  timer.unref();
  return {
    say(changed) {
      current = changed;
    },
    clear,
    end() {
      clearInterval(timer);
      clear();
    },
  };
}
