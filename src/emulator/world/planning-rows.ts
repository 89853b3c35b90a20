/**
 * @module What is kept of what an organisation plans its issues with: types, and fields of its own. They are the same in all of
 * its repositories.
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

export const fieldTypes = ["text", "date", "single_select", "multi_select", "number"] as const;
export type FieldType = (typeof fieldTypes)[number];

export const fieldVisibilities = ["organization_members_only", "all"] as const;
export type FieldVisibility = (typeof fieldVisibilities)[number];

/** What an organisation wants to know of its issues besides what all issues have. */
export interface IssueFieldRow extends Row {
  readonly organizationId: number;
  readonly name: string;
  readonly description: string | null;
  readonly dataType: FieldType;
  /** Who sees it in public repositories. */
  readonly visibility: FieldVisibility;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One of those that a field lets choose from. */
export interface IssueFieldOptionRow extends Row {
  readonly fieldId: number;
  readonly name: string;
  readonly description: string | null;
  readonly color: PlanningColor;
  /** The lowest one stands first. */
  readonly priority: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A text, or a date as `2026-01-31`; a number; the ids of the options that were chosen. */
export type FieldValue = string | number | readonly number[];

export interface IssueFieldValueRow extends Row {
  readonly repositoryId: number;
  readonly issueId: number;
  readonly fieldId: number;
  readonly value: FieldValue;
}
