/**
 * @module What is waited for no longer than until a request's deadline, whatever it is.
 */
import { type GitHubClock, notWaitedFor } from "../clock.ts";
import type { Terms } from "./governed-request.ts";
import { TransportFailure } from "./transport.ts";

/**
 * @param body gets a signal that is aborted at the deadline, and when the caller gives up
 * @throws {TransportFailure} of an unsent request at the deadline; the caller's reason; what `body` throws
 */
export async function beforeDeadline<T>(
  clock: GitHubClock,
  { deadlineAt, signal: own }: Pick<Terms, "deadlineAt" | "signal">,
  body: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  own?.throwIfAborted();
  const [timer, over] = [new AbortController(), new AbortController()];
  const { promise: late, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(own?.reason);
  own?.addEventListener("abort", onAbort, { once: true });
  if (Number.isFinite(deadlineAt)) {
    clock.sleep(Math.max(0, deadlineAt - clock.now()), timer.signal).then(
      () => {
        reject(new TransportFailure("no", "deadline"));
        over.abort();
      },
      () => undefined,
    );
  }
  try {
    const signal = own === undefined ? over.signal : AbortSignal.any([own, over.signal]);
    return await Promise.race([body(signal), late]);
  } finally {
    timer.abort(notWaitedFor);
    own?.removeEventListener("abort", onAbort);
  }
}
