/**
 * @module A download is under way until its body has been read: only then somebody else may take its place.
 */
import { type GitHubClock, notWaitedFor } from "../clock.ts";

type Body = ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * @param idleMs where nobody asks for the next piece for so long, it counts as ended, too; it can still be read
 * @param onEnd called once: when the body has been read, was cancelled, broke, or was left alone
 */
export function withEnd(body: Body, idleMs: number, clock: GitHubClock, onEnd: () => void): Body {
  const reader = body.getReader();
  let hasEnded = false;
  let timer = new AbortController();
  const end = (): void => {
    timer.abort(notWaitedFor);
    if (hasEnded) return;
    hasEnded = true;
    onEnd();
  };
  const awaitReader = (): void => {
    timer = new AbortController();
    if (!hasEnded) clock.sleep(idleMs, timer.signal).then(end, () => undefined);
  };
  awaitReader();
  return new ReadableStream(
    {
      async pull(controller) {
        timer.abort(notWaitedFor);
        try {
          const { done, value } = await reader.read();
          if (done) {
            end();
            controller.close();
            return;
          }
          controller.enqueue(value);
          awaitReader();
        } catch (error) {
          end();
          throw error;
        }
      },
      cancel(reason) {
        end();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
