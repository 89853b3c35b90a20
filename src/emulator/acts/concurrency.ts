/**
 * @module Concurrency groups: of the runs of a group one is in progress, and one at most waits.
 *
 * @see https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
 */
import type { Concurrency, RunStatus } from "../world/action-rows.ts";
import type { Act } from "./act.ts";
import { completeRun } from "./run-life.ts";

/**
 * A newer run that waits takes the place of an older one; those in progress end only where that is wanted.
 *
 * @returns how the new run begins
 */
export function makeRoom(act: Act, concurrency: Concurrency | null, newId: number): RunStatus {
  if (concurrency === null) return "queued";
  const others = act.services.world.runs
    .by("repository", act.repository.id)
    .filter(
      (run) => run.id !== newId && run.status !== "completed" && run.concurrency?.group === concurrency.group,
    );
  for (const run of others) {
    if (run.status === "pending" || concurrency.cancelsInProgress) {
      completeRun(act, run, "cancelled", { isReplaced: true });
    }
  }
  return concurrency.cancelsInProgress || others.every(({ status }) => status === "pending")
    ? "queued"
    : "pending";
}
