/**
 * @module Several operations in one transaction: all of them, or none.
 */
import { isJsonObject } from "../base/json.ts";
import { showValue } from "../base/show-value.ts";
import type { TypesByName } from "../entity/validate.ts";
import { type ErrorCode, HubsteadError, invalidInput } from "../errors.ts";
import type { Outcome, Plan } from "../storage/storage.ts";
import { stateToEntity } from "./entity-view.ts";
import { type Circumstances, planCreate, planDelete, planPut, planRestore, planUpdate } from "./plans.ts";
import type { Operation, OperationResult } from "./store.ts";

interface Batching {
  readonly about: Circumstances;
  readonly types: TypesByName;
  readonly commit: (plans: readonly Plan[]) => Promise<readonly Outcome[]>;
}

/** @throws {HubsteadError} what the operation throws, with its number in `data.operation`, from 0 */
export async function runBatch(
  operations: readonly Operation[],
  { about, types, commit }: Batching,
): Promise<readonly OperationResult[]> {
  if (!Array.isArray(operations))
    throw invalidInput("a batch is a list of operations", 'Write [{ op: "create", id: "task-1" }].');
  let reached = 0;
  try {
    const plans = operations.map((operation: Operation, index): Plan => {
      reached = index;
      const plan = planOperation(operation, about, types);
      const counted: Plan["plan"] = (current) => {
        reached = index;
        return plan(current);
      };
      return { target: { id: operation.id }, plan: counted };
    });
    const outcomes = plans.length === 0 ? [] : await commit(plans);
    return outcomes.map(
      ({ after, logged }, index): OperationResult => ({
        id: operations[index]!.id,
        entity: after === undefined || after.deleted ? undefined : stateToEntity(after),
        changed: logged !== undefined,
      }),
    );
  } catch (error) {
    throw numbered(error, reached);
  }
}

function planOperation(operation: Operation, about: Circumstances, types: TypesByName): Plan["plan"] {
  if (!isJsonObject(operation))
    throw invalidInput("an operation is an object", 'Write { op: "create", id: "task-1" }.');
  switch (operation.op) {
    case "create":
      return planCreate(operation, about, types);
    case "update":
      return planUpdate(operation.id, operation, about, types);
    case "put":
      return planPut(operation, about, types);
    case "delete":
      return planDelete(operation.id, operation, about);
    case "restore":
      return planRestore(operation.id, operation, about);
    default:
      throw invalidInput(
        `${showValue((operation as { op?: unknown }).op)} is no operation`,
        'Use "create", "update", "put", "delete" or "restore".',
      );
  }
}

/** The error of one operation says which one it was; others concern the whole batch. */
function numbered(error: unknown, operation: number): unknown {
  const codes: readonly ErrorCode[] = ["invalid_input", "not_found", "version_conflict", "already_exists"];
  if (!(error instanceof HubsteadError) || !codes.includes(error.code)) return error;
  return new HubsteadError(error.code, error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    data: { ...error.data, operation },
    cause: error,
  });
}
