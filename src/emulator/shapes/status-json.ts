/**
 * @module Commit statuses as the REST API and webhooks show them.
 */
import { latestStatuses } from "../checks/required-checks.ts";
import { wholeSeconds } from "../clock.ts";
import type { StatusRow } from "../world/check-rows.ts";
import { authorToJson } from "./account-json.ts";
import type { Place } from "./issue-json.ts";
import { nodeId } from "./node-id.ts";
import { fullNameOf, repositoryToJson } from "./repository-json.ts";

/** `status`. */
export function statusToJson(place: Place, status: StatusRow) {
  return {
    ...shortStatusToJson(place, status),
    creator: authorToJson(place.world, status.creatorId, place.urls),
  };
}

/** `simple-commit-status`. */
function shortStatusToJson({ world, repository, urls }: Place, status: StatusRow) {
  const { id, sha, context, state, targetUrl, description, creatorId } = status;
  const at = wholeSeconds(status.createdAt);
  return {
    url: urls.api(`/repos/${fullNameOf(world, repository)}/statuses/${sha}`),
    avatar_url: authorToJson(world, creatorId, urls)?.avatar_url ?? null,
    id,
    node_id: nodeId("status", repository.id, id),
    state,
    description,
    target_url: targetUrl,
    context,
    created_at: at,
    updated_at: at,
  };
}

/** `combined-commit-status`. @param page those of its statuses that are to be shown */
export function combinedToJson(place: Place, sha: string, page: readonly StatusRow[]) {
  const { world, repository, urls, version } = place;
  const api = urls.api(`/repos/${fullNameOf(world, repository)}`);
  const all = latestStatuses(world, repository.id, sha);
  return {
    state: combined(all),
    statuses: page.map((status) => shortStatusToJson(place, status)),
    sha,
    total_count: all.length,
    repository: repositoryToJson(world, repository, { urls, version, role: undefined }),
    commit_url: `${api}/commits/${sha}`,
    url: `${api}/commits/${sha}/status`,
  };
}

function combined(statuses: readonly StatusRow[]): "failure" | "pending" | "success" {
  if (statuses.some(({ state }) => state === "failure" || state === "error")) return "failure";
  return statuses.length > 0 && statuses.every(({ state }) => state === "success") ? "success" : "pending";
}
