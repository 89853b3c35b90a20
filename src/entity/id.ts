/**
 * @module Names: entity ids, the types that stand in them, replicas, and change ids. Pure.
 */
import { showValue } from "../base/show-value.ts";
import { invalidInput } from "../errors.ts";

declare const brand: unique symbol;
/** 16 characters of base 32 in lower case, random: who wrote a change. */
export type ReplicaId = string & { readonly [brand]: "ReplicaId" };
/** `replica:seq`: names one change for ever. */
export type ChangeId = string & { readonly [brand]: "ChangeId" };

/** Ids and types, in Unicode code points. */
const maxIdLength = 200;

// Letters, marks, numbers, punctuation, symbols and the plain space: everything that a terminal shows as itself.
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;
const leadingType = /^[\p{L}\p{N}_]+/u;
const continuesType = /^[\p{L}\p{N}_]/u;

/**
 * Checks an id and finds its type: the leading run of letters, digits and `_`, or the longer one given.
 *
 * @param type an explicit type; the id is it, or begins with it and then a character that is no letter, digit or `_`
 * @returns the type
 * @throws {HubsteadError} `invalid_input` with `data.id`
 */
export function checkId(id: unknown, type?: unknown): string {
  const plain = plainTypeOf(id);
  if (plain !== undefined && (type === undefined || type === plain)) return plain;
  if (typeof id !== "string" || id === "") {
    throw invalidInput("an entity needs an id", 'Give one that starts with its type: "task-write-docs".');
  }
  const shown = JSON.stringify(id.slice(0, 60));
  if ([...id].length > maxIdLength) {
    throw invalidInput(`the id ${shown}… is longer than ${maxIdLength} characters`, "Use a shorter id.", {
      id,
    });
  }
  if (!id.isWellFormed() || !printable.test(id) || id.trim() !== id) {
    throw invalidInput(
      `the id ${shown} holds characters that cannot be printed`,
      "Use letters, digits and signs, no control characters, and no space at an end.",
      { id },
    );
  }
  if (type === undefined) {
    const inferred = leadingType.exec(id)?.[0];
    if (inferred === undefined) {
      throw invalidInput(
        `the id ${shown} does not start with a type`,
        `Start it with letters: "task${id.startsWith("-") ? "" : "-"}${id.slice(0, 40)}".`,
        { id },
      );
    }
    return inferred;
  }
  const name = checkTypeName(type);
  if (id !== name && (!id.startsWith(name) || continuesType.test(id.slice(name.length)))) {
    throw invalidInput(
      `the id ${shown} does not start with its type ${JSON.stringify(name)}`,
      `Use "${name}-${id.slice(0, 40)}", or another type.`,
      { id, type: name },
    );
  }
  return name;
}

/**
 * The type of an id of ASCII letters, digits and signs, as nearly all are: each write and each fold asks, and a regular
 * expression takes ten times as long.
 *
 * @returns `undefined` for all others, good or bad
 */
function plainTypeOf(id: unknown): string | undefined {
  if (typeof id !== "string" || id.length > maxIdLength) return undefined;
  let typeLength = 0;
  for (let at = 0; at < id.length; at++) {
    const unit = id.charCodeAt(at);
    if (unit < 0x21 || unit > 0x7e) return undefined;
    if (typeLength === at && isTypeUnit(unit)) typeLength++;
  }
  return typeLength === 0 ? undefined : id.slice(0, typeLength);
}

/** ASCII letters, digits and `_`. */
function isTypeUnit(unit: number): boolean {
  const letter = unit | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f;
}

/** @throws {HubsteadError} `invalid_input` unless it starts with a letter, digit or `_` and is printable */
export function checkTypeName(type: unknown): string {
  if (
    typeof type !== "string" ||
    [...type].length > maxIdLength ||
    !leadingType.test(type) ||
    !printable.test(type) ||
    type.trim() !== type
  ) {
    throw invalidInput(
      `${showValue(type)} is not the name of a type`,
      'A type starts with a letter, digit or "_": "task".',
    );
  }
  return type;
}

/** @throws {HubsteadError} `invalid_input` */
export function parseReplicaId(value: unknown): ReplicaId {
  if (typeof value !== "string" || !/^[a-z2-7]{16}$/u.test(value)) {
    throw invalidInput(
      `${showValue(value)} is not a replica id`,
      "A replica id is 16 characters a-z and 2-7.",
    );
  }
  return value as ReplicaId;
}

/** The name of one change. */
export function formatChangeId(replica: string, seq: number): ChangeId {
  return `${replica}:${seq}` as ChangeId;
}

/** @throws {HubsteadError} `invalid_input` */
export function parseChangeId(value: unknown): { readonly replica: ReplicaId; readonly seq: number } {
  const match = typeof value === "string" ? /^([a-z2-7]{16}):([1-9]\d{0,15})$/u.exec(value) : null;
  if (match === null || !Number.isSafeInteger(Number(match[2]))) {
    throw invalidInput(
      `${showValue(value)} is not a change id`,
      '`hubstead history ID` lists them: "replica:seq".',
    );
  }
  return { replica: match[1] as ReplicaId, seq: Number(match[2]) };
}
