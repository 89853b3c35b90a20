/**
 * @module Labels: of repositories, of issues, of milestones.
 *
 * @see https://docs.github.com/rest/issues/labels
 */

import { findMilestone, labelNamesOf, setLabels } from "../acts/issues.ts";
import { createLabel, findLabel, removeLabel, updateLabel } from "../acts/labels.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import { labelToJson } from "../shapes/issue-json.ts";
import type { IssueRow, LabelRow } from "../world/issue-rows.ts";
import { actOf, issueOf, labelNamesIn } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const read = { permission: "issues", level: "read", role: "read" } as const;
const write = { permission: "issues", level: "write", role: "write" } as const;
/** Pull requests are issues, too: either permission will do for them. */
const triageOne = { permission: "issues", onPull: "pull_requests", level: "write", role: "triage" } as const;
const readOne = { ...read, onPull: "pull_requests" } as const;

/** The label that the path names. @throws {Refusal} 404 */
function labelOf(call: RepositoryCall, from = call.services.world): LabelRow {
  const label = from.labels.find("name", `${call.repository.id}/${call.params["name"]!.toLowerCase()}`);
  if (label === undefined) throw notFound();
  return label;
}

function labelsOf(call: RepositoryCall, issue: IssueRow) {
  return issue.labelIds.flatMap((id) => call.services.world.labels.get(id) ?? []);
}

export const labelOperations: readonly Operation[] = [
  forRepository("issues/list-labels-for-repo", read, (call) =>
    listed(call, call.world.labels.by("repository", call.repository.id), (label) => labelToJson(call, label)),
  ),
  forRepository("issues/get-label", read, (call) => ok(labelToJson(call, labelOf(call, call.world)))),
  forRepository("issues/create-label", write, (call) => {
    const { name, color, description } = call.body as { name: string; color?: string; description?: string };
    const json = labelToJson(call, createLabel(actOf(call), { name, color, description }));
    return created(json, json.url);
  }),
  forRepository("issues/update-label", write, (call) => {
    const { name, new_name, color, description } = call.body as Record<string, string | undefined>;
    const newName = new_name ?? name;
    const edit = {
      ...(newName == null ? {} : { name: newName }),
      ...(color === undefined ? {} : { color }),
      ...(description === undefined ? {} : { description }),
    };
    return ok(labelToJson(call, updateLabel(actOf(call), labelOf(call), edit)));
  }),
  forRepository("issues/delete-label", write, (call) => {
    removeLabel(actOf(call), labelOf(call));
    return noContent;
  }),
  forRepository("issues/list-labels-on-issue", readOne, (call) =>
    listed(call, labelsOf(call, issueOf(call, call.world)), (label) => labelToJson(call, label)),
  ),
  forRepository("issues/add-labels", triageOne, (call) => {
    const issue = issueOf(call);
    const act = actOf(call);
    const names = [...labelNamesOf(act, issue), ...namesIn(call)];
    return ok(labelsOf(call, setLabels(act, issue, names)).map((label) => labelToJson(call, label)));
  }),
  forRepository("issues/set-labels", triageOne, (call) => {
    const changed = setLabels(actOf(call), issueOf(call), namesIn(call));
    return ok(labelsOf(call, changed).map((label) => labelToJson(call, label)));
  }),
  forRepository("issues/remove-all-labels", triageOne, (call) => {
    setLabels(actOf(call), issueOf(call), []);
    return noContent;
  }),
  forRepository("issues/remove-label", triageOne, (call) => {
    const issue = issueOf(call);
    const label = findLabel(actOf(call), call.params["name"]!);
    if (label === undefined || !issue.labelIds.includes(label.id))
      throw new Refusal(404, "Label does not exist");
    const left = labelsOf(call, issue).filter(({ id }) => id !== label.id);
    const changed = setLabels(
      actOf(call),
      issue,
      left.map(({ name }) => name),
    );
    return ok(labelsOf(call, changed).map((other) => labelToJson(call, other)));
  }),
  forRepository("issues/list-labels-for-milestone", read, (call) => {
    const milestone = findMilestone(call, Number(call.params["milestone_number"]));
    if (milestone === undefined) throw notFound();
    const ids = new Set(
      call.world.issues
        .by("repository", call.repository.id)
        .flatMap(({ milestoneId, labelIds }) => (milestoneId === milestone.id ? labelIds : [])),
    );
    return listed(
      call,
      [...ids].flatMap((id) => call.world.labels.get(id) ?? []),
      (label) => labelToJson(call, label),
    );
  }),
];

/** Labels come as `{ labels: [...] }`, as a list of names or objects, or as one name. */
function namesIn({ content }: RepositoryCall): string[] {
  if (typeof content === "string") return [content];
  return labelNamesIn(
    Array.isArray(content) ? content : (content as { labels?: unknown } | undefined)?.labels,
  );
}
