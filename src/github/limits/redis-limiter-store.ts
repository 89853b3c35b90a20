/**
 * @module Counts the use of GitHub's limits in Redis, for processes on many machines, by the server's clock. While Redis is
 * gone each process keeps to an equal share of what is allowed, or fails, as its owner chose; nobody goes without limits.
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import { createLeaseNames } from "./lease-names.ts";
import type {
  AcquireRequest,
  AcquireResult,
  LimiterStore,
  Need,
  RefusedBecause,
  Settlement,
} from "./limiter-store.ts";
import { shareOfNews, shareOfRequest } from "./local-share.ts";
import { describeRecord, noteGrant, settle, tryAcquire, withdraw } from "./principal-limits.ts";
import { createRecord, parseRecord } from "./principal-record.ts";
import { createPrincipalRecords } from "./principal-records.ts";
import { createScriptRunner, type RedisClient } from "./redis-client.ts";
import { createEpochs, type Untold, usesOf } from "./redis-epochs.ts";
import { limiterScript } from "./redis-limiter-script.ts";

export interface RedisLimiterStoreOptions {
  /** `redis://HOST:PORT` or `rediss://…`, by `ioredis`; or a client of `ioredis` 5, 6 or `redis` 4 to 6, connected by its owner. */
  readonly redis: string | RedisClient;
  /** Of the keys, one a principal. Default `hubstead:limits:1:`. */
  readonly prefix?: string;
  /**
   * What happens while Redis is gone. `local-conservative`: this process alone counts, and uses a share of everything;
   * `fail`: `remote_unavailable`.
   */
  readonly onStoreError: "local-conservative" | "fail";
  /**
   * How many processes share the limits: the share of each is one part of so many, and so many have to tell a Redis that has
   * forgotten everything what they used before it is relied on again. Default 8.
   */
  readonly processes?: number;
  /** By which the local share is counted. */
  readonly clock: Pick<GitHubClock, "now">;
  /** How long an answer of Redis is waited for. Default 1,000. */
  readonly commandTimeoutMs?: number;
  /** Told whenever Redis goes or comes back. */
  readonly onDegraded?: (event: RedisDegraded) => void;
}

export type RedisDegraded =
  | { readonly degraded: true; readonly cause: HubsteadError }
  | { readonly degraded: false };

export interface RedisLimiterStore extends LimiterStore {
  /** Whether Redis was gone when it was asked last. */
  readonly degraded: boolean;
}

/** While Redis is gone, one question in so long is spent on finding out whether it is back. */
const retryMs = 1_000;

/** A Redis that forgets again and again while it is told is asked no more often at once. */
const mostTellings = 3;

type Operation = "acquire" | "settle" | "withdraw" | "read";

/**
 * Does not wait for Redis: that it is gone shows when it is asked.
 *
 * @throws {HubsteadError} `invalid_input` for a URL that is none of Redis, a number of processes below 1, or without the
 *   package `ioredis`
 */
