/**
 * @module Entities as rows: reading and writing the `entity` table. Rows are read as arrays, which is a third
 * faster than as objects.
 */
import { formatTime, parseTime } from "../../base/iso-time.ts";
import { deepFreeze, type JsonObject } from "../../base/json.ts";
import { readJson } from "../../base/json-reader.ts";
import type { Conflict, Entity, EntityState } from "../../entity/entity.ts";
import { HubsteadError } from "../../errors.ts";
import type { Session } from "./session.ts";

/** The columns of a row, in this order, in every statement that reads entities for users. Each column costs time. */
export const entityColumns = "row, id, type, status, data, version, created, updated";
/** All columns, in this order, for states. */
export const stateColumns = `${entityColumns}, deleted, newest, conflicts`;

type EntityCells = [
  row: number,
  id: string,
  type: string,
  status: string,
  data: string,
  version: number,
  created: number,
  updated: number,
];
export type EntityRow = Readonly<EntityCells>;
export type StateRow = readonly [...EntityCells, deleted: number, newest: number, conflicts: string | null];

/** An entity's state with where it lies. */
export interface RowState {
  readonly row: number;
  /** Position of its newest change. */
  readonly newest: number;
  readonly state: EntityState;
}

/** Turns rows into what callers get. */
export interface RowReader {
  /** Frozen, without what only the storage needs. */
  toEntities(rows: readonly EntityRow[]): readonly Entity[];
  toEntity(row: EntityRow | StateRow): Entity;
  toState(row: StateRow): RowState;
}

// Pages of a list and entities read often come again and again: what was made of an equal row is handed out again,
// which is safe because it is frozen. Large ones are left out, so that the kept ones stay below some megabytes, and
// long pages too: whoever walks through a store sees each entity once, and what is kept must outlive many garbage
// collections.
const slots = 4096;
const largestKept = 1024;
const longestPage = 100;

export function createRowReader(): RowReader {
  const kept: ({ readonly row: EntityRow | StateRow; readonly entity: Entity } | undefined)[] = new Array(
    slots,
  );

  const toEntity = (row: EntityRow | StateRow): Entity => {
    const slot = row[0] % slots;
    const known = kept[slot];
    if (known !== undefined && isSameRow(known.row, row)) return known.entity;
    const entity = makeEntity(row);
    if (row[4].length <= largestKept) kept[slot] = { row, entity };
    return entity;
  };

  return {
    toEntity,
    toEntities: (rows) => rows.map(rows.length > longestPage ? makeEntity : toEntity),
    toState: (row) => ({
      row: row[0],
      newest: row[9],
      state: {
        ...toEntity(row),
        deleted: row[8] === 1,
        conflicts: row[10] === null ? [] : (JSON.parse(row[10]) as Conflict[]),
      },
    }),
  };
}

/** Every cell that users see. */
function isSameRow(a: EntityRow | StateRow, b: EntityRow | StateRow): boolean {
  for (let cell = 0; cell < 8; cell++) if (a[cell] !== b[cell]) return false;
  return true;
}

/** @throws {HubsteadError} `corrupt` for cells that no entity has */
function makeEntity(row: EntityRow | StateRow): Entity {
  try {
    return Object.freeze({
      id: row[1],
      type: row[2],
      status: row[3],
      data: deepFreeze(readJson(row[4]) as JsonObject),
      version: row[5],
      createdAt: formatTime(row[6]),
      updatedAt: formatTime(row[7]),
    });
  } catch (cause) {
    throw new HubsteadError("corrupt", `the row of ${row[1]} is damaged`, {
      hint: "`hubstead rebuild` makes it anew from its changes.",
      data: { id: row[1] },
      cause,
    });
  }
}

/** The `entity` table, to write in. */
export interface EntityTable {
  byId(id: string): RowState | undefined;
  /** @param data canonical JSON of the state's data @returns the new row's number */
  insert(state: EntityState, data: string, newest: number): number;
  update(known: RowState, state: EntityState, data: string, newest: number): void;
}

export function createEntityTable(session: Session, reader: RowReader): EntityTable {
  const select = session.prepare(`SELECT ${stateColumns} FROM entity WHERE id = ?`);
  const insert = session.prepare(insertEntity);
  // Naming a column costs its indexes, even where its value stays: nearly all updates change only these.
  const updateCommon = session.prepare(
    "UPDATE entity SET status = ?, data = ?, version = ?, updated = ?, newest = ? WHERE row = ?",
  );
  const updateRare = session.prepare(
    "UPDATE entity SET type = ?, created = ?, deleted = ?, conflicts = ? WHERE row = ?",
  );
  return {
    byId(id) {
      const row = select.get(id) as unknown as StateRow | undefined;
      return row === undefined ? undefined : reader.toState(row);
    },
    insert: (state, data, newest) => Number(insert.run(...stateToCells(state, data, newest)).lastInsertRowid),
    update({ row, state: before }, state, data, newest) {
      // Not `run`: it would make an object that says what was changed.
      updateCommon.get(state.status, data, state.version, parseTime(state.updatedAt), newest, row);
      const isCommon =
        state.type === before.type &&
        state.createdAt === before.createdAt &&
        state.deleted === before.deleted &&
        state.conflicts.length + before.conflicts.length === 0;
      if (isCommon) return;
      updateRare.run(
        state.type,
        parseTime(state.createdAt),
        state.deleted ? 1 : 0,
        conflictsCell(state),
        row,
      );
    },
  };
}

/** All cells but the row's number, in the order of {@link stateToCells}. */
export const insertEntity =
  "INSERT INTO entity(id, type, status, data, version, created, updated, deleted, newest, conflicts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

function conflictsCell({ conflicts }: EntityState): string | null {
  return conflicts.length === 0 ? null : JSON.stringify(conflicts);
}

/** The cells of a state, in the order of {@link stateColumns} without `row`. @param data its canonical JSON */
export function stateToCells(state: EntityState, data: string, newest: number): (string | number | null)[] {
  const created = parseTime(state.createdAt);
  return [
    state.id,
    state.type,
    state.status,
    data,
    state.version,
    created,
    state.updatedAt === state.createdAt ? created : parseTime(state.updatedAt),
    state.deleted ? 1 : 0,
    newest,
    conflictsCell(state),
  ];
}
