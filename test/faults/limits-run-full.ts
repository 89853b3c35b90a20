/**
 * @module A process that shares limits in a file for which there is no more space on the disk, and then is again.
 */
import { HubsteadError } from "../../src/errors.ts";
import { openSqliteLimiterStore } from "../../src/github/limits/sqlite-limiter-store.ts";
import { createFileSizeLimit } from "./limited-disk.ts";
import { readTask, tell } from "./told.ts";

export interface FullLimitsTask {
  readonly path: string;
}

export interface FullLimitsReport {
  readonly refused: number;
  readonly codes: readonly string[];
  readonly wrong: readonly string[];
}

const { path } = readTask<FullLimitsTask>();
const need = {
  kind: "window",
  name: "points",
  limit: 1e9,
  windowMs: 60_000,
  cost: 1,
  share: 1,
  refundable: true,
} as const;
const store = await openSqliteLimiterStore({ path, clock: Date });
const disk = createFileSizeLimit(`${path}-wal`);
const codes = new Set<string>();
const wrong: string[] = [];
let refused = 0;
let granted = 0;

async function acquire(): Promise<void> {
  const request = { principal: "p", ticket: "t", rank: 0, leaseMs: 60_000, needs: [need] };
  try {
    const result = await store.acquire(request);
    if (result.granted) granted++;
    else wrong.push(JSON.stringify(result));
  } catch (error) {
    refused++;
    if (error instanceof HubsteadError && error.hint !== undefined) codes.add(error.code);
    else wrong.push(String((error as Error).stack));
  }
}

for (let round = 0; round < 5; round++) {
  await acquire();
  disk.fill(round);
  for (let number = 0; number < 10; number++) await acquire();
  disk.free();
  await acquire();
  const used = (await store.read("p")).windows[0]?.used;
  if (used !== granted) wrong.push(`${granted} were granted, ${used} are counted`);
}
await tell({ refused, codes: [...codes], wrong } satisfies FullLimitsReport);
process.exit(0);
