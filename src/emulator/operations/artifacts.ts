/**
 * @module Artifacts of runs: `actions/…-artifact` of the REST API.
 *
 * @see https://docs.github.com/rest/actions/artifacts
 */
import { type Answer, noContent, ok } from "../http/answer.ts";
import { counted } from "../http/pages.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import { artifactToJson } from "../shapes/action-json.ts";
import type { ArtifactRow } from "../world/action-rows.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";
import { redirectTo, runOf } from "./runs.ts";

const read = { permission: "actions", level: "read", role: "read" } as const;
const write = { permission: "actions", level: "write", role: "write" } as const;

/** @throws {Refusal} 404 */
function artifactOf({ params, repository }: RepositoryCall, from: RepositoryCall["world"]): ArtifactRow {
  const artifact = from.artifacts.get(Number(params["artifact_id"]));
  if (artifact?.repositoryId !== repository.id) throw notFound();
  return artifact;
}

function artifactsListed(call: RepositoryCall, rows: readonly ArtifactRow[], direction = "desc"): Answer {
  const { name } = call.query;
  const named = rows.filter((row) => name === undefined || row.name === name);
  const ordered = direction === "asc" ? named : named.toReversed();
  return counted(call, "artifacts", ordered, (row) => artifactToJson(call, row, call.nowMs));
}

export const artifactOperations: readonly Operation[] = [
  forRepository("actions/list-artifacts-for-repo", read, (call) =>
    artifactsListed(call, call.world.artifacts.by("repository", call.repository.id)),
  ),
  forRepository("actions/list-workflow-run-artifacts", read, (call) =>
    artifactsListed(
      call,
      call.world.artifacts.by("run", runOf(call, call.world).id),
      call.query["direction"],
    ),
  ),
  forRepository("actions/get-artifact", read, (call) =>
    ok(artifactToJson(call, artifactOf(call, call.world), call.nowMs)),
  ),
  forRepository("actions/delete-artifact", write, (call) => {
    const { world } = call.services;
    world.artifacts.remove(artifactOf(call, world).id);
    return noContent;
  }),
  forRepository("actions/download-artifact", read, (call) => {
    // Everybody sees that there is one; only who has signed in gets it.
    if (call.principal.kind === "anonymous") throw new Refusal(401, "Requires authentication");
    const { id, expiresAt } = artifactOf(call, call.services.world);
    if (call.params["archive_format"] !== "zip") throw notFound();
    if (expiresAt <= call.nowMs) throw new Refusal(410, "Artifact has expired");
    return redirectTo(call, `/artifacts/${id}`);
  }),
];
