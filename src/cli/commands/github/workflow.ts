/**
 * @module `hubstead github workflow run`, `watch`, `cancel`, `logs`.
 */
import type { Command } from "commander";
import { HubsteadError, invalidInput } from "../../../errors.ts";
import type { FailedJob } from "../../../github/client/run-logs.ts";
import type { WorkflowRun } from "../../../github/client/workflow-run.ts";
import type { Context, Run } from "../../command.ts";
import { collect } from "../../filters.ts";
import { readCount } from "../../moments.ts";
import { toPrintable } from "../../printable.ts";
import { showText } from "./show-text.ts";
import { type OpenedGitHub, withGitHub } from "./with-github.ts";

interface WaitFlags {
  readonly timeout?: number;
  readonly exitStatus?: true;
}

interface RunFlags extends WaitFlags {
  readonly ref?: string;
  readonly input?: readonly string[];
  readonly watch?: true;
}

interface LogsFlags {
  readonly failed?: true;
}

export function defineWorkflow(command: Command, run: Run): void {
  command.description("Start workflows of Actions, watch and end their runs, read their logs");
  defineRun(command.command("run"), run);
  defineWatch(command.command("watch"), run);
  defineCancel(command.command("cancel"), run);
  defineLogs(command.command("logs"), run);
}

const readTimeout = readCount("--timeout", 1, 604_800);

/** What waiting for a run takes. */
function addWaitOptions(command: Command): Command {
  return command
    .option("--timeout <seconds>", "wait no longer than this; default: an hour", readTimeout)
    .option("--exit-status", "end with 1 where the run did not succeed");
}

function defineRun(command: Command, run: Run): void {
  command
    .description("Start a workflow that has `workflow_dispatch`, and tell its run")
    .argument("<repository>", "OWNER/REPO, or REPO of GITHUB_ORG")
    .argument("<workflow>", "its file's name, deploy.yml, or its id")
    .option("--ref <ref>", "a branch or a tag (default: the default branch)")
    .option("--input <name=value>", "what the workflow takes (repeat it)", collect)
    .option("--watch", "wait until the run has ended");
  addWaitOptions(command)
    .addHelpText(
      "after",
      `
It is started once, even where the answer was lost on its way; where nobody can tell which run it
is, the command ends with 18. Once it was started its id is told, with --json as {"id": …}, also where
GitHub does not show it yet and where the wait fails: do not start it again. Inputs are no place for secrets: everybody who may read the
repository sees them.

Example:
  hubstead github workflow run acme/data deploy.yml --input stage=live --watch --exit-status`,
    )
    .action(
      run(async (context, repository: string, workflow: string, flags: RunFlags) => {
        const inputs = readInputs(flags.input ?? []);
        let started: number | undefined;
        try {
          const found = await withGitHub(context, "workflow run", async (github) => {
            const { client, call } = github;
            started = await client.triggerWorkflow(repository, workflow, {
              ...call,
              inputs,
              ...(flags.ref === undefined ? {} : { ref: flags.ref }),
            });
            return flags.watch
              ? await wait(context, github, repository, started, flags)
              : await client.getWorkflowRun(repository, started, call);
          });
          return await showRun(context, found, flags);
        } catch (error) {
          // Whoever is not told that it runs starts it once more.
          if (started === undefined) throw error;
          await showStarted(context, started);
          if (flags.watch || !(error instanceof HubsteadError)) throw error;
          context.note(`it cannot be read for the moment: ${error.message}`);
          return flags.exitStatus ? 1 : 0;
        }
      }),
    );
}

function readInputs(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf("=");
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)] as const;
      throw invalidInput("an input is no NAME=VALUE", "Write --input stage=live.", { path: "--input" });
    }),
  );
}

function defineWatch(command: Command, run: Run): void {
  command
    .description("Wait until a run has ended, and tell how")
    .argument("<repository>", "OWNER/REPO, or REPO of GITHUB_ORG")
    .argument("<run>", "its id, as `workflow run` tells it", readRunId);
  addWaitOptions(command)
    .addHelpText(
      "after",
      `
A run that does not end in time ends the command with 12; the run goes on, and
\`workflow cancel\` ends it.

Example:
  hubstead github workflow watch acme/data 1234567 --exit-status`,
    )
    .action(
      run(async (context, repository: string, runId: number, flags: WaitFlags) => {
        const found = await withGitHub(context, "workflow watch", (github) =>
          wait(context, github, repository, runId, flags),
        );
        return showRun(context, found, flags);
      }),
    );
}

interface CancelFlags {
  readonly timeout?: number;
  readonly force?: true;
}

