/**
 * @module Carries out faults: on the connection, and on answers.
 */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../faults.ts";
import type { Answer } from "./answer.ts";
import type { Connection } from "./incoming.ts";

/** Whoever waits gives up sooner; a connection that is never closed would keep the server. */
const longestSilenceMs = 120_000;

/**
 * What comes in place of the right answer.
 *
 * @returns `undefined` where the fault leaves the answer, but for its bytes
 */
export async function replaceAnswer({ does }: Fault, { incoming }: Connection): Promise<Answer | undefined> {
  switch (does.kind) {
    case "status":
      return {
        status: does.status,
        body: does.body ?? {
          message: `HTTP ${does.status}`,
          documentation_url: "https://docs.github.com/rest",
        },
        ...(does.headers === undefined ? {} : { headers: does.headers }),
      };
    case "reset":
    case "prefix":
      incoming.socket.resetAndDestroy();
      return { status: 500 };
    case "timeout": {
      const closed = once(incoming.socket, "close");
      await Promise.race([closed, sleep(does.ms ?? longestSilenceMs, undefined, { ref: false })]);
      incoming.socket.destroy();
      return { status: 500 };
    }
    default:
      return undefined;
  }
}

/** The bytes of an answer as a fault leaves them. */
export function damageBody(
  body: string | Uint8Array | ReadableStream | undefined,
  fault: Fault | undefined,
  { incoming }: Connection,
): string | Uint8Array | ReadableStream | undefined {
  if (body === undefined) return undefined;
  switch (fault?.does.kind) {
    case "malformed":
      dropBody(body);
      return "<html><body>Whoops, something went wrong.</body></html>";
    case "cut": {
      // What is not known beforehand is cut at its beginning.
      dropBody(body);
      const bytes = body instanceof ReadableStream ? Buffer.alloc(0) : Buffer.from(body);
      return new ReadableStream({
        start: (controller) => controller.enqueue(bytes.subarray(0, Math.ceil(bytes.length / 2))),
        async pull(controller) {
          // Not before the first half has left.
          await sleep(10);
          incoming.socket.destroy();
          controller.close();
        },
      });
    }
    default:
      return body;
  }
}

/** Tells what makes a body that nobody reads it. */
export function dropBody(body: unknown): void {
  if (body instanceof ReadableStream) void body.cancel();
}
