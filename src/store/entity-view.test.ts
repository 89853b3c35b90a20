import { expect, test } from "vitest";
import type { EntityState } from "../entity/entity.ts";
import { stateToEntity } from "./entity-view.ts";

test("users see an entity without what only the storage needs, frozen all the way down", () => {
  const state: EntityState = {
    id: "task-1",
    type: "task",
    status: "open",
    data: { a: { b: [1] } },
    version: 2,
    createdAt: "2026-01-31T12:00:00.000Z",
    updatedAt: "2026-01-31T12:00:01.000Z",
    deleted: false,
    conflicts: [],
  };
  const entity = stateToEntity(state);
  expect(Object.keys(entity)).toEqual(["id", "type", "status", "data", "version", "createdAt", "updatedAt"]);
  expect(Object.isFrozen(entity)).toBe(true);
  expect(Object.isFrozen((entity.data as { a: { b: number[] } }).a.b)).toBe(true);
});
