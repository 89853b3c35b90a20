/**
 * @module An entity as users see it, and the folded state that it is read from.
 */
import type { JsonObject } from "../base/json.ts";
import type { ChangeId } from "./id.ts";
import type { ResolverName } from "./policy.ts";

/** A versioned JSON document. Frozen all the way down. */
export interface Entity<Data = JsonObject> {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly data: Data;
  /** Number of changes folded into it: 1 after create, +1 per change. The token for compare-and-set. */
  readonly version: number;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  /** ISO 8601 UTC. */
  readonly updatedAt: string;
}

/** Heads of one path with different effects, and how their provisional winner was found. */
export interface Conflict {
  /** `status`, `type`, a JSON Pointer into data, or `""` for the entity as a whole. */
  readonly path: string;
  /** In the order of the fold. */
  readonly heads: readonly ChangeId[];
  readonly resolver: ResolverName;
  /** `value`: different values; `delete`: a delete and an edit; `ended-life`: an edit of what was deleted and created anew. */
  readonly kind: "value" | "delete" | "ended-life";
}

/** What the changes of one entity fold to. Deleted entities keep their last data, for `restore`. */
export interface EntityState extends Entity {
  readonly deleted: boolean;
  /** Open conflicts, in order of path, then heads. */
  readonly conflicts: readonly Conflict[];
}
