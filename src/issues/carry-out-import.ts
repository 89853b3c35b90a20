/**
 * @module Does what an import has to do. What is wrong with one object stops no other; after what stops all, or an interruption, as
 * little as possible is left half done.
 */
import type { Json } from "../base/json.ts";
import { type ErrorCode, HubsteadError } from "../errors.ts";
import type { CallOptions } from "../github/client/session.ts";
import { type CreateParts, checkMadeOnce, type NewObject, openIssue, toOpened } from "./create-object.ts";
import { finishIssues, mostFinishedAtOnce, type OpenedIssue } from "./finish-issues.ts";
import type { FailedObject, ImportTasks } from "./import-plan.ts";
import type { ListedIssue } from "./stored-object.ts";

export interface CarryOutParts extends CreateParts {
  /** Replaces the data of an object that is there, at once. */
  readonly replace: (id: string, data: Json) => Promise<unknown>;
}

export interface CarryOutOptions {
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

export interface ImportProgress {
  /** Of what there is to do. */
  readonly done: number;
  readonly total: number;
  /** ISO 8601: for GitHub's limits. */
  readonly waitingUntil?: string;
}

/** Opened, and still to be finished. */
interface HalfDone {
  readonly id: string;
  readonly opened: OpenedIssue;
  /** By this run. */
  readonly isNew: boolean;
  /** Whether it was tried before, and nobody knows what came of it. */
  mayBeDone: boolean;
}

/** Counts as it goes. */
export interface OpenReport {
  created: number;
  finished: number;
  replaced: number;
  readonly failed: FailedObject[];
}

// A wait for the room of a minute is no reason to send less at once; one for the room of an hour is.
const longestHalfDoneMs = 90_000;
// After an interruption nobody waits for long.
const lastMs = 1_500;

/** @throws {HubsteadError} for what stops all; the signal's reason */
export async function carryOutImport(
  { create, finish, replace }: Pick<ImportTasks, "create" | "finish" | "replace">,
  options: CarryOutOptions,
  parts: CarryOutParts,
  report: OpenReport,
): Promise<void> {
  const { signal, onProgress } = options;
  const call: CallOptions = signal === undefined ? {} : { signal };
  const total = create.length + finish.length + replace.length;
  let done = 0;
  const tell = (isDone: number, waitingUntil?: string): void => {
    done += isDone;
    onProgress?.({ done, total, ...(waitingUntil === undefined ? {} : { waitingUntil }) });
  };
  let waiting: HalfDone[] = [];
  const flush = async (within: CallOptions): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize(waiting));
      await finishBatch(batch, parts, within, report);
      waiting = waiting.slice(batch.length);
      tell(batch.length);
    }
  };
  const open = async (object: NewObject): Promise<ListedIssue> => {
    try {
      return await openIssue(object, parts, { ...call, maxWaitMs: longestHalfDoneMs });
    } catch (error) {
      if (!isCode(error, ["rate_limited"])) throw error;
      // Issues that are open look as if something waited in them.
      await flush(call);
      tell(0, String(error.data["retryAt"]));
      return openIssue(object, parts, call);
    }
  };
  const forEach = async <T extends { readonly id: string }>(
    items: readonly T[],
    act: (item: T) => Promise<void>,
  ): Promise<void> => {
    for (const item of items) {
      signal?.throwIfAborted();
      try {
        await act(item);
      } catch (error) {
        if (!isOfOne(error)) throw error;
        report.failed.push({ id: item.id, error });
        tell(1);
      }
    }
  };
  try {
    waiting = await Promise.all(
      finish.map(async ({ issue, object }) => ({
        id: object.id,
        opened: await toOpened(object, issue, parts),
        isNew: false,
        mayBeDone: true,
      })),
    );
    await flush(call);
    await forEach(create, async (object) => {
      const opened = await toOpened(object, await open(object), parts);
      waiting.push({ id: object.id, opened, isNew: true, mayBeDone: false });
      if (batchSize(waiting) < waiting.length || waiting.length === mostFinishedAtOnce) await flush(call);
    });
    await flush(call);
    await forEach(replace, async ({ id, data }) => {
      await parts.replace(id, data);
      report.replaced++;
      tell(1);
    });
  } catch (error) {
    // What is left half done now is finished by the next import, if not by this one.
    await flush({ maxWaitMs: lastMs, timeoutMs: lastMs }).catch(() => undefined);
    throw signal?.aborted ? signal.reason : error;
  }
}

// A request as large as a comment or two is as good as certain to be taken.
const mostBatchBytes = 200_000;

/** How many of the first go into one request. */
function batchSize(waiting: readonly HalfDone[]): number {
  let bytes = 0;
  let count = 0;
  for (const { opened } of waiting.slice(0, mostFinishedAtOnce)) {
    bytes += Buffer.byteLength(opened.text);
    if (count > 0 && bytes > mostBatchBytes) break;
    count++;
  }
  return count;
}

/** Together; where something is wrong with one of them, one by one. */
async function finishBatch(
  batch: readonly HalfDone[],
  parts: CarryOutParts,
  call: CallOptions,
  report: OpenReport,
): Promise<void> {
  const finishAll = async (some: readonly HalfDone[]): Promise<void> => {
    const mayBeDone = some.some((one) => one.mayBeDone);
    const issues = some.map(({ opened }) => opened);
    for (const one of some) one.mayBeDone = true;
    const same = await finishIssues(issues, { ...parts, call, mayBeDone });
    for (const { id, opened, isNew } of some) {
      try {
        if (isNew) await checkMadeOnce(id, opened.number, same.get(opened.number)!, parts);
        report[isNew ? "created" : "finished"]++;
      } catch (error) {
        if (!isOfOne(error)) throw error;
        report.failed.push({ id, error });
      }
    }
  };
  try {
    await finishAll(batch);
  } catch (error) {
    if (!isOfOne(error)) throw error;
    for (const one of batch) {
      try {
        await finishAll([one]);
      } catch (problem) {
        if (!isOfOne(problem)) throw problem;
        report.failed.push({ id: one.id, error: problem });
      }
    }
  }
}

/** Whether it says nothing about other objects. */
function isOfOne(error: unknown): boolean {
  return isCode(error, ["invalid_input", "already_exists"]);
}

function isCode(error: unknown, codes: readonly ErrorCode[]): error is HubsteadError {
  return error instanceof HubsteadError && codes.includes(error.code);
}