function defineCancel(command: Command, run: Run): void {
  command
    .description("End a run, and wait until GitHub shows that it has ended")
    .argument("<repository>", "OWNER/REPO, or REPO of GITHUB_ORG")
    .argument("<run>", "its id, as `workflow run` tells it", readRunId)
    .option("--timeout <seconds>", "wait no longer than this; default: 5 minutes", readTimeout)
    .option("--force", "also where its jobs say `always()`")
    .addHelpText(
      "after",
      `
A run that has ended already stays as it is. One that does not end in time ends the command with 12.

Example:
  hubstead github workflow cancel acme/data 1234567`,
    )
    .action(
      run(async (context, repository: string, runId: number, { timeout, force }: CancelFlags) => {
        const found = await withGitHub(context, "workflow cancel", ({ client, call }) =>
          client.cancelRun(repository, runId, {
            ...call,
            ...(timeout === undefined ? {} : { timeoutMs: timeout * 1_000 }),
            force: force === true,
          }),
        );
        return showRun(context, found, {});
      }),
    );
}

const readRunId = readCount("the run's id", 1, Number.MAX_SAFE_INTEGER);

async function wait(
  context: Context,
  { client, call, status }: OpenedGitHub,
  repository: string,
  runId: number,
  { timeout }: WaitFlags,
): Promise<WorkflowRun> {
  let seen = "";
  return await client.waitForRun(repository, runId, {
    ...call,
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1_000 }),
    onRun(found) {
      status.say(`run ${found.id} is ${found.status}`);
      if (found.status === seen || found.status === "completed") return;
      seen = found.status;
      status.clear();
      context.note(`run ${found.id} is ${found.status}`);
    },
  });
}

/** A run of which no more is known than that it was started. */
async function showStarted({ output, options }: Context, id: number): Promise<void> {
  if (options.json) await output.json({ id });
  else if (!options.quiet) await output.line(`started run ${id}`);
}

async function showRun(
  { output, options }: Context,
  found: WorkflowRun,
  { exitStatus }: WaitFlags,
): Promise<number> {
  const { id, status, conclusion, htmlUrl } = found;
  const isGood = conclusion === "success" || conclusion === "skipped" || conclusion === "neutral";
  if (options.json) await output.json(found);
  else if (!options.quiet) {
    const { green, red } = output.colors;
    const paint = conclusion !== undefined && !isGood ? red : green;
    await output.line(`${paint(conclusion ?? status)} run ${id} ${toPrintable(htmlUrl)}`);
  }
  return exitStatus && !isGood ? 1 : 0;
}

function defineLogs(command: Command, run: Run): void {
  command
    .description("Show what a run has logged, job by job")
    .argument("<repository>", "OWNER/REPO, or REPO of GITHUB_ORG")
    .argument("<run>", "its id, as `workflow run` tells it", readRunId)
    .option("--failed", "only which jobs and steps have failed, and their last lines")
    .addHelpText(
      "after",
      `
With --json: every file of the logs, also those of the steps; with --failed the run and its failed jobs.

Examples:
  hubstead github workflow logs acme/data 1234567
  hubstead github workflow logs acme/data 1234567 --failed --json`,
    )
    .action(
      run((context, repository: string, runId: number, { failed }: LogsFlags) =>
        failed ? showFailure(context, repository, runId) : showLogs(context, repository, runId),
      ),
    );
}

async function showLogs(context: Context, repository: string, runId: number): Promise<void> {
  const { output, options } = context;
  const logs = await withGitHub(context, "workflow logs", ({ client, call }) =>
    client.getWorkflowLogs(repository, runId, call),
  );
  if (options.json) return output.json(logs);
  // What a job has logged stands in a file of its own, and once more in one for each step.
  const ofJobs = logs.files.filter(({ path }) => !path.includes("/"));
  for (const { path, text } of ofJobs.length > 0 ? ofJobs : logs.files) {
    await output.line(output.colors.bold(`==> ${toPrintable(path)}`));
    await showText(output, text);
  }
  if (logs.isTruncated) context.note("the logs are longer: only their first 16 MiB are shown");
}

async function showFailure(context: Context, repository: string, runId: number): Promise<void> {
  const { output, options } = context;
  const failure = await withGitHub(context, "workflow logs", ({ client, call }) =>
    client.getFailure(repository, runId, call),
  );
  if (options.json) return output.json(failure);
  for (const job of failure.jobs) await showFailedJob(context, job);
  if (failure.jobs.length === 0) context.note(`no job of run ${runId} has failed`);
}

async function showFailedJob({ output }: Context, job: FailedJob): Promise<void> {
  const { name, conclusion, failedSteps, excerpt, unavailable } = job;
  await output.line(output.colors.bold(`==> ${toPrintable(name)} (${conclusion})`));
  for (const step of failedSteps) await output.line(`step ${step.number}: ${toPrintable(step.name)}`);
  if (excerpt !== undefined) await showText(output, excerpt);
  if (unavailable !== undefined) await output.line(toPrintable(unavailable));
}
