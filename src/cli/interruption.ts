/**
 * @module Waits for work that the user may interrupt.
 */
import { Interrupted } from "./report-error.ts";

/** How long a command that was interrupted may take to clean up. */
const graceMs = 2_000;

/** Waits for the work; after an interruption only as long as it takes to clean up. @throws {Interrupted} */
export async function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const over = Promise.withResolvers<never>();
  const interrupt = (): void => void setTimeout(() => over.reject(new Interrupted()), graceMs).unref();
  if (signal.aborted) interrupt();
  else signal.addEventListener("abort", interrupt, { once: true });
  try {
    return await Promise.race([work, over.promise]);
  } catch (error) {
    throw signal.aborted ? new Interrupted() : error;
  } finally {
    signal.removeEventListener("abort", interrupt);
    // What still runs then fails on what was closed, and nobody needs to know.
    work.catch(() => undefined);
  }
}
