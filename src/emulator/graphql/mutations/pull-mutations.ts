/**
 * @module Mutations of pull requests: opened, edited, merged, closed, reopened.
 */
import type { Act } from "../../acts/act.ts";
import { editIssue } from "../../acts/issues.ts";
import { mergePull } from "../../acts/merge-pull.ts";
import { changeBase, checkBase, checkReopening, openPull, setDraft } from "../../acts/pulls.ts";
import { Refusal } from "../../http/refusal.ts";
import { isPull } from "../../shapes/pull-json.ts";
import { mustFind } from "../find-node.ts";
import { nodeNotFound } from "../problem.ts";
import type { PullRow, View } from "../view.ts";
import { editOf, type IssueInput } from "./issue-mutations.ts";
import { actIn, actOn, type Input, type Mutation } from "./mutation.ts";

const writePulls = { permission: "pull_requests", level: "write", role: "read" } as const;

export const pullMutations: Readonly<Record<string, Mutation>> = {
  createPullRequest: {
    notifies: true,
    run(view, input) {
      const { title, body, headRefName, headRepositoryId, baseRefName, draft } = input;
      const { row } = mustFind(view, String(input["repositoryId"]), "repository");
      const act = actIn(view, row, { ...writePulls, role: "write" }, true);
      if (
        headRepositoryId != null &&
        mustFind(view, String(headRepositoryId), "repository").row.id !== row.id
      )
        throw new Refusal(501, "The emulator does not serve pull requests from other repositories");
      const pull = openPull(act, {
        title: String(title),
        body: (body ?? null) as string | null,
        head: String(headRefName),
        base: String(baseRefName),
        isDraft: draft === true,
      });
      return { pullRequest: view.nodes.issue(pull) };
    },
  },
  updatePullRequest: {
    run(view, input) {
      const { act, pull } = pullToChange(view, input);
      if (input["state"] === "OPEN" && pull.state === "closed") checkReopening(act, pull);
      const { baseRefName } = input;
      if (baseRefName != null) checkBase(act, pull, String(baseRefName));
      const edited = editIssue(act, pull, editOf(view, input as IssueInput));
      const changed =
        baseRefName != null && isPull(edited) ? changeBase(act, edited, String(baseRefName)) : edited;
      return { pullRequest: view.nodes.issue(changed), actor: view.nodes.account(view.actor) };
    },
  },
  mergePullRequest: {
    notifies: true,
    run(view, input) {
      const { pullRequestId, mergeMethod, commitHeadline, commitBody, expectedHeadOid } = input;
      const pull = pullNamed(view, String(pullRequestId));
      const act = actOn(view, pull, { permission: "contents", level: "write", role: "write" });
      mergePull(act, pull, {
        method: String(mergeMethod ?? "MERGE").toLowerCase() as "merge" | "rebase" | "squash",
        ...(commitHeadline == null ? {} : { title: String(commitHeadline) }),
        ...(commitBody == null ? {} : { message: String(commitBody) }),
        ...(expectedHeadOid == null ? {} : { headOid: String(expectedHeadOid) }),
      });
      return { ...changedPull(view, pull), actor: view.nodes.account(view.actor) };
    },
  },
  closePullRequest: {
    run(view, input) {
      const { act, pull } = pullToChange(view, input);
      return { pullRequest: view.nodes.issue(editIssue(act, pull, { state: "closed" })) };
    },
  },
  reopenPullRequest: {
    run(view, input) {
      const { act, pull } = pullToChange(view, input);
      checkReopening(act, pull);
      return { pullRequest: view.nodes.issue(editIssue(act, pull, { state: "open" })) };
    },
  },
  markPullRequestReadyForReview: { run: (view, input) => draft(view, input, false) },
  convertPullRequestToDraft: { run: (view, input) => draft(view, input, true) },
};

function draft(view: View, input: Input, isDraft: boolean) {
  const { act, pull } = pullToChange(view, input);
  return { pullRequest: view.nodes.issue(setDraft(act, pull, isDraft)) };
}

/** As it is once the merge has been carried out. */
function changedPull(view: View, { id }: PullRow) {
  return { pullRequest: () => view.nodes.issue(view.world.issues.get(id)!) };
}

function pullToChange(view: View, input: Input): { readonly act: Act; readonly pull: PullRow } {
  const pull = pullNamed(view, String(input["pullRequestId"]));
  return { act: actOn(view, pull, writePulls), pull };
}

function pullNamed(view: View, id: string): PullRow {
  const { row } = mustFind(view, id, "issue");
  if (!isPull(row)) throw nodeNotFound(id);
  return row;
}
