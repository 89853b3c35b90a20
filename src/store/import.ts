/**
 * @module Takes entities from elsewhere, many to a transaction, so that a long import neither starves other writers
 * nor loses what it has done. Importing the same again changes nothing.
 */
import { createHash } from "node:crypto";
import { setImmediate as breathe } from "node:timers/promises";
import { canonicalJson, isJsonObject } from "../base/json.ts";
import { showValue } from "../base/show-value.ts";
import { type Draft, normalizeTime } from "../entity/change.ts";
import { diffData } from "../entity/edit.ts";
import { checkId } from "../entity/id.ts";
import { checkData, checkStatus, conformData, type TypesByName } from "../entity/validate.ts";
import { type ErrorCode, HubsteadError, invalidInput } from "../errors.ts";
import type { Outcome, Plan, Storage } from "../storage/storage.ts";
import { type Circumstances, checkCircumstances, planPut } from "./plans.ts";
import type { ImportCounts, ImportedVersion, ImportOptions, ImportRecord } from "./store.ts";

// A transaction takes some tens of milliseconds: so many plans, or as many as could be made in that time of large records.
const mostPlans = 2_000;
const mostMs = 25;
/** To look at the clock costs as much as a part of a plan. */
const plansPerLook = 16;

interface Importing {
  readonly storage: Storage;
  readonly types: TypesByName;
  readonly options: ImportOptions;
  readonly author: string | undefined;
  readonly commit: (plans: readonly Plan[]) => Promise<readonly Outcome[]>;
}

/** @throws {HubsteadError} `invalid_input` with `data.record`, from 1; the transactions before it stay */
export async function importRecords(
  records: Iterable<ImportRecord> | AsyncIterable<ImportRecord>,
  importing: Importing,
): Promise<ImportCounts> {
  if (!isIterable(records))
    throw invalidInput("records are a list or a stream", 'Write [{ id: "task-1", data: { … } }].');
  let counts: ImportCounts = { records: 0, created: 0, updated: 0, unchanged: 0 };
  const { author, options, types } = importing;
  const about: Circumstances = {
    ...(author === undefined ? {} : { author }),
    ...(options.note === undefined ? {} : { note: options.note }),
  };
  let planned: Plan[][] = [];
  let since = performance.now();
  const flush = async (): Promise<void> => {
    if (planned.length === 0) return;
    const batch = planned;
    planned = [];
    counts = await commitBatch(batch, counts, importing);
    options.onProgress?.(counts);
  };
  const flushAndBreathe = async (): Promise<void> => {
    await flush();
    await breathe();
    since = performance.now();
  };
  const take = (record: ImportRecord): Promise<void> | undefined => {
    options.signal?.throwIfAborted();
    try {
      planned.push(planRecord(record, about, types));
    } catch (error) {
      return flush().then(() => {
        throw named(error, counts.records + 1, { ...record });
      });
    }
    const isLookDue = planned.length % plansPerLook === 0;
    return isLookDue && (planned.length >= mostPlans || performance.now() - since > mostMs)
      ? flushAndBreathe()
      : undefined;
  };
  const cutOff = async ({ cause }: SourceFailure): Promise<never> => {
    await flush();
    throw cause;
  };
  if (Symbol.asyncIterator in records) {
    for await (const record of orFailure(records)) {
      await (record instanceof SourceFailure ? cutOff(record) : take(record));
    }
  } else {
    for (const record of orFailureNow(records)) {
      const pause = record instanceof SourceFailure ? cutOff(record) : take(record);
      if (pause !== undefined) await pause;
    }
  }
  await flush();
  return counts;
}

/** What the source threw, as its last item: what came before it is imported first. */
class SourceFailure {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

async function* orFailure<T>(items: AsyncIterable<T>): AsyncGenerator<T | SourceFailure> {
  try {
    yield* items;
  } catch (error) {
    yield new SourceFailure(error);
  }
}

function* orFailureNow<T>(items: Iterable<T>): Generator<T | SourceFailure> {
  try {
    yield* items;
  } catch (error) {
    yield new SourceFailure(error);
  }
}

function isIterable(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value)
  );
}

const faultsOfTheFile: readonly ErrorCode[] = ["busy", "corrupt", "forbidden", "unsupported_format"];

/** Commits all records, or those before the first that the storage refuses. */
async function commitBatch(
  planned: readonly (readonly Plan[])[],
  before: ImportCounts,
  { commit }: Importing,
): Promise<ImportCounts> {
  try {
    return addCounts(before, planned, await commit(planned.flat()));
  } catch (error) {
    // Everything else is the fault of one record: what its type's schema throws, too.
    if (error instanceof HubsteadError && faultsOfTheFile.includes(error.code)) throw error;
  }
  // Nothing was written. One by one those before the bad one are, and the bad one says what is wrong.
  let counts = before;
  for (const plans of planned) {
    try {
      counts = addCounts(counts, [plans], await commit(plans));
    } catch (error) {
      throw named(error, counts.records + 1, { id: idOf(plans) });
    }
  }
  return counts;
}

function idOf(plans: readonly Plan[]): string {
  const target = plans[0]?.target;
  return target !== undefined && "id" in target ? target.id : "";
}

