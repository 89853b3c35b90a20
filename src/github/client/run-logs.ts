/**
 * @module What a run has logged: the whole, as a bounded number of texts; and of one that failed, where and with what words.
 *
 * @see https://docs.github.com/rest/actions/workflow-runs#download-workflow-run-logs
 */
import { HubsteadError } from "../../errors.ts";
import { readWholeList } from "./complete-list.ts";
import { download } from "./download.ts";
import { readPages } from "./pages.ts";
import { readZip, type ZippedText } from "./read-zip.ts";
import { getRun, onceShown } from "./run-life.ts";
import type { CallOptions, Session } from "./session.ts";
import { type RunConclusion, toRunConclusion, type WorkflowRun } from "./workflow-run.ts";

export interface LogsOptions extends CallOptions {
  /** How much text is kept, names of files included. Default: 16 MiB. */
  readonly maxBytes?: number;
  /** How many files there may be. Default: 10,000. */
  readonly maxEntries?: number;
  /** How many times as big as the archive its texts may be. Default: 200. */
  readonly maxRatio?: number;
}

export interface WorkflowLogs {
  /** One for each job, and one for each of its steps in a folder of the job's name. */
  readonly files: readonly ZippedText[];
  /** All of them one after the other, each under a line with its name: `==> 0_build.txt <==`. */
  readonly text: string;
  /** Whether something was left out, for `maxBytes`. */
  readonly isTruncated: boolean;
}

/** @see WorkflowMethods.getWorkflowLogs */
export async function getLogs(
  session: Session,
  name: string,
  runId: number,
  { maxBytes = 16 * 1024 * 1024, maxEntries = 10_000, maxRatio = 200, ...call }: LogsOptions,
): Promise<WorkflowLogs> {
  const { owner, repo } = session.repo(name);
  const about = `the logs of run ${runId} of ${owner}/${repo}`;
  const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/logs";
  const chunks = download(session, about, route, { owner, repo, run_id: runId }, call);
  try {
    const { files, isTruncated } = await readZip(chunks, about, { maxBytes, maxEntries, maxRatio });
    const text = files.map((file) => `==> ${file.path} <==\n${file.text}`).join("\n");
    return { files, text, isTruncated };
  } catch (error) {
    if (!(error instanceof HubsteadError) || error.code !== "not_found") throw error;
    throw whyNoLogs(error, await getShown(session, name, runId, call));
  }
}

/** Also one that was started a moment ago. */
function getShown(session: Session, name: string, runId: number, call: CallOptions): Promise<WorkflowRun> {
  return onceShown(session, session.repo(name), runId, call, (left) => getRun(session, name, runId, left));
}

function whyNoLogs(error: HubsteadError, { status }: WorkflowRun): HubsteadError {
  return new HubsteadError(error.code, error.message, {
    hint:
      status === "completed"
        ? "The run has ended, and its logs have been deleted or have expired."
        : `The run is ${status}: it has logs when it has ended; wait for it with waitForRun.`,
    data: { ...error.data, runStatus: status },
    cause: error,
  });
}

export interface FailureOptions extends CallOptions {
  /** Of each failed job's log. Default: 8 KiB. */
  readonly excerptBytes?: number;
  /** How much of each job's log is read at most. Default: 64 MiB. */
  readonly maxBytes?: number;
  /** Of how many failed jobs the logs are read. Default: 20. */
  readonly maxLogs?: number;
}

export interface FailedStep {
  /** From 1. */
  readonly number: number;
  readonly name: string;
  readonly conclusion: RunConclusion;
}

export interface FailedJob {
  readonly id: number;
  readonly name: string;
  readonly conclusion: RunConclusion;
  readonly htmlUrl: string | undefined;
  readonly failedSteps: readonly FailedStep[];
  /** The lines before and with its last error; where it names none, its last lines. */
  readonly excerpt: string | undefined;
  /** Why there is no excerpt, or none of the end. */
  readonly unavailable: string | undefined;
}

export interface RunFailure {
  readonly run: WorkflowRun;
  readonly jobs: readonly FailedJob[];
}

interface JobsBody {
  readonly total_count: number;
  readonly jobs: readonly JobJson[];
}

