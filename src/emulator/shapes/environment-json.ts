/**
 * @module Environments as the REST API shows them.
 */
import { wholeSeconds } from "../clock.ts";
import type { EnvironmentRow } from "../world/action-rows.ts";
import { accountToJson, teamToJson } from "./account-json.ts";
import type { Place } from "./issue-json.ts";
import { nodeId } from "./node-id.ts";
import { fullNameOf } from "./repository-json.ts";

/** `environment`. */
export function environmentToJson(place: Place, row: EnvironmentRow) {
  const { world, repository, urls } = place;
  const { id, name, branchPolicy } = row;
  const fullName = fullNameOf(world, repository);
  const path = encodeURIComponent(name);
  return {
    id,
    node_id: nodeId("environment", repository.id, id),
    name,
    url: urls.api(`/repos/${fullName}/environments/${path}`),
    html_url: urls.html(`/${fullName}/deployments/activity_log?environments_filter=${path}`),
    created_at: wholeSeconds(row.createdAt),
    updated_at: wholeSeconds(row.updatedAt),
    protection_rules: rulesOf(place, row),
    deployment_branch_policy:
      branchPolicy === null
        ? null
        : { protected_branches: branchPolicy.isProtected, custom_branch_policies: branchPolicy.isCustom },
  };
}

/** Each kind of rule has an id of its own. */
function rulesOf({ world, repository, urls }: Place, row: EnvironmentRow) {
  const rule = (kind: number, type: string) => {
    const id = row.id * 4 + kind;
    return { id, node_id: nodeId("environmentRule", repository.id, id), type };
  };
  // Whoever is gone reviews nothing.
  const team = (id: number) => {
    const found = world.teams.get(id);
    return found && teamToJson(world, found, urls);
  };
  const user = (id: number) => {
    const found = world.accounts.get(id);
    return found && accountToJson(found, urls);
  };
  return [
    ...(row.waitMinutes === 0 ? [] : [{ ...rule(0, "wait_timer"), wait_timer: row.waitMinutes }]),
    ...(row.reviewers.length === 0
      ? []
      : [
          {
            ...rule(1, "required_reviewers"),
            prevent_self_review: row.preventsSelfReview,
            reviewers: row.reviewers.flatMap(({ kind, id }) => {
              const reviewer = kind === "Team" ? team(id) : user(id);
              return reviewer === undefined ? [] : [{ type: kind, reviewer }];
            }),
          },
        ]),
    ...(row.branchPolicy === null ? [] : [rule(2, "branch_policy")]),
  ];
}
