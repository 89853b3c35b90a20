/**
 * @module What each write records: from the entity as it is to a draft of a change, or nothing. Pure, so that a
 * storage may call a plan inside its transaction, and again.
 */
import { isJsonObject, type JsonObject } from "../base/json.ts";
import { getAtPath, parsePointer } from "../base/json-pointer.ts";
import type { Draft } from "../entity/change.ts";
import { applyEdit, diffData } from "../entity/edit.ts";
import type { Entity, EntityState } from "../entity/entity.ts";
import { checkId } from "../entity/id.ts";
import { checkData, checkStatus, conformData, type TypesByName } from "../entity/validate.ts";
import { HubsteadError, invalidInput } from "../errors.ts";
import { stateToEntity } from "./entity-view.ts";
import type { EditFunction, EntityEdit, Expectation, NewEntity } from "./store.ts";

/** What a plan adds to every draft: who, why, when elsewhere. */
export type Circumstances = Pick<Draft, "author" | "note" | "time" | "origin">;

/** In UTF-16 units. */
const mostText = { author: 200, note: 10_000, origin: 1_000 } as const;

/** @throws {HubsteadError} `invalid_input` for what is no text, or too long */
export function checkCircumstances(about: Circumstances): void {
  for (const [name, most] of Object.entries(mostText)) {
    const value: unknown = about[name as keyof typeof mostText];
    if (value === undefined) continue;
    const isText = typeof value === "string" && value.isWellFormed() && !value.includes("\0");
    if (isText && value.length <= most) continue;
    throw invalidInput(
      `the ${name} is not text of at most ${most} characters`,
      "Use a shorter, well-formed text.",
    );
  }
}

type PlanFunction = (current: EntityState | undefined) => Draft | undefined;

export function planCreate(input: NewEntity, about: Circumstances, types: TypesByName): PlanFunction {
  const { type, status, data } = readNew(input, types);
  const set = conformData(type, data, undefined, types);
  const draft: Draft = { ...about, kind: "create", type, status: checkStatus(type, status, types), set };
  return (current) => {
    if (current === undefined || current.deleted) return draft;
    throw new HubsteadError("already_exists", `${input.id} exists already`, {
      hint: "Use `update` to change it, or `put` to replace it.",
      data: { id: input.id, version: current.version },
    });
  };
}

/** @param edit or what makes one of the entity as it is: called inside the transaction, and again where that is repeated */
export function planUpdate(
  id: string,
  edit: EntityEdit | EditFunction,
  about: Circumstances,
  types: TypesByName,
): PlanFunction {
  if (typeof edit !== "function") checkEdit(edit);
  return (current) => {
    const made = typeof edit === "function" ? makeEdit(edit, existing(id, current, undefined)) : edit;
    const known = existing(id, current, made.expectedVersion);
    for (const pointer of made.unset ?? []) checkUnset(known.data, pointer);
    return draftOf("update", known, { data: applyEdit(known.data, made), status: made.status }, about, types);
  };
}

function makeEdit(make: EditFunction, current: EntityState): EntityEdit {
  const made: unknown = make(stateToEntity(current));
  if (made instanceof Promise) {
    made.catch(() => undefined);
    throw invalidInput(
      "the function that edits answers with a promise",
      "Await first, then edit: it runs inside a transaction.",
    );
  }
  const edit = (made === undefined ? {} : made) as EntityEdit;
  checkEdit(edit);
  return edit;
}

/** An entity whose `data` and `status` are to stand as they are given. */
export function planReplace(changed: Entity, about: Circumstances, types: TypesByName): PlanFunction {
  checkObject(changed, "an entity");
  checkId(changed.id, undefined);
  checkData(changed.data);
  if (!Number.isSafeInteger(changed.version) || changed.version < 1) {
    throw invalidInput(
      `the copy of ${changed.id} has no version`,
      "Change a copy of what `get` returned: { ...entity, status }.",
    );
  }
  return (current) => {
    const known = existing(changed.id, current, changed.version);
    checkSameType(known, changed.type);
    return draftOf("update", known, { data: changed.data, status: changed.status }, about, types);
  };
}

export function planPut(
  input: NewEntity & Expectation,
  about: Circumstances,
  types: TypesByName,
): PlanFunction {
  const { type, status, data } = readNew(input, types);
  const { expectedVersion } = input;
  checkExpectation(expectedVersion);
  return (current) => {
    const gone = current === undefined || current.deleted;
    if (expectedVersion !== undefined && expectedVersion !== (gone ? 0 : current.version)) {
      throw conflict(input.id, expectedVersion, gone ? 0 : current.version);
    }
    if (gone) {
      return {
        ...about,
        kind: "create",
        type,
        status: checkStatus(type, status, types),
        set: conformData(type, data, undefined, types),
      };
    }
    checkSameType(current, input.type);
    return draftOf("update", current, { data, status }, about, types);
  };
}

export function planDelete(id: string, { expectedVersion }: Expectation, about: Circumstances): PlanFunction {
  checkId(id, undefined);
  checkExpectation(expectedVersion);
  return (current) => {
    if (current === undefined || current.deleted) {
      if (expectedVersion !== undefined && expectedVersion !== 0) throw conflict(id, expectedVersion, 0);
      return undefined;
    }
    checkVersion(current, expectedVersion);
    return { ...about, kind: "delete" };
  };
}

export function planRestore(
  id: string,
  { expectedVersion }: Expectation,
  about: Circumstances,
): PlanFunction {
  checkId(id, undefined);
  checkExpectation(expectedVersion);
  return (current) => {
    if (current === undefined) throw notFound(id);
    checkVersion(current, expectedVersion);
    return current.deleted ? { ...about, kind: "restore" } : undefined;
  };
}