interface JobJson {
  readonly id: number | bigint;
  readonly name: string;
  readonly conclusion: string | null;
  readonly html_url: string | null;
  readonly steps?: readonly {
    readonly number: number;
    readonly name: string;
    readonly conclusion: string | null;
  }[];
}

const failures: ReadonlySet<string> = new Set<RunConclusion>([
  "failure",
  "timed_out",
  "startup_failure",
  "action_required",
]);

/** @see WorkflowMethods.getFailure */
export async function getFailure(
  session: Session,
  name: string,
  runId: number,
  { excerptBytes = 8_192, maxBytes = 64 * 1024 * 1024, maxLogs = 20, ...call }: FailureOptions,
): Promise<RunFailure> {
  const { owner, repo } = session.repo(name);
  const run = await getShown(session, name, runId, call);
  const about = `the jobs of run ${runId} of ${owner}/${repo}`;
  const api = await session.api(about, call);
  const all = await readWholeList(
    about,
    ({ id }: JobJson) => String(id),
    (noted) =>
      readPages(
        api,
        "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs",
        { owner, repo, run_id: runId, filter: "latest" },
        (data) => noted<JobsBody>(data).jobs,
      ),
  );
  const failed = all.filter(({ conclusion }) => failures.has(conclusion ?? ""));
  const jobs: FailedJob[] = [];
  for (const [at, job] of failed.entries()) {
    if (at >= maxLogs) {
      const unavailable = `only the first ${maxLogs} logs were read (\`maxLogs\`)`;
      jobs.push({ ...describe(job), excerpt: undefined, unavailable });
      continue;
    }
    const about = `the log of job ${job.id} of ${owner}/${repo}`;
    const route = "GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs";
    const chunks = download(session, about, route, { owner, repo, job_id: Number(job.id) }, call);
    jobs.push({ ...describe(job), ...(await excerptOf(chunks, excerptBytes, maxBytes)) });
  }
  return { run, jobs };
}

function describe(job: JobJson): Omit<FailedJob, "excerpt" | "unavailable"> {
  return {
    id: Number(job.id),
    name: job.name,
    conclusion: toRunConclusion(job.conclusion) ?? "failure",
    htmlUrl: job.html_url ?? undefined,
    failedSteps: (job.steps ?? [])
      .filter(({ conclusion }) => failures.has(conclusion ?? ""))
      .map(({ number, name, conclusion }) => ({
        number,
        name,
        conclusion: toRunConclusion(conclusion) ?? "failure",
      })),
  };
}

/** How Actions marks an error in a log. */
const errorMark = "##[error]";

/** Holds no more than twice the excerpt, however long the log. */
async function excerptOf(
  chunks: AsyncIterable<Uint8Array>,
  excerptBytes: number,
  maxBytes: number,
): Promise<Pick<FailedJob, "excerpt" | "unavailable">> {
  const decoder = new TextDecoder();
  let [tail, atError, read] = ["", undefined as string | undefined, 0];
  let unavailable: string | undefined;
  const add = (text: string): void => {
    tail += text;
    const mark = tail.lastIndexOf(errorMark);
    const lineEnd = mark === -1 ? -1 : tail.indexOf("\n", mark);
    if (mark !== -1) atError = lastBytes(lineEnd === -1 ? tail : tail.slice(0, lineEnd), excerptBytes);
    // As much again, so that a mark that is cut in two is found with what comes next.
    tail = lastBytes(tail, excerptBytes);
  };
  try {
    for await (const chunk of chunks) {
      read += chunk.length;
      add(decoder.decode(chunk, { stream: true }));
      if (read < maxBytes) continue;
      unavailable = `the log is longer than ${maxBytes} bytes; this is not its end`;
      break;
    }
  } catch (error) {
    if (!(error instanceof HubsteadError)) throw error;
    unavailable = error.message;
  }
  return { excerpt: (atError ?? tail).trim() || undefined, unavailable };
}

/** @returns the end of a text, at most so many bytes of UTF-8 */
function lastBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  // Never half a character.
  let from = bytes.length - most;
  while (from < bytes.length && (bytes[from]! & 0xc0) === 0x80) from++;
  return bytes.subarray(from).toString();
}
