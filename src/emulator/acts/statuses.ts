/**
 * @module What is done to commit statuses.
 *
 * @see https://docs.github.com/rest/commits/statuses
 */

import { descendantsOf } from "../git/history.ts";
import { Refusal, validationFailed } from "../http/refusal.ts";
import { authorToJson } from "../shapes/account-json.ts";
import { shortBranchToJson } from "../shapes/branch-json.ts";
import { commitToJson } from "../shapes/commit-json.ts";
import type { StatusRow } from "../world/check-rows.ts";
import { type Act, tell } from "./act.ts";

export type NewStatus = Pick<StatusRow, "sha" | "context" | "state" | "targetUrl" | "description">;

const mostStatuses = 1_000;
const mostDescription = 140;
/** GitHub tells of no more branches. */
const mostBranches = 10;

/** @param status of a commit that there is @throws {Refusal} 422 */
export function setStatus(act: Act, status: NewStatus): StatusRow {
  const { world } = act.services;
  checkStatus(status);
  const key = `${act.repository.id}/${status.sha}`;
  const before = world.statuses.by("commit", key).filter(({ context }) => context === status.context);
  if (before.length >= mostStatuses) {
    const message = "This SHA and context has reached the maximum number of statuses.";
    throw new Refusal(422, "Validation Failed", [{ resource: "Status", code: "custom", message }]);
  }
  const row = world.statuses.put({
    ...status,
    id: world.statuses.nextId(),
    repositoryId: act.repository.id,
    creatorId: act.actor.id,
    appId: act.principal.kind === "installation" ? act.principal.app.id : null,
    createdAt: act.nowMs,
  });
  tellOfStatus(act, row);
  return row;
}

function checkStatus({ context, targetUrl, description }: NewStatus): void {
  const wrong = (field: string, message: string) =>
    validationFailed({ resource: "Status", field, code: "custom", message });
  if (context.trim() === "") throw wrong("context", "context can't be blank");
  if ([...context].length > 255) throw wrong("context", "context is too long (maximum is 255 characters)");
  if (description !== null && [...description].length > mostDescription)
    throw wrong("description", `description is too long (maximum is ${mostDescription} characters)`);
  if (targetUrl !== null && !isWebAddress(targetUrl))
    throw wrong("target_url", "target_url must use http(s) scheme");
}

/** One that can be followed, of characters that addresses have. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[!#$%&'()*+,\-./0-9:;=?@A-Z[\]_a-z~]+$/u.test(text) && URL.canParse(text);
}

function tellOfStatus(act: Act, status: StatusRow): void {
  const { services, repository, urls } = act;
  const { world } = services;
  const place = { world, git: services.git.repository(repository.id), repository, urls };
  const at = new Date(status.createdAt).toISOString();
  const all = place.git.refs("refs/heads/");
  const later = descendantsOf(
    place.git,
    status.sha,
    all.map(({ oid }) => oid),
  );
  const branches = all.filter(({ oid }) => later.has(oid)).slice(0, mostBranches);
  tell(act, "status", undefined, {
    id: status.id,
    sha: status.sha,
    name: `${world.accounts.get(repository.ownerId)!.login}/${repository.name}`,
    avatar_url: authorToJson(world, status.creatorId, urls)?.avatar_url ?? null,
    target_url: status.targetUrl,
    context: status.context,
    description: status.description,
    state: status.state,
    commit: commitToJson(place, status.sha),
    branches: branches.map(({ name, oid }) => {
      const {
        protection: _,
        protection_url: __,
        ...json
      } = shortBranchToJson(place, name.slice("refs/heads/".length), oid);
      return json;
    }),
    created_at: at,
    updated_at: at,
  });
}
