/**
 * @module What users see of a folded state.
 */
import { deepFreeze } from "../base/json.ts";
import type { Entity, EntityState } from "../entity/entity.ts";

/** Frozen, without what only the storage needs. */
export function stateToEntity({
  id,
  type,
  status,
  data,
  version,
  createdAt,
  updatedAt,
}: EntityState): Entity {
  return Object.freeze({ id, type, status, data: deepFreeze(data), version, createdAt, updatedAt });
}
