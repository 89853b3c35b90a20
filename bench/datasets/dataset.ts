/** @module What a dataset is: entities by number, and the questions that are asked of them. */
import type { Data, NewEntity, Selection } from "../engines/engine.ts";

export interface Dataset {
  readonly title: string;
  /** How many entities are imported. */
  readonly size: number;
  /** From `size` on: entities of the same kind that are not part of the import. */
  entityAt(index: number): NewEntity;
  /** Other data for the entity of this number, as a replacement brings it. */
  otherDataAt(index: number): Data;
  /** Lists that exist in the data. */
  readonly selections: readonly Selection[];
  /** In about ten entities of the import, in no other. */
  readonly rareWord: string;
  /** In about a fifth of the entities. */
  readonly commonWord: string;
}
