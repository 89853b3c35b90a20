/**
 * @module Downloads that GitHub hands over to another host: the answer's body, piece by piece, and no longer than the caller
 * has time.
 */
import { HubsteadError } from "../../errors.ts";
import { notWaitedFor } from "../clock.ts";
import type { CallOptions, GitHubApi, Session } from "./session.ts";

const usualMs = 5 * 60_000;

/**
 * @param route `GET /repos/{owner}/{repo}/actions/runs/{run_id}/logs`
 * @throws {HubsteadError} `remote_unavailable` where it stops in the middle or takes too long
 */
export async function* download(
  session: Session,
  about: string,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  options: CallOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { clock } = session;
  const { timeoutMs = usualMs, ...call } = options;
  const deadline = clock.now() + timeoutMs;
  const api: GitHubApi = await session.api(about, { ...call, timeoutMs });
  const { data } = await api.request(route, { ...parameters, request: { parseSuccessResponseBody: false } });
  const reader = (data as ReadableStream<Uint8Array>).getReader();
  const over = new AbortController();
  const late = clock.sleep(Math.max(0, deadline - clock.now()), over.signal).then(() => {
    throw stopped(about, "it takes too long");
  });
  late.catch(() => undefined);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => undefined);
  const abort = () => reject(call.signal?.reason);
  call.signal?.addEventListener("abort", abort, { once: true });
  try {
    for (;;) {
      call.signal?.throwIfAborted();
      const next = reader.read().catch((error: unknown) => {
        throw stopped(about, "the connection broke", error);
      });
      const { done, value } = await Promise.race([next, late, aborted]);
      if (done) return;
      yield value;
    }
  } finally {
    over.abort(notWaitedFor);
    call.signal?.removeEventListener("abort", abort);
    await reader.cancel().catch(() => undefined);
  }
}

function stopped(about: string, reason: string, cause?: unknown): HubsteadError {
  return new HubsteadError("remote_unavailable", `${about} was not downloaded: ${reason}`, {
    hint: "Try again, or allow more time (`timeoutMs`).",
    data: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}
