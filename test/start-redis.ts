/**
 * @module A Redis for tests: a `redis-server` of their own that keeps everything in memory.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

const isInstalled = spawnSync("redis-server", ["--version"]).status === 0;
/** Where it must be, on CI, the tests fail without it. */
export const hasRedis = isInstalled || process.env["CI"] !== undefined;
if (!hasRedis)
  console.warn("NO redis-server HERE: THE TESTS THAT NEED A REDIS ARE SKIPPED (apt install redis-server)");

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Starts it again, with nothing in it, where it does not run. */
  start(): Promise<void>;
  /** Ends it at once. */
  stop(): Promise<void>;
  /** Whatever a test has to say to it. */
  say(command: string, ...args: readonly (string | number)[]): Promise<unknown>;
}

/** Starts one on a free port; its owner stops it. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  const folder = tmpdir();
  let server: ChildProcess | undefined;

  const withClient = async <T>(body: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis({ port, lazyConnect: true, retryStrategy: () => null });
    redis.on("error", () => undefined);
    try {
      await redis.connect();
      return await body(redis);
    } finally {
      redis.disconnect();
    }
  };

  const isRunning = () => server !== undefined && server.exitCode === null && server.signalCode === null;

  const start = async (): Promise<void> => {
    if (isRunning()) return;
    const words = [
      "--port",
      port,
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no",
      "--dir",
      folder,
    ];
    server = spawn("redis-server", words.map(String), { stdio: "ignore" });
    for (let tries = 0; ; tries++) {
      try {
        await withClient((redis) => redis.ping());
        return;
      } catch (error) {
        if (tries === 200 || server.exitCode !== null) throw error;
        await sleep(25);
      }
    }
  };

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    async stop() {
      if (server === undefined || !isRunning()) return;
      const gone = once(server, "exit");
      server.kill("SIGKILL");
      await gone;
    },
    say: (command, ...args) => withClient((redis) => redis.call(command, ...args)),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