export async function createRedisLimiterStore(options: RedisLimiterStoreOptions): Promise<RedisLimiterStore> {
  const { prefix = "hubstead:limits:1:", processes = 8, clock, commandTimeoutMs = 1_000 } = options;
  if (!Number.isInteger(processes) || processes < 1)
    throw invalidInput(`${processes} is no number of processes`, "Give a whole number, at least 1.");
  const runner = await createScriptRunner(options.redis, limiterScript, commandTimeoutMs);
  const nextLease = createLeaseNames();
  const process = nextLease();
  const gate = createGate(options);
  /** What this process uses itself is counted here too, so that its share begins where it stands. */
  const records = createPrincipalRecords();
  /** What Redis does not know of principals: what was granted, or that there is a pause, while it was gone. */
  const untold = new Map<string, Untold>();
  const telling = new Map<string, Promise<void>>();
  const epochs = createEpochs();

  const ask = (
    operation: Operation,
    principal: string,
    [payload = "", lease = ""]: readonly string[] = [],
  ): Promise<ScriptAnswer | undefined> =>
    gate.ask(async () => {
      const key = `${prefix}{${principal}}`;
      if (untold.has(principal)) await tell(principal, key);
      const late = (answer: unknown) => {
        // Granted when nobody waited for it any more.
        if (operation === "acquire" && Array.isArray(answer) && Number(answer[0]) === 1)
          void runner
            .run(key, ["settle", JSON.stringify({ counted: "unsent" } satisfies Settlement), lease])
            .catch(() => undefined);
      };
      return (await runner.run(key, [operation, payload, lease], late)) as ScriptAnswer;
    });

  /** Questions of one time tell it once. */
  const tell = (principal: string, key: string): Promise<void> => {
    const running =
      telling.get(principal) ?? tellNow(principal, key).finally(() => telling.delete(principal));
    telling.set(principal, running);
    return running;
  };

  const tellNow = async (principal: string, key: string): Promise<void> => {
    const now = clock.now();
    const record = records.recordOf(principal, now);
    const { paused } = describeRecord(record, now);
    const news = untold.get(principal);
    untold.delete(principal);
    try {
      if (paused !== undefined)
        await runner.run(key, ["settle", JSON.stringify({ counted: "no", pause: paused }), ""]);
      const known = epochs.expected(principal, now);
      const uses = usesOf(record, { granted: epochs.windowsOf(principal), untold: news?.windows }, now);
      const leases = [...record.leases].map(([id, { endsAt }]) => ({ id, forMs: endsAt - now }));
      const budgets = epochs.newsOf(principal, now);
      if (known === "" && uses.every(({ cost }) => cost === 0)) return;
      const told = { known, process, processes, uses, leases, budgets };
      const answer = await runner.run(key, ["tell", JSON.stringify(told), nextLease()]);
      const [, , epoch] = answer as readonly unknown[];
      if (known !== "" && typeof epoch === "string") epochs.renewed(principal, epoch);
    } catch (error) {
      if (news !== undefined) untold.set(principal, news);
      throw error;
    }
  };

  /** @returns `undefined` where Redis is gone; whether there is room, where it remembers what this process knows of */
  const askForRoom = async (request: AcquireRequest, lease: string): Promise<ScriptAnswer | undefined> => {
    const { principal } = request;
    for (let tellings = 0; ; tellings++) {
      const known = epochs.expected(principal, clock.now());
      const wish = JSON.stringify({ ...request, principal: undefined, known });
      const answer = await ask("acquire", principal, [wish, lease]);
      if (answer === undefined || Number(answer[0]) !== 2) return answer;
      if (tellings === mostTellings) return [0, answer[1], retryMs, "pause", "recovery"];
      await gate.ask(() => tell(principal, `${prefix}{${principal}}`));
    }
  };

  /** Remembers what Redis will have to be told: that there is a pause, or what a request has used. */
  const leaveUntold = (principal: string, needs: readonly Need[], since: number): void => {
    const windows = new Map(untold.get(principal)?.windows);
    for (const need of needs)
      if (need.kind === "window" && !windows.has(need.name))
        windows.set(need.name, { windowMs: need.windowMs, since });
    untold.set(principal, { windows });
  };

  return {
    isShared: true,
    get degraded() {
      return gate.degraded;
    },

    async acquire(request) {
      const { principal } = request;
      const lease = nextLease();
      const answer = await askForRoom(request, lease);
      const result = answer && toResult(answer, lease);
      if (result?.granted === false) return result;
      const now = clock.now();
      const record = records.recordOf(principal, now);
      const share = shareOfRequest(request, processes);
      if (result === undefined) {
        const own = tryAcquire(record, share, now, lease);
        if (own.granted) leaveUntold(principal, request.needs, now);
        return own;
      }
      noteGrant(record, share, now, lease);
      const epoch = answer?.[2];
      if (typeof epoch === "string") epochs.granted(request, epoch, now);
      return result;
    },

    async settle(principal, lease, settlement) {
      const now = clock.now();
      const { budget } = settlement;
      if (budget !== undefined) epochs.learnt(principal, budget, now);
      settle(
        records.recordOf(principal, now),
        lease,
        budget === undefined ? settlement : { ...settlement, budget: shareOfNews(budget, processes) },
        now,
      );
      let isTold = false;
      try {
        const answer = await ask("settle", principal, [JSON.stringify(settlement), lease]);
        isTold = answer !== undefined;
      } finally {
        if (!isTold && settlement.pause !== undefined) leaveUntold(principal, [], now);
      }
    },

    async withdraw(principal, ticket) {
      const now = clock.now();
      withdraw(records.recordOf(principal, now), ticket, now);
      await ask("withdraw", principal, [ticket]);
    },

    async read(principal) {
      const answer = await ask("read", principal);
      const now = clock.now();
      if (answer === undefined) return describeRecord(records.recordOf(principal, now), now);
      const [, serverNow, text] = answer;
      const record =
        text === "" ? createRecord(serverNow) : parseRecord(String(text), `the Redis key of ${principal}`);
      return describeRecord(record, Number(serverNow));
    },

    async close() {
      runner.close();
    },
    async [Symbol.asyncDispose]() {
      runner.close();
    },
  };
}

/** See `redis-limiter-script.ts`. */
type ScriptAnswer = readonly [granted: number, now: number, waitMsOrText: number | string, ...string[]];

function toResult([granted, , waitMs, kind, name]: ScriptAnswer, lease: string): AcquireResult {
  if (Number(granted) === 1) return { granted: true, lease };
  const because = { kind: kind as RefusedBecause["kind"], name: String(name) };
  return { granted: false, waitMs: Number(waitMs), because };
}

interface Gate {
  /** @returns `undefined` where Redis is gone and that is no error */
  ask<T>(question: () => Promise<T>): Promise<T | undefined>;
  readonly degraded: boolean;
}

/** Keeps questions from a Redis that is gone, but for one now and then. */
function createGate({ onStoreError, onDegraded }: RedisLimiterStoreOptions): Gate {
  let gone: { readonly cause: HubsteadError; readonly retryAt: number } | undefined;

  const fail = (cause: HubsteadError): undefined => {
    if (onStoreError === "fail") throw cause;
    return undefined;
  };

  return {
    get degraded() {
      return gone !== undefined;
    },
    async ask(question) {
      if (gone !== undefined) {
        if (performance.now() < gone.retryAt) return fail(gone.cause);
        gone = { ...gone, retryAt: performance.now() + retryMs };
      }
      try {
        const answer = await question();
        if (gone !== undefined) {
          gone = undefined;
          onDegraded?.({ degraded: false });
        }
        return answer;
      } catch (error) {
        if (!(error instanceof HubsteadError) || error.code !== "remote_unavailable") throw error;
        const isNew = gone === undefined;
        gone = { cause: error, retryAt: performance.now() + retryMs };
        if (isNew) onDegraded?.({ degraded: true, cause: error });
        return fail(error);
      }
    },
  };
}
