/**
 * @module What changes in an entity that is there: options of `update` and `claim`.
 */
import { formatPointer } from "../base/json-pointer.ts";
import { invalidInput } from "../errors.ts";
import { parseFieldPath } from "../storage/field-path.ts";
import type { EntityEdit } from "../store/store.ts";
import type { Io } from "./io.ts";
import { readData } from "./read-data.ts";

export interface EditParts {
  readonly assignments: readonly string[];
  readonly data: string | undefined;
  readonly unset: readonly string[] | undefined;
  readonly status: string | undefined;
}

/**
 * @param statusOption how the status is given, for the error
 * @throws {HubsteadError} `invalid_input` where nothing would change
 */
export async function readEdit(
  { assignments, data, unset, status }: EditParts,
  statusOption: string,
  io: Io,
): Promise<EntityEdit> {
  const set = await readData(data, assignments, io);
  if (set === undefined && unset === undefined && status === undefined) {
    throw invalidInput("there is nothing to change", `Give key=value, --data, --unset or ${statusOption}.`);
  }
  return {
    ...(set === undefined ? {} : { set }),
    ...(unset === undefined ? {} : { unset: unset.map((field) => formatPointer(parseFieldPath(field))) }),
    ...(status === undefined ? {} : { status }),
  };
}