/** @param target the state to go back to */
export function planRevert(
  target: EntityState,
  { expectedVersion }: Expectation,
  about: Circumstances,
  types: TypesByName,
): PlanFunction {
  checkExpectation(expectedVersion);
  return (current) => {
    if (current === undefined) throw notFound(target.id);
    checkVersion(current, expectedVersion);
    checkSameType(current, target.type);
    const wanted = { data: target.data, status: target.status };
    return draftOf(current.deleted ? "restore" : "update", current, wanted, about, types);
  };
}

/** The difference between what is and what is wanted, or nothing. */
function draftOf(
  kind: "update" | "restore",
  current: EntityState,
  wanted: { readonly data: JsonObject; readonly status: string | undefined },
  about: Circumstances,
  types: TypesByName,
): Draft | undefined {
  const data = conformData(current.type, wanted.data, current.data, types);
  const { status } = wanted;
  const newStatus =
    status === undefined || status === current.status
      ? {}
      : { status: checkStatus(current.type, status, types) };
  const difference = diffData(current.data, data);
  const changes =
    kind === "restore" ||
    newStatus.status !== undefined ||
    difference.set !== undefined ||
    difference.unset !== undefined;
  return changes ? { ...about, kind, ...newStatus, ...difference } : undefined;
}

function readNew(
  input: NewEntity,
  types: TypesByName,
): { type: string; status: string | undefined; data: JsonObject } {
  checkObject(input, "an entity");
  const type = checkId(input.id, input.type);
  if (input.status !== undefined) checkStatus(type, input.status, types);
  const data = input.data === undefined ? {} : input.data;
  checkData(data);
  return { type, status: input.status, data };
}

function checkObject(value: unknown, what: string): void {
  if (!isJsonObject(value)) throw invalidInput(`${what} is an object`, 'Write { id: "task-1", … }.');
}

function checkSameType(current: EntityState, type: string | undefined): void {
  if (type === undefined || type === current.type) return;
  throw invalidInput(
    `${current.id} has the type "${current.type}", not "${type}"`,
    "A type stands for ever; delete the entity and create it anew to change it.",
  );
}

function checkExpectation(expectedVersion: number | undefined): void {
  if (expectedVersion === undefined || (Number.isSafeInteger(expectedVersion) && expectedVersion >= 0))
    return;
  throw invalidInput(
    "an expected version is a whole number",
    "Use the `version` of what you read; 0 for what must not exist.",
  );
}

/** What an operation of a batch adds to an edit is no mistake. */
const fieldsOfEdit = ["status", "set", "unset", "expectedVersion", "op", "id"];

/** @throws {HubsteadError} `invalid_input`, also for a field that would be passed over in silence */
export function checkEdit(edit: EntityEdit): void {
  const unknown = isJsonObject(edit) ? Object.keys(edit).find((key) => !fieldsOfEdit.includes(key)) : "";
  if (unknown !== undefined) {
    const what = unknown === "" ? "an edit is an object" : `an edit has no field "${unknown}"`;
    throw invalidInput(what, "Write { set: { … }, unset: [ … ], status }.", {
      path: unknown,
      expected: fieldsOfEdit.slice(0, 4),
    });
  }
  const { set, unset, status, expectedVersion } = edit;
  if (set !== undefined) checkData(set);
  if (unset !== undefined && !Array.isArray(unset))
    throw invalidInput('"unset" is a list of JSON Pointers', 'Write { unset: ["/field"] }.');
  for (const pointer of unset ?? []) {
    if (parsePointer(pointer).length === 0)
      throw invalidInput("the whole data cannot be unset", "Use `put` with other data, or `delete`.");
  }
  if (status !== undefined && typeof status !== "string")
    throw invalidInput("a status is text", 'Write { status: "completed" }.');
  checkExpectation(expectedVersion);
}

function checkUnset(data: JsonObject, pointer: string): void {
  const segments = parsePointer(pointer);
  for (let depth = 1; depth < segments.length; depth++) {
    if (Array.isArray(getAtPath(data, segments.slice(0, depth)))) {
      throw invalidInput(`"${pointer}" leads into an array`, "Set the whole array without the element.", {
        path: pointer,
      });
    }
  }
}

function existing(
  id: string,
  current: EntityState | undefined,
  expectedVersion: number | undefined,
): EntityState {
  if (current === undefined || current.deleted) {
    if (expectedVersion !== undefined && expectedVersion > 0 && current !== undefined)
      throw conflict(id, expectedVersion, 0);
    throw notFound(id, current?.deleted);
  }
  checkVersion(current, expectedVersion);
  return current;
}

function checkVersion(current: EntityState, expected: number | undefined): void {
  if (expected !== undefined && expected !== current.version)
    throw conflict(current.id, expected, current.version);
}

function conflict(id: string, expected: number, actual: number): HubsteadError {
  const found = actual === 0 ? "it does not exist" : `it is version ${actual}`;
  return new HubsteadError("version_conflict", `${id} is not at version ${expected}: ${found}`, {
    hint: "Read it again, merge what you want to change, and try again.",
    data: { id, expected, actual },
  });
}

/** @param id may be anything: reads pass on what they were given */
export function notFound(id: string, deleted = false): HubsteadError {
  const name = typeof id === "string" ? id : `an entity whose id is no text (${typeof id})`;
  return new HubsteadError("not_found", deleted ? `${name} is deleted` : `${name} does not exist`, {
    hint: deleted
      ? "Use `restore` to bring it back."
      : "Check the id; `hubstead search` finds entities by their words.",
    data: { id },
  });
}
