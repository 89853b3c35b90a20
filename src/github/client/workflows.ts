/**
 * @module Workflows of Actions: started, watched, ended, and what they have logged.
 */

import type { ListRunsOptions } from "./list-runs.ts";
import { namingNeeds } from "./needed-of.ts";
import type { CancelOptions, WaitOptions } from "./run-life.ts";
import type { FailureOptions, LogsOptions, RunFailure, WorkflowLogs } from "./run-logs.ts";
import type { CallOptions, Session } from "./session.ts";
import type { TriggerOptions } from "./trigger-workflow.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** All take `OWNER/REPO`, or a bare name of the configured organisation. */
export interface WorkflowMethods {
  /**
   * Starts a workflow that has `workflow_dispatch`, once. An answer that was lost is looked up, never asked again blindly.
   *
   * @param workflow a file's name, `deploy.yml`, or an id
   * @param options or the ref, and after it perhaps the inputs
   * @returns the run's id
   * @throws {HubsteadError} `ambiguous_write` with `data.marker` where nobody can tell whether it was started, or which run it
   *   is; `not_found`; `invalid_input` for a ref that is no branch or tag, and for inputs that the workflow does not take
   */
  triggerWorkflow(
    repo: string,
    workflow: string | number,
    options?: string | TriggerOptions,
    inputs?: NonNullable<TriggerOptions["inputs"]>,
  ): Promise<number>;
  /** @throws {HubsteadError} `not_found` */
  getWorkflowRun(repo: string, runId: number, options?: CallOptions): Promise<WorkflowRun>;
  /**
   * All runs that there are, the newest first.
   *
   * @param options or the event, and after it perhaps when they were created
   * @throws {HubsteadError} `busy` where they change faster than they can be read, or GitHub counts more than it shows:
   *   never a part of them
   */
  listWorkflowRuns(
    repo: string,
    options?: string | ListRunsOptions,
    created?: NonNullable<ListRunsOptions["created"]>,
  ): Promise<readonly WorkflowRun[]>;
  /**
   * Waits until a run has ended, however that is: `conclusion` tells it, also that somebody has cancelled it.
   *
   * @param options without a `lane`, it looks in `poll`, and seldom as a read that somebody waits for where that has no room
   * @returns the run; where `isCancelled` has ended the wait, as it was seen last, whatever its attempt
   * @throws {HubsteadError} `busy` with `data.status` when the time is over; `rate_limited` where a limit lasts longer;
   *   `not_found`; the signal's reason
   */
  waitForRun(repo: string, runId: number, options?: WaitOptions): Promise<WorkflowRun>;
  /**
   * Ends a run, and waits until it has ended. One that has ended already stays as it is.
   *
   * @returns the run as it ended, which may be by itself
   * @throws {HubsteadError} `busy` with `data.status` where it does not end in time
   */
  cancelRun(repo: string, runId: number, options?: CancelOptions): Promise<WorkflowRun>;
  /**
   * Starts the failed jobs of a run again, once.
   *
   * @returns the number of the new attempt, for `waitForRun`
   * @throws {HubsteadError} `forbidden` while it runs, a month later, and where no job has failed; `ambiguous_write`
   */
  rerunFailed(repo: string, runId: number, options?: CallOptions): Promise<number>;
  /**
   * What the latest attempt of a run has logged. Names of files are data from others: they are no paths to write to.
   *
   * @throws {HubsteadError} `not_found`, with `data.runStatus`, before the run has ended and once the logs are deleted; `corrupt` for an archive that
   *   is damaged, has too many files, or unpacks to far more than it should; `remote_unavailable`
   */
  getWorkflowLogs(repo: string, runId: number, options?: LogsOptions): Promise<WorkflowLogs>;
  /**
   * Which jobs and steps of a run have failed, and with what words, or why those cannot be had.
   *
   * @throws {HubsteadError} `not_found`; `busy` where GitHub counts more jobs than it shows
   */
  getFailure(repo: string, runId: number, options?: FailureOptions): Promise<RunFailure>;
}

// Loaded with the first call: most programs that use the client start no workflows.
const life = () => import("./run-life.ts");
const logs = () => import("./run-logs.ts");

export function workflowMethods(session: Session): WorkflowMethods {
  return namingNeeds<WorkflowMethods>({
    async triggerWorkflow(repo, workflow, given = {}, inputs = undefined) {
      const options = typeof given === "string" ? { ref: given } : given;
      const { triggerWorkflow } = await import("./trigger-workflow.ts");
      return triggerWorkflow(session, repo, workflow, {
        ...options,
        ...(inputs === undefined ? {} : { inputs }),
      });
    },
    async listWorkflowRuns(repo, given = {}, created = undefined) {
      const options = typeof given === "string" ? { event: given } : given;
      const { listRuns } = await import("./list-runs.ts");
      return listRuns(session, repo, { ...options, ...(created === undefined ? {} : { created }) });
    },
    getWorkflowRun: async (repo, runId, options = {}) => (await life()).getRun(session, repo, runId, options),
    waitForRun: async (repo, runId, options = {}) => (await life()).waitForRun(session, repo, runId, options),
    cancelRun: async (repo, runId, options = {}) => (await life()).cancelRun(session, repo, runId, options),
    rerunFailed: async (repo, runId, options = {}) =>
      (await life()).rerunFailed(session, repo, runId, options),
    getWorkflowLogs: async (repo, runId, options = {}) =>
      (await logs()).getLogs(session, repo, runId, options),
    getFailure: async (repo, runId, options = {}) => (await logs()).getFailure(session, repo, runId, options),
  });
}
