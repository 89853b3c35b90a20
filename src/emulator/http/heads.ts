/**
 * @module Commits on one branch by requests that are under way at the same time: the one that comes to its end later has
 * begun with a branch that is no longer there, as at GitHub, where each takes a moment.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Call, findRepository, type Heads } from "../operations/operation.ts";

/** So that requests which a client sends together are under way together, however quick this machine is. */
const workMs = 5;

/** Where the branches are when a request comes; `undefined` for a repository that there is not. */
export function headsOf(call: Pick<Call, "services" | "params">): Heads | undefined {
  const repository = findRepository(call);
  if (repository === undefined) return undefined;
  const refs = call.services.git.repository(repository.id).refs("refs/heads/");
  return new Map(refs.map(({ name, oid }) => [name, oid]));
}

/** What GitHub does between the two looks at the branch. @param closing ends it */
export async function work(closing: AbortSignal): Promise<void> {
  await sleep(workMs, undefined, { signal: closing });
}
