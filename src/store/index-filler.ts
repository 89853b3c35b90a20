/**
 * @module Brings what was written into the search index, while nobody waits for it: when the store is idle, and after an
 * import.
 */
import { setImmediate as breathe } from "node:timers/promises";
import type { Logger } from "../base/logger.ts";
import type { Storage } from "../storage/storage.ts";

/** After a write the store waits this long for another one before it fills the search index. */
const idleMs = 250;

export interface IndexFiller {
  /** After a write: fills a part once no other write has come for a while, and goes on so. */
  fillWhenIdle(): void;
  /** After an import there is much to do: begins when the caller has gone on, and fills it all. */
  fillAll(): void;
  /** Waits for what is under way; nothing is begun any more. */
  close(): Promise<void>;
}

/** @param logger gets what could not be filled: the next search fills it, or fails with the reason */
export function createIndexFiller(storage: Storage, logger: Logger): IndexFiller {
  let idle: NodeJS.Timeout | undefined;
  let filling: Promise<unknown> = Promise.resolve();
  let closed = false;
  const failed = (error: unknown) => logger.warn("the search index could not be filled", { error });

  const fillWhenIdle = (): void => {
    if (closed) return;
    if (idle !== undefined) return void idle.refresh();
    idle = setTimeout(() => {
      idle = undefined;
      filling = storage
        .fillIndex()
        .then((complete) => complete || fillWhenIdle())
        .catch(failed);
    }, idleMs).unref();
  };

  return {
    fillWhenIdle,
    fillAll() {
      filling = filling
        .then(async () => {
          do await breathe();
          while (!(await storage.fillIndex()));
        })
        .catch(failed);
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      await filling;
    },
  };
}
