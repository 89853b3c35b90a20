/**
 * @module What is kept of what an organisation plans its issues with: their types, the same in all of its repositories.
 */
import type { Row } from "./collection.ts";

export const planningColors = ["gray", "blue", "green", "yellow", "orange", "red", "pink", "purple"] as const;
export type PlanningColor = (typeof planningColors)[number];

/** What kind of thing an issue is about: a bug, a task. */
export interface IssueTypeRow extends Row {
  readonly organizationId: number;
  readonly name: string;
  readonly description: string | null;
  readonly color: PlanningColor | null;
  /** Whether issues can be given it. */
  readonly isEnabled: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}
