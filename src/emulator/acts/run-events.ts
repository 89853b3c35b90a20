/**
 * @module What webhooks and workflows are told of runs and their jobs.
 */
import { jobToJson, runToJson, workflowToJson } from "../shapes/action-json.ts";
import type { JobRow, RunRow } from "../world/action-rows.ts";
import { type Act, placeOf, tell } from "./act.ts";
import { tellOfJobCheck, tellOfRunSuite } from "./checks.ts";

export function tellOfRun(act: Act, action: string, run: RunRow): void {
  const place = { ...placeOf(act), git: act.services.git };
  const workflow = act.services.world.workflows.get(run.workflowId)!;
  tell(act, "workflow_run", action, {
    workflow_run: runToJson(place, run),
    workflow: workflowToJson(place, workflow),
  });
  if (action === "completed") tellOfRunSuite(act, run);
}

export function tellOfJob(act: Act, action: string, job: JobRow): void {
  tell(act, "workflow_job", action, { workflow_job: jobToJson(placeOf(act), job) });
  const run = act.services.world.runs.get(job.runId)!;
  if (action === "queued") tellOfJobCheck(act, "created", run, job);
  if (action === "completed") tellOfJobCheck(act, "completed", run, job);
}
