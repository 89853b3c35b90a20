/**
 * @module Mutations of what is put on issues: labels and assignees.
 */
import type { Act } from "../../acts/act.ts";
import { isAssignable, labelNamesOf, setAssignees, setLabels } from "../../acts/issues.ts";
import { createLabel, removeLabel, updateLabel } from "../../acts/labels.ts";
import type { IssueRow, LabelRow } from "../../world/issue-rows.ts";
import { mustFind } from "../find-node.ts";
import { nodeNotFound } from "../problem.ts";
import type { View } from "../view.ts";
import { actIn, actOn, type Mutation, triageIssues } from "./mutation.ts";

export const labelMutations: Readonly<Record<string, Mutation>> = {
  addLabelsToLabelable: {
    run(view, { labelableId, labelIds }) {
      const { act, issue } = issueToTriage(view, String(labelableId));
      const names = [...labelNamesOf(act, issue), ...labelNames(view, issue, labelIds)];
      return { labelable: view.nodes.issue(setLabels(act, issue, names)) };
    },
  },
  removeLabelsFromLabelable: {
    run(view, { labelableId, labelIds }) {
      const { act, issue } = issueToTriage(view, String(labelableId));
      const gone = labelNames(view, issue, labelIds);
      const left = labelNamesOf(act, issue).filter((name) => !gone.includes(name));
      return { labelable: view.nodes.issue(setLabels(act, issue, left)) };
    },
  },
  clearLabelsFromLabelable: {
    run(view, { labelableId }) {
      const { act, issue } = issueToTriage(view, String(labelableId));
      return { labelable: view.nodes.issue(setLabels(act, issue, [])) };
    },
  },
  addAssigneesToAssignable: {
    run(view, { assignableId, assigneeIds }) {
      const { act, issue } = issueToTriage(view, String(assignableId));
      const added = accountIds(view, assigneeIds).filter((id) => isAssignable(act, id));
      const ids = [...new Set([...issue.assigneeIds, ...added])];
      return { assignable: view.nodes.issue(setAssignees(act, issue, ids)) };
    },
  },
  removeAssigneesFromAssignable: {
    run(view, { assignableId, assigneeIds }) {
      const { act, issue } = issueToTriage(view, String(assignableId));
      const gone = accountIds(view, assigneeIds);
      const left = issue.assigneeIds.filter((id) => !gone.includes(id));
      return { assignable: view.nodes.issue(setAssignees(act, issue, left)) };
    },
  },
  createLabel: {
    run(view, input) {
      const { repositoryId, name, color, description } = input as {
        readonly repositoryId: string;
        readonly name: string;
        readonly color: string;
        readonly description?: string | null;
      };
      const { row } = mustFind(view, repositoryId, "repository");
      const act = actIn(view, row, writeLabels);
      return { label: view.nodes.label(createLabel(act, { name, color, description })) };
    },
  },
  updateLabel: {
    run(view, input) {
      const { id, name, color, description } = input as {
        readonly id: string;
        readonly name?: string | null;
        readonly color?: string | null;
        readonly description?: string | null;
      };
      const { act, label } = labelToChange(view, id);
      const changed = updateLabel(act, label, {
        ...(name == null ? {} : { name }),
        ...(color == null ? {} : { color }),
        ...(description === undefined ? {} : { description }),
      });
      return { label: view.nodes.label(changed) };
    },
  },
  deleteLabel: {
    run(view, { id }) {
      const { act, label } = labelToChange(view, String(id));
      removeLabel(act, label);
      return {};
    },
  },
};

const writeLabels = { permission: "issues", level: "write", role: "write" } as const;

function labelToChange(view: View, id: string): { readonly act: Act; readonly label: LabelRow } {
  const { row: label } = mustFind(view, id, "label");
  const repository = view.world.repositories.get(label.repositoryId);
  if (repository === undefined) throw nodeNotFound(id);
  return { act: actIn(view, repository, writeLabels), label };
}

function issueToTriage(view: View, id: string): { readonly act: Act; readonly issue: IssueRow } {
  const { row: issue } = mustFind(view, id, "issue");
  return { act: actOn(view, issue, triageIssues), issue };
}

/** @throws {Problem} NOT_FOUND also for labels of another repository */
function labelNames(view: View, { repositoryId }: IssueRow, ids: unknown): string[] {
  return (ids as readonly string[]).map((id) => {
    const { row } = mustFind(view, id, "label");
    if (row.repositoryId !== repositoryId) throw nodeNotFound(id);
    return row.name;
  });
}

function accountIds(view: View, ids: unknown): number[] {
  return (ids as readonly string[]).map((id) => mustFind(view, id, "account").row.id);
}
