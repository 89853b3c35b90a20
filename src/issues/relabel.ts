/**
 * @module Labels of an object's issue, changed one by one: those that others set meanwhile stay.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubApi } from "../github/client/session.ts";
import type { IssuePlace } from "./issue-record.ts";

export interface LabelChange {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** One request to add all, and one for each that goes; one that is not there any more has gone. */
export async function relabel(
  api: GitHubApi,
  { owner, repo, number }: IssuePlace,
  { add = [], remove = [] }: LabelChange,
): Promise<void> {
  const place = { owner, repo, issue_number: number };
  if (add.length > 0)
    await api.request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
      ...place,
      labels: [...add],
    });
  for (const name of remove)
    try {
      await api.request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", {
        ...place,
        name,
      });
    } catch (error) {
      if (!(error instanceof HubsteadError && error.code === "not_found")) throw error;
    }
}
