/**
 * @module Makes many objects at once, as fast as GitHub's limits allow and not faster: one request for each issue, and one for the
 * initial states of ten. It can be interrupted anywhere: what is there is found by one listing, and what is half done is finished.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { CallOptions } from "../github/client/session.ts";
import type { PlannedRequest } from "../github/fetch/forecast.ts";
import { type CarryOutParts, carryOutImport, type ImportProgress } from "./carry-out-import.ts";
import type { CreateParts } from "./create-object.ts";
import { finishDocument, mostFinishedAtOnce } from "./finish-issues.ts";
import {
  type DifferingObject,
  type FailedObject,
  type ImportedObject,
  type ImportTasks,
  planImport,
  type UnfinishedObject,
} from "./import-plan.ts";
import { listIssuesNow } from "./list-issues-now.ts";

export interface ImportOptions {
  /** Replaces the data of objects that are there with other data. Default: they are reported, and left alone. */
  readonly update?: boolean;
  /** Looks, says what there is to do, and does nothing. */
  readonly dryRun?: boolean;
  /** Hears once what there is to do, before anything is done. */
  readonly onPlan?: (plan: ImportPlan) => void;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Ends it; the same import goes on from there. */
  readonly signal?: AbortSignal;
}

export interface ImportPlan {
  /** In the source. */
  readonly objects: number;
  readonly create: number;
  /** Half done by an import that was interrupted. */
  readonly finish: number;
  readonly replace: number;
  /** There with equal data. */
  readonly unchanged: number;
  /** There with other data, and left alone. */
  readonly differing: number;
  /** That no issue can hold as they are. */
  readonly failed: number;
  /** Still to be sent. */
  readonly requests: number;
  /** ISO 8601: by GitHub's limits, if nothing else uses the same account. */
  readonly doneAt: string;
}

export interface ImportReport {
  readonly plan: ImportPlan;
  readonly created: number;
  readonly finished: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly differing: readonly DifferingObject[];
  readonly failed: readonly FailedObject[];
}

export interface ImportParts extends CarryOutParts {
  /** Its requests wait as long as they must, and leave room for those of others. */
  readonly github: Pick<GitHubClient, "api" | "fetch">;
}

/** Nobody waits for a request of an import. */
export const importLane = "backfill";

/**
 * @throws {HubsteadError} as the client does, for what stops all: what was made by then stays, and the same import goes on from there;
 *   the signal's reason. What is wrong with single objects is in the report
 */
export async function importObjects(
  source: Iterable<ImportedObject> | AsyncIterable<ImportedObject>,
  options: ImportOptions,
  parts: ImportParts,
): Promise<ImportReport> {
  const objects: ImportedObject[] = [];
  for await (const object of source) objects.push(object);
  const { place, github, now } = parts;
  const api = await github.api(`objects in ${place.owner}/${place.repo}`, callOf(options));
  const { issues, newest, notOurs } = await listIssuesNow(api, parts);
  const planned = planImport(objects, issues, { ...parts, newest, update: options.update === true });
  const [others, finish] = partition(planned.finish, ({ issue }) => notOurs.has(issue.number));
  const failed = [...planned.failed, ...others.map(beingMade)];
  const tasks = { ...planned, finish, failed };
  const requests = [...requestsOf(tasks, parts)];
  const plan: ImportPlan = {
    objects: objects.length,
    create: tasks.create.length,
    finish: finish.length,
    replace: tasks.replace.length,
    unchanged: tasks.unchanged,
    differing: tasks.differing.length,
    failed: failed.length,
    requests: requests.length,
    doneAt: new Date(
      now() + (await github.fetch.with({ lane: importLane }).forecast(requests)),
    ).toISOString(),
  };
  options.onPlan?.(plan);
  const { unchanged, differing } = tasks;
  const report = { plan, created: 0, finished: 0, replaced: 0, unchanged, differing, failed };
  if (options.dryRun !== true) await carryOutImport(tasks, options, parts, report);
  return report;
}

function callOf({ signal }: ImportOptions): CallOptions {
  return signal === undefined ? {} : { signal };
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function beingMade({ object: { id }, issue: { number } }: UnfinishedObject): FailedObject {
  const error = new HubsteadError("busy", `somebody else is making ${JSON.stringify(id)} right now`, {
    hint: `If issue ${number} is still open in ten minutes, import again: it is finished then.`,
    data: { id, issueNumber: number, retryAfterMs: 600_000 },
  });
  return { id, error };
}

const post = (path: string, query?: string): PlannedRequest => ({
  method: "POST",
  path,
  ...(query === undefined ? {} : { body: JSON.stringify({ query }) }),
});

/** What will be sent, for the forecast: in this order, and of this size. */
function* requestsOf(
  { create, finish, replace }: ImportTasks,
  { lock, names }: Pick<CreateParts, "lock" | "names">,
): Generator<PlannedRequest> {
  function* finishing(count: number): Generator<PlannedRequest> {
    yield post(
      "/graphql",
      finishDocument(
        Array.from({ length: count }, () => false),
        lock,
      ),
    );
    if (names.reactions.initialState !== undefined)
      yield post("/graphql", `mutation {${" addReaction".repeat(count)} }`);
  }
  for (let left = finish.length; left > 0; left -= mostFinishedAtOnce) {
    // What is there of them is looked up.
    yield post("/graphql", "{ viewer { login } }");
    yield* finishing(Math.min(left, mostFinishedAtOnce));
  }
  for (let left = create.length; left > 0; left -= mostFinishedAtOnce) {
    const count = Math.min(left, mostFinishedAtOnce);
    for (let one = 0; one < count; one++) yield post("/repos/octo/hello/issues");
    yield* finishing(count);
  }
  for (let left = replace.length; left > 0; left--) {
    yield post("/graphql", "mutation { addComment { clientMutationId } updateIssue { clientMutationId } }");
    yield post("/graphql", "{ viewer { login } }");
    yield post("/graphql", "mutation { updateIssue { clientMutationId } addReaction { clientMutationId } }");
  }
}
