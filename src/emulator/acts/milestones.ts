/**
 * @module What is done to milestones.
 */
import { validationFailed } from "../http/refusal.ts";
import { milestoneToJson } from "../shapes/issue-json.ts";
import type { MilestoneRow } from "../world/issue-rows.ts";
import { type Act, placeOf, tell } from "./act.ts";
import { setMilestone } from "./issues.ts";

export interface MilestoneInput {
  readonly title: string;
  readonly description?: string | null;
  readonly state?: MilestoneRow["state"];
  readonly dueOn?: number | null;
}

const mostTitleLength = 255;

/** @throws {Refusal} 422 */
export function createMilestone(act: Act, input: MilestoneInput): MilestoneRow {
  const { milestones, repositories } = act.services.world;
  checkTitle(act, input.title);
  const repository = repositories.get(act.repository.id)!;
  const number = (repository.lastMilestone ?? highestNumber(act)) + 1;
  repositories.put({ ...repository, lastMilestone: number });
  const isClosed = input.state === "closed";
  const milestone = milestones.put({
    id: milestones.nextId(),
    repositoryId: act.repository.id,
    number,
    title: input.title.trim(),
    description: input.description ?? null,
    state: input.state ?? "open",
    creatorId: act.actor.id,
    dueOn: input.dueOn ?? null,
    closedAt: isClosed ? act.nowMs : null,
    createdAt: act.nowMs,
    updatedAt: act.nowMs,
  });
  tellOfMilestone(act, "created", milestone);
  return milestone;
}

/** @throws {Refusal} 422 */
export function updateMilestone(
  act: Act,
  milestone: MilestoneRow,
  edit: Partial<MilestoneInput>,
): MilestoneRow {
  if (edit.title !== undefined) checkTitle(act, edit.title, milestone);
  const state = edit.state ?? milestone.state;
  const changed = act.services.world.milestones.put({
    ...milestone,
    ...edit,
    title: (edit.title ?? milestone.title).trim(),
    state,
    closedAt: state === "open" ? null : (milestone.closedAt ?? act.nowMs),
    updatedAt: act.nowMs,
  });
  if (state !== milestone.state) tellOfMilestone(act, state === "open" ? "opened" : "closed", changed);
  const changes = {
    ...(changed.title === milestone.title ? {} : { title: { from: milestone.title } }),
    ...(changed.description === milestone.description
      ? {}
      : { description: { from: milestone.description ?? "" } }),
  };
  if (Object.keys(changes).length > 0) tellOfMilestone(act, "edited", changed, { changes });
  return changed;
}

/** Its issues have none afterwards. */
export function removeMilestone(act: Act, milestone: MilestoneRow): void {
  const { issues, milestones } = act.services.world;
  for (const issue of issues.by("repository", act.repository.id))
    if (issue.milestoneId === milestone.id) setMilestone(act, issue, null);
  tellOfMilestone(act, "deleted", milestone);
  milestones.remove(milestone.id);
}

/** Titles are there once in a repository. */
function checkTitle(act: Act, title: string, own?: MilestoneRow): void {
  if (title.trim() === "")
    throw validationFailed({ resource: "Milestone", field: "title", code: "missing_field" });
  if ([...title].length > mostTitleLength) {
    throw validationFailed({
      resource: "Milestone",
      field: "title",
      code: "custom",
      message: `title is too long (maximum is ${mostTitleLength} characters)`,
    });
  }
  const other = act.services.world.milestones
    .by("repository", act.repository.id)
    .find((milestone) => milestone.title.toLowerCase() === title.trim().toLowerCase());
  if (other !== undefined && other.id !== own?.id)
    throw validationFailed({ resource: "Milestone", field: "title", code: "already_exists" });
}

function highestNumber({ services: { world }, repository }: Act): number {
  return world.milestones
    .by("repository", repository.id)
    .reduce((highest, { number }) => Math.max(highest, number), 0);
}

function tellOfMilestone(
  act: Act,
  action: "created" | "edited" | "opened" | "closed" | "deleted",
  milestone: MilestoneRow,
  more: Readonly<Record<string, unknown>> = {},
): void {
  tell(act, "milestone", action, { milestone: milestoneToJson(placeOf(act), milestone), ...more });
}
