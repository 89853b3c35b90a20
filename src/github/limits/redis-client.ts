/**
 * @module Runs one script on a Redis, whatever client speaks to it, within a bounded time. Knows nothing of what the script
 * does.
 */
import { createHash } from "node:crypto";
import { redact } from "../../base/redact.ts";
import { HubsteadError, invalidInput } from "../../errors.ts";

/** `ioredis` 5 and 6, `Redis` or `Cluster`. */
export interface IoredisLike {
  evalsha(sha: string, keys: number, ...keysAndArgs: string[]): Promise<unknown>;
  eval(script: string, keys: number, ...keysAndArgs: string[]): Promise<unknown>;
}

/** `redis` (node-redis) 4 to 6. */
export interface NodeRedisLike {
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

export type RedisClient = IoredisLike | NodeRedisLike;

export interface ScriptRunner {
  /**
   * @param late called with an answer that comes after the time has run out
   * @throws {HubsteadError} `remote_unavailable`; `corrupt` where the key holds something else
   */
  run(key: string, args: readonly string[], late?: (answer: unknown) => void): Promise<unknown>;
  /** Ends a connection of its own; a client that was handed in is its owner's. */
  close(): void;
}

interface Connection {
  readonly evaluate: (kind: "sha" | "script", key: string, args: readonly string[]) => Promise<unknown>;
  /** Why it does not work, where that is known better than from the answer to a command. */
  readonly trouble: () => string | undefined;
  readonly close: () => void;
}

/**
 * @param redis `redis://` or `rediss://`, or a client
 * @throws {HubsteadError} `invalid_input` for another URL, or without the package `ioredis`
 */
export async function createScriptRunner(
  redis: string | RedisClient,
  script: string,
  timeoutMs: number,
): Promise<ScriptRunner> {
  const sha = createHash("sha1").update(script).digest("hex");
  const texts = { sha, script };
  const connection = typeof redis === "string" ? await connect(redis, texts, timeoutMs) : adapt(redis, texts);

  const evaluate = async (key: string, args: readonly string[]): Promise<unknown> => {
    try {
      return await connection.evaluate("sha", key, args);
    } catch (error) {
      if (!messageOf(error).includes("NOSCRIPT")) throw error;
      return connection.evaluate("script", key, args);
    }
  };

  return {
    async run(key, args, late) {
      let timer: NodeJS.Timeout | undefined;
      const answer = evaluate(key, args);
      const tooLate = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          answer.then(late, () => undefined);
          reject(new Error(`no answer within ${timeoutMs} ms`));
        }, timeoutMs);
      });
      try {
        return await Promise.race([answer, tooLate]);
      } catch (error) {
        throw toHubsteadError(error, key, connection.trouble());
      } finally {
        clearTimeout(timer);
      }
    },
    close: connection.close,
  };
}

type Texts = Readonly<Record<"sha" | "script", string>>;

function adapt(client: RedisClient, texts: Texts): Connection {
  return {
    evaluate: async (kind, key, args) => {
      if ("evalSha" in client) {
        const options = { keys: [key], arguments: [...args] };
        return kind === "sha" ? client.evalSha(texts.sha, options) : client.eval(texts.script, options);
      }
      return kind === "sha"
        ? client.evalsha(texts.sha, 1, key, ...args)
        : client.eval(texts.script, 1, key, ...args);
    },
    trouble: () => undefined,
    close: () => undefined,
  };
}

const longestReconnectMs = 1_000;

async function connect(url: string, texts: Texts, timeoutMs: number): Promise<Connection> {
  // Another text would be taken for a path and shown in errors, with the password that may be in it.
  if (!URL.canParse(url) || !["redis:", "rediss:"].includes(new URL(url).protocol))
    throw invalidInput(
      "the address of the Redis is no redis:// or rediss:// URL",
      "Write redis://HOST:PORT.",
    );
  const { Redis } = await loadIoredis();
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    // A command that waits for a connection would grant a lease when nobody waits for it any more.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(50 * times, longestReconnectMs),
  });
  let trouble: string | undefined;
  redis.on("error", (error: unknown) => {
    trouble = messageOf(error);
  });
  redis.on("ready", () => {
    trouble = undefined;
  });
  const client = adapt(redis, texts);
  let connecting: Promise<void> | undefined;
  return {
    async evaluate(kind, key, args) {
      // Only the first attempt is waited for; it goes on trying by itself.
      connecting ??= redis.connect().catch(() => undefined);
      await connecting;
      return client.evaluate(kind, key, args);
    },
    trouble: () => trouble,
    close: () => redis.disconnect(),
  };
}

async function loadIoredis() {
  try {
    return await import("ioredis");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw invalidInput("a Redis URL needs the package ioredis", "Run: npm install ioredis");
  }
}

/** The client's errors carry the command with its arguments, and the one that logs in the password: only the message stays. */
function toHubsteadError(error: unknown, key: string, trouble: string | undefined): unknown {
  const message = redact(messageOf(error));
  if (/WRONGTYPE|^CORRUPT /u.test(message))
    return new HubsteadError("corrupt", `the Redis key ${key} holds something else than GitHub's limits`, {
      hint: `Remove it (DEL ${key}), or choose another prefix.`,
      data: { key },
      cause: new Error(message),
    });
  // A mistake of ours in the script.
  if (/^ERR .*user_script/u.test(message)) return error;
  return new HubsteadError(
    "remote_unavailable",
    `Redis does not count GitHub's limits: ${trouble ?? message}`,
    {
      hint: "Check that Redis runs, can be reached, and takes the password of its URL.",
      data: { retryAfterMs: 1_000 },
      cause: new Error(message),
    },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
