/**
 * @module Counts the use of GitHub's limits in the memory of this process, for this process alone.
 */
import type { GitHubClock } from "../clock.ts";
import { createLeaseNames } from "./lease-names.ts";
import type { LimiterStore } from "./limiter-store.ts";
import { describeRecord, settle, tryAcquire, withdraw } from "./principal-limits.ts";
import { createPrincipalRecords } from "./principal-records.ts";

export interface MemoryLimiterStoreOptions {
  readonly clock: Pick<GitHubClock, "now">;
}

export interface MemoryLimiterStore extends LimiterStore {
  /** Of how many principals something is known. */
  readonly principals: number;
}

export function createMemoryLimiterStore({ clock }: MemoryLimiterStoreOptions): MemoryLimiterStore {
  const records = createPrincipalRecords();
  const nextLease = createLeaseNames();

  return {
    isShared: false,
    get principals() {
      return records.size;
    },
    async acquire(request) {
      const now = clock.now();
      return tryAcquire(records.recordOf(request.principal, now), request, now, nextLease());
    },
    async settle(principal, lease, settlement) {
      const now = clock.now();
      settle(records.recordOf(principal, now), lease, settlement, now);
    },
    async withdraw(principal, ticket) {
      const now = clock.now();
      withdraw(records.recordOf(principal, now), ticket, now);
    },
    async read(principal) {
      const now = clock.now();
      return describeRecord(records.recordOf(principal, now), now);
    },
    async close() {},
    async [Symbol.asyncDispose]() {},
  };
}
