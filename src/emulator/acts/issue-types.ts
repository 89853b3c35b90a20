/**
 * @module Types of issues: an organisation's own, found without regard to case, and given to the issues of its repositories.
 *
 * @see https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/managing-issue-types-in-an-organization
 */
import { Refusal, validationFailed } from "../http/refusal.ts";
import type { IssueRow } from "../world/issue-rows.ts";
import type { IssueTypeRow, PlanningColor } from "../world/planning-rows.ts";
import type { World } from "../world/world.ts";
import type { Act } from "./act.ts";
import { noteType } from "./issue-events.ts";

/** Of an organisation. */
const mostTypes = 25;

export interface IssueTypeInput {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly color?: PlanningColor | null | undefined;
  readonly isEnabled?: boolean | undefined;
}

/** What every organisation begins with. */
export const defaultIssueTypes: readonly IssueTypeInput[] = [
  { name: "Task", description: "A specific piece of work", color: "yellow" },
  { name: "Bug", description: "An unexpected problem or behavior", color: "red" },
  { name: "Feature", description: "A request, idea, or new functionality", color: "blue" },
];

/** @throws {Refusal} 422 */
export function addIssueType(
  { issueTypes }: World,
  organizationId: number,
  { name, description = null, color = null, isEnabled = true }: IssueTypeInput,
  nowMs: number,
): IssueTypeRow {
  const known = issueTypes.by("organization", organizationId);
  checkTypeName(known, name);
  if (known.length >= mostTypes)
    throw typeRefused(`An organization cannot have more than ${mostTypes} issue types`);
  return issueTypes.put({
    id: issueTypes.nextId(),
    organizationId,
    name: name.trim(),
    description,
    color,
    isEnabled,
    createdAt: nowMs,
    updatedAt: nowMs,
  });
}

/** What is left out stays as it was. @throws {Refusal} 422 */
export function updateIssueType(
  { issueTypes }: World,
  type: IssueTypeRow,
  edit: IssueTypeInput,
  nowMs: number,
): IssueTypeRow {
  const others = issueTypes.by("organization", type.organizationId).filter(({ id }) => id !== type.id);
  checkTypeName(others, edit.name);
  return issueTypes.put({
    ...type,
    name: edit.name.trim(),
    description: edit.description === undefined ? type.description : edit.description,
    color: edit.color === undefined ? type.color : edit.color,
    isEnabled: edit.isEnabled ?? type.isEnabled,
    updatedAt: nowMs,
  });
}

/** Takes it off all issues; none of them counts as updated. */
export function removeIssueType({ issueTypes, issues, repositories }: World, type: IssueTypeRow): void {
  for (const repository of repositories.by("owner", type.organizationId)) {
    for (const issue of issues.by("repository", repository.id))
      if (issue.typeId === type.id) issues.put({ ...issue, typeId: null });
  }
  issueTypes.remove(type.id);
}

/** Those that an owner's issues can have; a person has none. */
function issueTypeNamed({ issueTypes }: World, ownerId: number, name: string): IssueTypeRow | undefined {
  const wanted = name.toLowerCase();
  return issueTypes.by("organization", ownerId).find((type) => type.name.toLowerCase() === wanted);
}

/** What an issue can be given: pull requests have no type. @throws {Refusal} 422 */
export function mustFindIssueType(act: Act, name: string, isPull: boolean): IssueTypeRow {
  const type = isPull ? undefined : issueTypeNamed(act.services.world, act.repository.ownerId, name);
  if (type?.isEnabled !== true)
    throw validationFailed({ resource: "Issue", field: "type", code: "invalid", value: name });
  return type;
}

/** That an issue can be given it, or has it. @throws {Refusal} 422 */
export function checkIssueType(act: Act, issue: IssueRow, name: string): void {
  // What an issue has already it keeps, also where no other is given it any more.
  if (typeOfIssue(act, issue)?.name.toLowerCase() === name.toLowerCase()) return;
  mustFindIssueType(act, name, issue.pull !== null);
}

/** @param name of one that {@link checkIssueType} lets pass; `null` takes it away */
export function setIssueType(act: Act, issue: IssueRow, name: string | null): IssueRow {
  const { world } = act.services;
  const before = typeOfIssue(act, issue);
  const type = name === null ? undefined : issueTypeNamed(world, act.repository.ownerId, name);
  if (type?.id === before?.id) return issue;
  const changed = world.issues.put({ ...issue, typeId: type?.id ?? null, updatedAt: act.nowMs });
  noteType(act, changed, before, type);
  return changed;
}

function typeOfIssue({ services: { world } }: Act, { typeId }: IssueRow): IssueTypeRow | undefined {
  return typeId == null ? undefined : world.issueTypes.get(typeId);
}

/** Types are an organisation's: under another owner issues have that one's of the same name, or none. */
export function retypeIssues(world: World, repositoryId: number, ownerId: number): void {
  for (const issue of world.issues.by("repository", repositoryId)) {
    if (issue.typeId == null) continue;
    const name = world.issueTypes.get(issue.typeId)?.name;
    const type = name === undefined ? undefined : issueTypeNamed(world, ownerId, name);
    world.issues.put({ ...issue, typeId: type?.id ?? null });
  }
}

function checkTypeName(others: readonly IssueTypeRow[], given: string): void {
  const name = given.trim().toLowerCase();
  if (name === "") throw typeRefused("Name can't be blank");
  if (others.some((other) => other.name.toLowerCase() === name))
    throw typeRefused("Name has already been taken");
}

function typeRefused(reason: string): Refusal {
  return new Refusal(422, "Validation Failed", [reason]);
}
