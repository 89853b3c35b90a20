/**
 * @module The statuses that an entity may have where its type does not say.
 */

/** chora-store's seventeen, and `closed`. */
export const defaultStatuses = [
  "planned",
  "proposed",
  "published",
  "complete",
  "completed",
  "paused",
  "in_progress",
  "draft",
  "abandoned",
  "propagated",
  "open",
  "mitigated",
  "blocked",
  "adopted",
  "active",
  "deprecated",
  "documented",
  "closed",
] as const;

/** What an entity of an undefined type gets where none is given. */
export const defaultStatus = "active";
