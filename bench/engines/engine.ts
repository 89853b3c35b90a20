/**
 * @module The port that every measured engine fills. It is as small as the questions of the benchmark; what an
 * engine cannot do is absent, never emulated by a scan.
 */

import type { JsonObject } from "../../src/index.ts";

export type Data = JsonObject;

export interface NewEntity {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly data: Data;
}

/** The part of an answer that the checks compare; engines may return more. */
export interface Found {
  readonly id: string;
  readonly data: Data;
}

export interface Edit {
  readonly id: string;
  readonly field: string;
  readonly value: number;
}

export interface Selection {
  readonly type: string;
  readonly status: string;
}

type Maybe<T> = T | Promise<T>;

/**
 * An open engine. A write is done when its promise is: what {@link EngineDriver.setting} promises then holds.
 * Every call is awaited before the next one.
 */
export interface Engine {
  /** Into an empty engine, as fast as it can. */
  import(entities: readonly NewEntity[]): Maybe<void>;
  create(entity: NewEntity): Maybe<void>;
  /** Merges one field into the data. */
  update(edit: Edit): Maybe<void>;
  /** Creates or replaces. */
  put(entity: NewEntity): Maybe<void>;
  get(id: string): Maybe<Found | undefined>;
  /** At most 50, newest first. */
  list50?(selection: Selection): Maybe<readonly Found[]>;
  /** At most 20, best match first. */
  searchRare?(word: string): Maybe<readonly Found[]>;
  /** At most 20, newest first. */
  searchCommonNewest?(word: string): Maybe<readonly Found[]>;
  /** All recorded versions or changes of one entity. */
  history?(id: string): Maybe<readonly unknown[]>;
  /** Does now what earlier writes left for later, so that it burdens neither the next engine nor the next read. */
  settle?(): Maybe<void>;
  close(): Maybe<void>;
}

export interface EngineDriver {
  readonly label: string;
  /** Whether an awaited write survives the end of the process. */
  readonly durable: boolean;
  /** Whether our goals speak of it: of released, durable peers. */
  readonly judged: boolean;
  /** The durability setting in words, for the table. */
  readonly setting: string;
  /** @param folder exists and is empty */
  open(folder: string): Promise<Engine>;
}
