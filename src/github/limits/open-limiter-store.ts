/**
 * @module Opens a limiter store by what is to share it. Its drivers are loaded when they are wanted: who counts in memory pays
 * neither for SQLite nor for Redis.
 */
import { invalidInput } from "../../errors.ts";
import { type GitHubClock, systemClock } from "../clock.ts";
import type { LimiterStore } from "./limiter-store.ts";
import { createMemoryLimiterStore } from "./memory-limiter-store.ts";
import type { RedisLimiterStoreOptions } from "./redis-limiter-store.ts";

export type LimiterStoreOptions = { readonly clock?: GitHubClock } & (
  | { readonly kind: "memory" }
  /** For the processes of one machine. */
  | {
      readonly kind: "sqlite";
      /** A file; its folder is there. */
      readonly path: string;
    }
  /** For many machines. */
  | ({ readonly kind: "redis" } & Omit<RedisLimiterStoreOptions, "clock">)
);

/**
 * @throws {HubsteadError} `invalid_input` for an address that is none of Redis, or without the package `ioredis`; `not_found`,
 *   `forbidden`, `corrupt`, `unsupported_format` for a file that cannot be opened
 */
export async function openLimiterStore(options: LimiterStoreOptions): Promise<LimiterStore> {
  const { clock = systemClock } = options ?? {};
  switch (options?.kind) {
    case "memory":
      return createMemoryLimiterStore({ clock });
    case "sqlite": {
      const { openSqliteLimiterStore } = await import("./sqlite-limiter-store.ts");
      return openSqliteLimiterStore({ path: options.path, clock });
    }
    case "redis": {
      const { createRedisLimiterStore } = await import("./redis-limiter-store.ts");
      return createRedisLimiterStore({ ...options, clock });
    }
    default:
      // A store that is none would count in this process alone, and nobody would notice.
      throw invalidInput(
        "what is to share the limits is not named",
        'Name it: `{ kind: "sqlite", path }`, `{ kind: "redis", redis, onStoreError }`, or `{ kind: "memory" }`.',
        { path: "kind" },
      );
  }
}
