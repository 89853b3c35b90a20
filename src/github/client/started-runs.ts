/**
 * @module The runs that this process has started and told of: none is told twice, and one that GitHub does not show yet is not
 * taken for missing.
 */
import type { RepoName, Session } from "./session.ts";

/** By API, repository and id: when it was told, by the clock. */
const startedAt = new Map<string, number>();

// Of programs that start runs all day: what is older than so many is shown long since, and looked for by nobody.
const mostRuns = 10_000;

export function noteStarted({ apiUrl, clock }: Session, place: RepoName, runId: number): void {
  startedAt.set(keyOf(apiUrl, place, runId), clock.now());
  if (startedAt.size > mostRuns) startedAt.delete(startedAt.keys().next().value!);
}

/** Whether some call of this process was told this run, whatever client made it. */
export function isStarted({ apiUrl }: Session, place: RepoName, runId: number): boolean {
  return startedAt.has(keyOf(apiUrl, place, runId));
}

/** @returns for how many milliseconds GitHub may still not show a run that there is; 0 for a run that others have started */
export function unseenForMs({ apiUrl, clock, lagMs }: Session, place: RepoName, runId: number): number {
  const at = startedAt.get(keyOf(apiUrl, place, runId));
  return at === undefined ? 0 : Math.max(0, at + lagMs - clock.now());
}

function keyOf(apiUrl: string, { owner, repo }: RepoName, runId: number): string {
  return `${apiUrl} ${owner}/${repo} ${runId}`.toLowerCase();
}
