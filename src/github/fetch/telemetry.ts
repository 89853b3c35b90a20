/**
 * @module What happens, told to whoever listens: through `node:diagnostics_channel` and to the client's own figures. No event
 * holds a token, a path, a body or a repository's name.
 */
import { channel } from "node:diagnostics_channel";
import { redact } from "../../base/redact.ts";
import type { RefusedBecause } from "../limits/limiter-store.ts";
import type { Lane } from "./lane.ts";

/** One exchange with GitHub has ended. */
export interface RequestEvent {
  readonly kind: "request";
  readonly host: string;
  /** `installation:42`, `user:…`, `anonymous`. */
  readonly principal: string;
  readonly method: string;
  /** `/repos/{owner}/{repo}/issues`. */
  readonly route: string;
  readonly lane: Lane;
  /** Absent where no answer came. */
  readonly status?: number;
  readonly resource?: string;
  readonly requestId?: string;
  /** Whether the answer is a refusal for one of GitHub's limits. */
  readonly isLimit?: boolean;
  /** Why no answer came. */
  readonly failure?: string;
  /** Of the exchange alone. */
  readonly durationMs: number;
  /** For its turn and for limits before it. */
  readonly waitedMs: number;
  /** What GitHub said is left. */
  readonly budget?: {
    readonly resource: string;
    readonly limit: number;
    readonly remaining: number;
    readonly resetsInMs: number;
  };
}

/** GitHub refused for one of its limits; everything of the principal waits. */
interface RefusalEvent {
  readonly kind: "refusal";
  readonly host: string;
  readonly principal: string;
  readonly route: string;
  readonly reason: "primary" | "secondary" | "content";
  readonly forMs?: number;
}

/** A request did not get its turn in time. */
interface GaveUpEvent {
  readonly kind: "gave-up";
  readonly host: string;
  readonly principal: string;
  readonly route: string;
  readonly lane: Lane;
  readonly because?: RefusedBecause;
}

interface RetryEvent {
  readonly kind: "retry";
  readonly host: string;
  readonly route: string;
  readonly effect: "read" | "idempotent" | "create";
  /** The one that failed, from 1. */
  readonly attempt: number;
  readonly reason: string;
}

/** Nobody knows whether a write took effect: before it was looked up, and after. */
interface AmbiguousEvent {
  readonly kind: "ambiguous";
  readonly host: string;
  readonly route: string;
  readonly outcome: "looking" | "found" | "absent" | "unknown";
}

interface CacheEvent {
  readonly kind: "cache";
  readonly host: string;
  readonly route: string;
  /** `shared`: answered by an equal request that was under way. */
  readonly result: "miss" | "revalidated" | "shared";
}

interface TokenEvent {
  readonly kind: "token";
  readonly host: string;
  readonly principal: string;
  readonly what: "renewed";
}

export type GitHubEvent =
  | RequestEvent
  | RefusalEvent
  | GaveUpEvent
  | RetryEvent
  | AmbiguousEvent
  | CacheEvent
  | TokenEvent;

/** The channel's name: `diagnostics_channel.subscribe("hubstead:github", (event) => …)`. */
export const gitHubChannelName = "hubstead:github";

const gitHubChannel = channel(gitHubChannelName);

export interface Telemetry {
  emit(event: GitHubEvent): void;
  /** @returns stops it */
  listen(listener: (event: GitHubEvent) => void): () => void;
}

export function createTelemetry(): Telemetry {
  const listeners = new Set<(event: GitHubEvent) => void>();
  return {
    emit(event) {
      for (const listener of listeners) tell(listener, event);
      if (gitHubChannel.hasSubscribers) gitHubChannel.publish(event);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Who listens must not make a request fail that has succeeded. */
function tell(listener: (event: GitHubEvent) => void, event: GitHubEvent): void {
  try {
    listener(event);
  } catch (error) {
    process.emitWarning(redact(`a listener failed at a ${event.kind} event: ${String(error)}`), {
      code: "HUBSTEAD_GITHUB_LISTENER",
    });
  }
}