function addCounts(
  counts: ImportCounts,
  planned: readonly (readonly Plan[])[],
  outcomes: readonly Outcome[],
): ImportCounts {
  let at = 0;
  let { created, updated, unchanged } = counts;
  for (const plans of planned) {
    const first = outcomes[at];
    let changed = false;
    for (const end = at + plans.length; at < end; at++) changed ||= outcomes[at]!.logged !== undefined;
    if (!changed) unchanged++;
    else if (first!.before === undefined) created++;
    else updated++;
  }
  return { records: counts.records + planned.length, created, updated, unchanged };
}

function planRecord(record: ImportRecord, about: Circumstances, types: TypesByName): Plan[] {
  if (!isJsonObject(record))
    throw invalidInput("a record is an object", 'Write { id: "task-1", data: { … } }.');
  if (record.history !== undefined) return planHistory(record, record.history, about, types);
  const { createdAt: made = record.updatedAt, updatedAt: changed = made } = record;
  const createdAt = made === undefined ? undefined : normalizeTime(made);
  const updatedAt = changed === undefined ? undefined : normalizeTime(changed);
  const put = planPut("expectedVersion" in record ? withoutExpectation(record) : record, about, types);
  const target = { id: record.id };
  if (createdAt === undefined && updatedAt === undefined) return [{ target, plan: put }];
  let isNew = false;
  const first: Plan = {
    target,
    plan: (current) => {
      const draft = put(current);
      isNew = draft?.kind === "create";
      const time = isNew ? createdAt : updatedAt;
      return draft === undefined || time === undefined ? draft : { ...draft, time };
    },
  };
  if (createdAt === undefined || updatedAt === undefined || updatedAt === createdAt) return [first];
  // One change has one time: the second only says when the entity was last updated where it comes from.
  const touch: Plan = {
    target,
    plan: () => (isNew ? { ...about, kind: "update", time: updatedAt } : undefined),
  };
  return [first, touch];
}

/** A record has no precondition, whatever stands in it. */
function withoutExpectation({
  expectedVersion: _,
  ...record
}: ImportRecord & { readonly expectedVersion?: unknown }): ImportRecord {
  return record;
}

/** Each version becomes a change with its own time. The storage leaves out those that were imported before. */
function planHistory(
  record: ImportRecord,
  history: readonly ImportedVersion[],
  about: Circumstances,
  types: TypesByName,
): Plan[] {
  const type = checkId(record.id, record.type);
  if (!Array.isArray(history))
    throw invalidInput(
      "a history is a list of versions",
      'Write [{ time: "2026-01-31T12:00:00Z", data: { … } }].',
    );
  const repeats = new Map<string, number>();
  let isAlive = false;
  return history.flatMap((version: ImportedVersion): Plan[] => {
    if (!isJsonObject(version))
      throw invalidInput("a version is an object", 'Write { time: "2026-01-31T12:00:00Z", data: { … } }.');
    if (version.data !== undefined) checkData(version.data);
    const time = normalizeTime(version.time);
    const facts: Circumstances = {
      ...about,
      time,
      origin: version.origin ?? originOf({ ...version, time }, repeats),
      ...(version.author === undefined ? {} : { author: version.author }),
    };
    checkCircumstances(facts);
    // What deletes nothing there must delete nothing here, where something else may be by now.
    const isIdle = version.deleted === true && !isAlive;
    isAlive = version.deleted !== true;
    if (isIdle) return [];
    return [
      {
        target: { id: record.id },
        plan: (current) => draftOfVersion(version, type, facts, current, types),
      },
    ];
  });
}

/** A version that has no name is known by what it is, and by which of several equal ones. */
function originOf(
  { time, status = "", data = {}, deleted = false }: ImportedVersion,
  repeats: Map<string, number>,
): string {
  const name = createHash("sha256")
    .update(canonicalJson({ time, status, data, deleted }))
    .digest("hex")
    .slice(0, 32);
  const repeat = (repeats.get(name) ?? 0) + 1;
  repeats.set(name, repeat);
  return `import:${name}${repeat === 1 ? "" : `:${repeat}`}`;
}

function draftOfVersion(
  version: ImportedVersion,
  type: string,
  facts: Circumstances,
  current: Parameters<Plan["plan"]>[0],
  types: TypesByName,
): Draft | undefined {
  // Recorded also where it is deleted already: else it would be carried out when it is imported again.
  if (version.deleted) return current === undefined ? undefined : { ...facts, kind: "delete" };
  const data = version.data ?? {};
  if (current === undefined || current.deleted) {
    return {
      ...facts,
      kind: "create",
      type,
      status: checkStatus(type, version.status, types),
      set: conformData(type, data, undefined, types),
    };
  }
  const status =
    version.status === undefined || version.status === current.status
      ? {}
      : { status: checkStatus(type, version.status, types) };
  return {
    ...facts,
    kind: "update",
    ...status,
    ...diffData(current.data, conformData(type, data, current.data, types)),
  };
}

function named(error: unknown, record: number, { id }: Pick<ImportRecord, "id">): unknown {
  if (!(error instanceof HubsteadError)) return error;
  return new HubsteadError(error.code, `record ${record} (${showValue(id)}): ${error.message}`, {
    ...(error.hint === undefined
      ? {}
      : { hint: `${error.hint} The records before it are imported; run it again after mending.` }),
    data: { ...error.data, record, id },
    cause: error,
  });
}
