/**
 * @module What is measured: each operation as inputs that are made before the clock runs, and one call per input.
 * The same seed gives every engine the same inputs in the same order.
 */
import type { Dataset } from "./datasets/dataset.ts";
import { createRandom } from "./datasets/random.ts";
import type { Engine } from "./engines/engine.ts";

const reads = ["get", "list50", "searchRare", "searchCommonNewest"] as const;
const writes = ["create", "update", "put"] as const;

export type Operation = (typeof reads)[number] | (typeof writes)[number] | "history";

/** Reads come before any write, so that they meet the dataset as it was imported; a history wants writes before it. */
export const phases: readonly (readonly Operation[])[] = [reads, [...writes, "history"]];

export function isWrite(operation: Operation): boolean {
  return writes.some((write) => write === operation);
}

/** One operation, ready to be timed. */
interface Task {
  /** @returns calls that may each be made once (writes) or any number of times (reads) */
  prepare(count: number): (() => unknown)[];
}

/** By operation; absent where the engine cannot. */
export type Workload = Readonly<Partial<Record<Operation, Task>>>;

export function createWorkload(engine: Engine, dataset: Dataset): Workload {
  const random = createRandom(7);
  const anyIndex = () => Math.floor(random() * dataset.size);
  const anyId = () => dataset.entityAt(anyIndex()).id;
  const anySelection = () => dataset.selections[Math.floor(random() * dataset.selections.length)]!;
  let nextNew = dataset.size;
  let edits = 0;

  const createCall = () => {
    const entity = dataset.entityAt(nextNew++);
    return () => engine.create(entity);
  };
  const updateCall = () => {
    const edit = { id: anyId(), field: "benchEdit", value: edits++ };
    return () => engine.update(edit);
  };
  const replaceCall = () => {
    const index = anyIndex();
    const entity = { ...dataset.entityAt(index), data: dataset.otherDataAt(index) };
    return () => engine.put(entity);
  };
  // A put creates or replaces, so half of them do the one and half the other.
  const putCall = () => {
    if (edits++ % 2 === 0) return replaceCall();
    const entity = dataset.entityAt(nextNew++);
    return () => engine.put(entity);
  };
  const readCall =
    <T>(input: () => T, read: (input: T) => unknown) =>
    () => {
      const chosen = input();
      return () => read(chosen);
    };

  const { list50, searchRare, searchCommonNewest, history } = engine;
  return {
    create: taskOf(createCall),
    update: taskOf(updateCall),
    put: taskOf(putCall),
    get: taskOf(readCall(anyId, (id) => engine.get(id))),
    ...(list50 && { list50: taskOf(readCall(anySelection, (selection) => list50.call(engine, selection))) }),
    ...(searchRare && { searchRare: taskOf(() => () => searchRare.call(engine, dataset.rareWord)) }),
    ...(searchCommonNewest && {
      searchCommonNewest: taskOf(() => () => searchCommonNewest.call(engine, dataset.commonWord)),
    }),
    ...(history && { history: taskOf(readCall(anyId, (id) => history.call(engine, id))) }),
  };
}

function taskOf(createCall: () => () => unknown): Task {
  return { prepare: (count) => Array.from({ length: count }, createCall) };
}
