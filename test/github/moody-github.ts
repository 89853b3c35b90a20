/**
 * @module A GitHub in a bad mood, for property tests: it counts what it gets by the sliding windows of its limits, and answers
 * with every fault that there is, drawn from a seed. It notes whatever a well-behaved client would not do.
 */
import { createDice } from "../../src/base/dice.ts";

interface Received {
  /** When it was sent. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** What was to be made, for creates. */
  readonly mark: string | undefined;
  readonly content: boolean;
  readonly isIssue: boolean;
}

export interface Moods {
  readonly seed: number;
  /** Of each answer: from 0 to 1. */
  readonly faults: number;
  readonly refusals: number;
}

export interface MoodyGitHub {
  readonly fetch: typeof globalThis.fetch;
  readonly received: readonly Received[];
  /** How often each thing was made. */
  readonly made: ReadonlyMap<string, number>;
  /** What should not have happened. */
  readonly complaints: readonly string[];
  most: number;
}

interface World {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const limit = 300;

export function createMoodyGitHub({ seed, faults, refusals }: Moods, world: World): MoodyGitHub {
  const dice = createDice(seed);
  const received: Received[] = [];
  const made = new Map<string, number>();
  const complaints: string[] = [];
  let used = 0;
  let resetAt = world.now() + 3_600_000;
  let [refusedAt, blockedUntil] = [0, 0];
  let underWay = 0;
  const github = { received, made, complaints, most: 0 };

  const budget = () => {
    if (world.now() >= resetAt) [used, resetAt] = [0, world.now() + 3_600_000];
    return {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(Math.max(0, limit - used)),
      "x-ratelimit-reset": String(Math.ceil(resetAt / 1_000)),
      "x-ratelimit-resource": "core",
      "x-ratelimit-used": String(used),
      date: new Date(world.now()).toUTCString(),
    };
  };
  const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/json", ...budget(), ...headers },
    });
  const refuse = (isHeard: boolean): Response => {
    const status = dice.chance(0.5) ? 403 : 429;
    const saysWhen = dice.chance(0.6);
    const seconds = 1 + dice.below(90);
    // Who has hung up does not hear it.
    if (isHeard) {
      refusedAt = world.now();
      blockedUntil = Math.max(blockedUntil, refusedAt + (saysWhen ? seconds * 1_000 : 60_000));
    }
    const message = "You have exceeded a secondary rate limit. Please wait.";
    return answer(status, { message }, saysWhen ? { "retry-after": String(seconds) } : {});
  };
  const make = (mark: string | undefined): void => {
    if (mark !== undefined) made.set(mark, (made.get(mark) ?? 0) + 1);
  };
  const breakDown = async (mark: string | undefined): Promise<Response> => {
    const isDone = dice.chance(0.5);
    if (isDone) make(mark);
    const kind = dice.pick(["502", "503", "reset", "timeout", "cut"] as const);
    if (kind === "timeout") await world.sleep(600_000);
    if (kind === "reset" || kind === "timeout")
      throw new TypeError("fetch failed", { cause: new Error("socket hang up") });
    if (kind !== "cut") return answer(Number(kind), { message: "bad" });
    if (!isDone) make(mark);
    const body = '{"message": "half of';
    return new Response(body, { status: 200, headers: { "content-type": "application/json", ...budget() } });
  };

  const receive = async (
    url: URL,
    method: string,
    mark: string | undefined,
    sentAt: number,
    signal: AbortSignal | null | undefined,
  ): Promise<Response> => {
    const isIssue = method === "POST" && url.pathname.endsWith("/issues");
    const content = isIssue || (method === "POST" && url.pathname.endsWith("/comments"));
    received.push({ at: sentAt, method, path: url.pathname, mark, content, isIssue });
    // What was under way when GitHub refused could not know.
    if (sentAt > refusedAt && sentAt < blockedUntil) {
      complaints.push(`${method} ${blockedUntil - sentAt} ms too early after a refusal`);
    }
    budget();
    if (used >= limit) complaints.push(`${method} with nothing left of the hour`);
    used++;
    if (dice.chance(refusals)) return refuse(signal?.aborted !== true);
    if (dice.chance(faults)) return breakDown(mark);
    if (url.searchParams.has("mark")) {
      const sought = url.searchParams.get("mark")!;
      return made.has(sought) ? answer(200, { mark: sought }) : answer(200, { mark: null });
    }
    make(mark);
    return answer(method === "POST" ? 201 : 200, { mark: mark ?? null });
  };

  return Object.assign(github, {
    fetch: (async (input: URL, init: RequestInit = {}) => {
      underWay++;
      github.most = Math.max(github.most, underWay);
      try {
        init.signal?.throwIfAborted();
        const { body } = init;
        const mark = typeof body === "string" ? (JSON.parse(body) as { mark?: string }).mark : undefined;
        const aborted = Promise.withResolvers<never>();
        init.signal?.addEventListener("abort", () => aborted.reject(init.signal?.reason), { once: true });
        const sentAt = world.now();
        const answer = world
          .sleep(dice.below(300))
          .then(() => receive(new URL(input), init.method ?? "GET", mark, sentAt, init.signal));
        answer.catch(() => undefined);
        return await Promise.race([answer, aborted.promise]);
      } finally {
        underWay--;
      }
    }) as typeof globalThis.fetch,
  });
}

/** The most that any stretch of time holds. */
export function mostWithin(
  times: readonly { readonly at: number; readonly weight: number }[],
  windowMs: number,
): number {
  let [from, sum, most] = [0, 0, 0];
  for (const { at, weight } of times) {
    sum += weight;
    while (times[from]!.at <= at - windowMs) sum -= times[from++]!.weight;
    most = Math.max(most, sum);
  }
  return most;
}
