/**
 * @module The names of issues' events in the published schema, which is older than types of issues and has none for theirs.
 */
import type { EventRow } from "../../world/issue-rows.ts";

const eventNames = {
  closed: "ClosedEvent",
  reopened: "ReopenedEvent",
  merged: "MergedEvent",
  labeled: "LabeledEvent",
  unlabeled: "UnlabeledEvent",
  assigned: "AssignedEvent",
  unassigned: "UnassignedEvent",
  milestoned: "MilestonedEvent",
  demilestoned: "DemilestonedEvent",
  renamed: "RenamedTitleEvent",
  locked: "LockedEvent",
  unlocked: "UnlockedEvent",
  transferred: "TransferredEvent",
} as const satisfies Readonly<Partial<Record<EventRow["event"], string>>>;

export type ShownEvent = EventRow & { readonly event: keyof typeof eventNames };

/** Whether the schema has its kind. */
export function isShownEvent(row: EventRow): row is ShownEvent {
  return Object.hasOwn(eventNames, row.event);
}

/** `ClosedEvent`. */
export function nameOfEvent({ event }: ShownEvent): string {
  return eventNames[event];
}
