/**
 * @module Milestones of a repository.
 *
 * @see https://docs.github.com/rest/issues/milestones
 */
import { findMilestone } from "../acts/issues.ts";
import {
  createMilestone,
  type MilestoneInput,
  removeMilestone,
  updateMilestone,
} from "../acts/milestones.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound, validationFailed } from "../http/refusal.ts";
import { parseTime } from "../parse-time.ts";
import { milestoneToJson } from "../shapes/issue-json.ts";
import type { MilestoneRow } from "../world/issue-rows.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const read = { permission: "issues", level: "read", role: "read" } as const;
const write = { permission: "issues", level: "write", role: "write" } as const;

export const milestoneOperations: readonly Operation[] = [
  forRepository("issues/list-milestones", read, (call) => {
    const { state = "open" } = call.query;
    const all = call.world.milestones.by("repository", call.repository.id);
    const wanted = all.filter((milestone) => state === "all" || milestone.state === state);
    return listed(call, sorted(call, wanted), (milestone) => milestoneToJson(call, milestone));
  }),
  forRepository("issues/get-milestone", read, (call) => ok(milestoneToJson(call, milestoneOf(call)))),
  forRepository("issues/create-milestone", write, (call) => {
    const input = { ...inputIn(call), title: String(call.body["title"]) };
    const json = milestoneToJson(call, createMilestone(actOf(call), input));
    return created(json, json.url);
  }),
  forRepository("issues/update-milestone", write, (call) =>
    ok(milestoneToJson(call, updateMilestone(actOf(call), milestoneOf(call), inputIn(call)))),
  ),
  forRepository("issues/delete-milestone", write, (call) => {
    removeMilestone(actOf(call), milestoneOf(call));
    return noContent;
  }),
];

/** The milestone that the path names. @throws {Refusal} 404 */
function milestoneOf(call: RepositoryCall): MilestoneRow {
  const milestone = findMilestone(call, Number(call.params["milestone_number"]));
  if (milestone === undefined) throw notFound();
  return milestone;
}

/** Those without a date come last, in the order of their numbers. */
function sorted(call: RepositoryCall, milestones: readonly MilestoneRow[]): MilestoneRow[] {
  const { sort = "due_on", direction = "asc" } = call.query;
  const sign = direction === "asc" ? 1 : -1;
  if (sort === "due_on") {
    const dated = milestones.filter(({ dueOn }) => dueOn !== null);
    return [
      ...dated.toSorted((a, b) => sign * (a.dueOn! - b.dueOn!) || a.number - b.number),
      ...milestones.filter(({ dueOn }) => dueOn === null),
    ];
  }
  const doneOf = (milestone: MilestoneRow) => {
    const { open_issues, closed_issues } = milestoneToJson(call, milestone);
    return closed_issues / Math.max(1, open_issues + closed_issues);
  };
  return milestones.toSorted((a, b) => sign * (doneOf(a) - doneOf(b)) || a.number - b.number);
}

/** @throws {Refusal} 422 */
function inputIn({ body }: RepositoryCall): Partial<MilestoneInput> {
  const { title, description, state, due_on } = body;
  return {
    ...(title == null ? {} : { title: String(title) }),
    ...(description === undefined ? {} : { description: description as string | null }),
    ...(state == null ? {} : { state: state as MilestoneRow["state"] }),
    ...(due_on === undefined ? {} : { dueOn: due_on === null ? null : timeIn(String(due_on)) }),
  };
}

function timeIn(text: string): number {
  const time = parseTime(text);
  if (time === undefined)
    throw validationFailed({ resource: "Milestone", field: "due_on", code: "invalid", value: text });
  return time;
}
