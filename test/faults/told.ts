/**
 * @module The child's side of a process that a test starts: its task, the word to stop, and how it answers.
 */
import { flushCompileCache } from "node:module";

/** What the test gave it to do. */
export function readTask<T>(): T {
  return JSON.parse(process.argv[2]!) as T;
}

/** Tells the test something; resolves when it is on its way. */
export function tell(message: object): Promise<void> {
  // Node writes it at exit, which a killed process never reaches.
  flushCompileCache();
  return new Promise((resolve) => {
    process.send!(message, () => resolve());
  });
}

/** Becomes true when the test says "stop". A child whose test is gone goes as well. */
export const told = { toStop: false };

process.on("message", () => {
  told.toStop = true;
});
process.on("disconnect", () => process.exit(1));
