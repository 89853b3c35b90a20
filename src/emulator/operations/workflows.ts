/**
 * @module Workflows of Actions, and what starts them: `actions/…-workflow` of the REST API.
 *
 * @see https://docs.github.com/rest/actions/workflows
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { readInputs } from "../actions/dispatch-inputs.ts";
import { commitOf, type KnownWorkflow, workflowsOf } from "../actions/workflows.ts";
import { tell } from "../acts/act.ts";
import { startRun } from "../acts/runs.ts";
import { noContent, ok } from "../http/answer.ts";
import { counted } from "../http/pages.ts";
import { notFound, Refusal, validationFailed } from "../http/refusal.ts";
import { workflowToJson } from "../shapes/action-json.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import type { WorkflowRow } from "../world/action-rows.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const read = { permission: "actions", level: "read", role: "read" } as const;
const write = { permission: "actions", level: "write", role: "write" } as const;

const mostPayloadKeys = 10;
const mostPayloadBytes = 65_535;
const mostEventTypeLength = 100;

/** By its id, or by its file's name. @throws {Refusal} 404 */
export function workflowOf({ services, repository, params }: RepositoryCall, commit?: string): KnownWorkflow {
  const wanted = params["workflow_id"]!;
  const found = workflowsOf(services, repository, commit).find(
    ({ workflow: { id, path } }) => String(id) === wanted || path.split("/").at(-1) === wanted,
  );
  if (found === undefined) throw notFound();
  return found;
}

function setState(
  { services, nowMs }: RepositoryCall,
  workflow: WorkflowRow,
  state: WorkflowRow["state"],
): void {
  services.world.workflows.put({ ...workflow, state, updatedAt: nowMs });
}

/** A branch or a tag, by its name or its whole ref. @throws {Refusal} 422 */
function refOf({ services, repository }: RepositoryCall, name: string) {
  const git = services.git.repository(repository.id);
  const candidates = name.startsWith("refs/") ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const ref of candidates) {
    const commit = /^refs\/(?:heads|tags)\/./u.test(ref) ? commitOf(git, ref) : undefined;
    if (commit !== undefined) return { ref, commit };
  }
  throw new Refusal(422, `No ref found for: ${name}`);
}

export const workflowOperations: readonly Operation[] = [
  forRepository("actions/list-repo-workflows", read, (call) =>
    counted(call, "workflows", workflowsOf(call.services, call.repository), ({ workflow }) =>
      workflowToJson(call, workflow),
    ),
  ),
  forRepository("actions/get-workflow", read, (call) => ok(workflowToJson(call, workflowOf(call).workflow))),
  forRepository("actions/disable-workflow", write, (call) => {
    setState(call, workflowOf(call).workflow, "disabled_manually");
    return noContent;
  }),
  forRepository("actions/enable-workflow", write, (call) => {
    setState(call, workflowOf(call).workflow, "active");
    return noContent;
  }),
  forRepository("actions/create-workflow-dispatch", write, (call) => {
    const { workflow } = workflowOf(call);
    if (workflow.state !== "active") {
      throw new Refusal(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow");
    }
    const { ref, commit } = refOf(call, String(call.body["ref"]));
    const known = workflowsOf(call.services, call.repository, commit).find(
      ({ workflow: { id } }) => id === workflow.id,
    );
    if (known?.file.problem !== undefined) {
      throw new Refusal(422, `Invalid Argument - failed to parse workflow: ${known.file.problem}`);
    }
    const trigger = known?.file.triggers["workflow_dispatch"];
    if (known === undefined || trigger === undefined) {
      throw new Refusal(422, "Workflow does not have 'workflow_dispatch' trigger");
    }
    const given = call.body["inputs"];
    const inputs = readInputs(trigger, isJsonObject(given) ? given : {});
    const act = actOf(call);
    // The event has them as texts; only the context `inputs` keeps their types.
    const texts = Object.entries(inputs).map(([name, value]) => [name, String(value)]);
    const payload = { inputs: Object.fromEntries(texts) as JsonObject, ref, workflow: workflow.path };
    const { services, principal, urls, repository } = call;
    services.happened({
      event: "workflow_dispatch",
      repositoryId: repository.id,
      senderId: act.actor.id,
      principal,
      urls,
      payload,
    });
    const run = startRun(act, known, { event: "workflow_dispatch", ref, headSha: commit, inputs, payload });
    if (call.version < "2026" && call.body["return_run_details"] !== true) return noContent;
    const fullName = fullNameOf(call.services.world, call.repository);
    return ok({
      workflow_run_id: run.id,
      run_url: call.urls.api(`/repos/${fullName}/actions/runs/${run.id}`),
      html_url: call.urls.html(`/${fullName}/actions/runs/${run.id}`),
    });
  }),
  forRepository("repos/create-dispatch-event", { ...write, permission: "contents" }, (call) => {
    const { event_type, client_payload = {} } = call.body;
    const type = String(event_type);
    if (type === "" || type.length > mostEventTypeLength) {
      throw validationFailed({ resource: "Repository", field: "event_type", code: "invalid" });
    }
    const keys = Object.keys(client_payload as object);
    if (keys.length > mostPayloadKeys) {
      throw new Refusal(
        422,
        `Invalid request.\n\nNo more than ${mostPayloadKeys} properties are allowed; ${keys.length} were supplied.`,
      );
    }
    if (Buffer.byteLength(JSON.stringify(client_payload)) > mostPayloadBytes) {
      throw new Refusal(422, "client_payload is too large.");
    }
    tell(actOf(call), "repository_dispatch", type, {
      branch: call.repository.defaultBranch,
      client_payload,
    });
    return noContent;
  }),
];
