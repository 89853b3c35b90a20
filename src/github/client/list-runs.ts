/**
 * @module Runs of workflows, all that there are: GitHub finds at most 1,000 at once, so the time is cut into spans that have
 * fewer.
 *
 * @see https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-repository
 */
import { HubsteadError } from "../../errors.ts";
import { type NoteTotal, readWholeList } from "./complete-list.ts";
import { type CreatedRange, parseCreated, writeCreated } from "./created-range.ts";
import { dateOf } from "./github-time.ts";
import { readPages } from "./pages.ts";
import type { CallOptions, GitHubApi, Session } from "./session.ts";
import { parseWorkflow } from "./workflow-name.ts";
import {
  type RunConclusion,
  type RunJson,
  type RunStatus,
  runStatuses,
  toWorkflowRun,
  type WorkflowRun,
} from "./workflow-run.ts";

export interface ListRunsOptions extends CallOptions {
  /** A file's name, or a workflow's id. Default: all workflows. */
  readonly workflow?: string | number;
  /** `push`, `workflow_dispatch` … */
  readonly event?: string;
  /** `2026-01-01`, `>=2026-01-01T12:00:00Z`, `2026-01-01..2026-02-01`; a Date stands for all since then. */
  readonly created?: string | Date;
  readonly branch?: string;
  readonly headSha?: string;
  /** Who started it: a login. */
  readonly actor?: string;
  /** `unfinished` stands for everything that is not `completed`. */
  readonly status?: RunStatus | RunConclusion | "unfinished";
}

/** So many are found at most once something is asked for. */
const mostFound = 1_000;
/** Actions began in this month; nothing is older. @see https://github.blog/changelog/2018-10-16-github-actions-limited-beta */
const actionsBegan = Date.UTC(2018, 9, 1) / 1_000;

/**
 * @returns the newest first
 * @throws {HubsteadError} `busy` where they change faster than they can be read: never a part of them
 */
export async function listRuns(
  session: Session,
  name: string,
  options: ListRunsOptions,
): Promise<readonly WorkflowRun[]> {
  const { workflow, event, created, branch, headSha, actor, status, ...call } = options;
  const { owner, repo } = session.repo(name);
  const about = `the runs of ${owner}/${repo}`;
  const list: RunList = {
    about,
    api: await session.api(about, call),
    now: () => Math.floor(session.clock.now() / 1_000),
    route:
      workflow === undefined
        ? "GET /repos/{owner}/{repo}/actions/runs"
        : "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
    parameters: {
      owner,
      repo,
      ...(workflow === undefined ? {} : { workflow_id: parseWorkflow(workflow) }),
      ...(event === undefined ? {} : { event }),
      ...(branch === undefined ? {} : { branch }),
      ...(headSha === undefined ? {} : { head_sha: headSha }),
      ...(actor === undefined ? {} : { actor }),
    },
  };
  const range = created === undefined ? {} : parseCreated(created);
  const found = await readStatus(list, range, status);
  return found.map(toWorkflowRun).sort((a, b) => compare(b.createdAt, a.createdAt) || b.id - a.id);
}

interface RunList {
  readonly about: string;
  readonly api: GitHubApi;
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** In seconds, where GitHub does not say it. */
  readonly now: () => number;
}

const keyOfRun = ({ id }: RunJson) => String(id);

async function readStatus(
  list: RunList,
  range: CreatedRange,
  status: ListRunsOptions["status"],
): Promise<readonly RunJson[]> {
  if (status === undefined) return readSpan(list, range);
  const read = (wanted: string) =>
    readSpan({ ...list, parameters: { ...list.parameters, status: wanted } }, range);
  if (status === "unfinished") {
    // One after the other in the order in which they follow: what moves on meanwhile is seen in the next one.
    const unfinished = runStatuses.filter((known) => known !== "completed");
    return readWholeList(list.about, keyOfRun, async () => {
      const lists: (readonly RunJson[])[] = [];
      for (const one of unfinished) lists.push(await read(one));
      return lists;
    });
  }
  // GitHub knows it as a conclusion, and does not let it be asked for.
  if (status === "startup_failure")
    return (await read("completed")).filter(({ conclusion }) => conclusion === status);
  return read(status);
}

async function readSpan(list: RunList, range: CreatedRange): Promise<readonly RunJson[]> {
  const { data, headers } = await readFirst(list, range);
  if (data.workflow_runs.length === data.total_count) return data.workflow_runs;
  // What is started from now on would move the pages while they are read.
  const now = dateOf(headers);
  return readClosed(list, {
    from: range.from ?? actionsBegan,
    to: range.to ?? (now === undefined ? list.now() : now / 1_000),
  });
}

async function readClosed(list: RunList, span: Required<CreatedRange>): Promise<readonly RunJson[]> {
  const { from, to } = span;
  if (from > to) return [];
  const { data } = await readFirst(list, span);
  if (data.workflow_runs.length === data.total_count) return data.workflow_runs;
  if (data.total_count < mostFound)
    return readWholeList(list.about, keyOfRun, (noted) => readAll(list, span, noted));
  if (from === to) throw tooMany(list, from);
  const middle = Math.floor((from + to) / 2);
  const later = await readClosed(list, { from: middle + 1, to });
  return [...later, ...(await readClosed(list, { from, to: middle }))];
}

interface RunsBody {
  readonly total_count: number;
  readonly workflow_runs: readonly RunJson[];
}

async function readFirst({ api, route, parameters }: RunList, range: CreatedRange) {
  const { data, headers } = await api.request(route, { per_page: 100, ...withCreated(parameters, range) });
  return { data: data as RunsBody, headers };
}

async function readAll({ api, route, parameters, about }: RunList, range: CreatedRange, noted: NoteTotal) {
  const pages = await readPages<RunJson>(
    api,
    route,
    withCreated(parameters, range),
    (data) => noted<RunsBody>(data).workflow_runs,
  );
  // More came in while it was read, and GitHub shows no more than these.
  if (pages.flat().length >= mostFound) {
    throw new HubsteadError("busy", `${about} grow faster than they can be read`, {
      hint: "Try again in a moment, or ask for a shorter time.",
      data: { retryAfterMs: 10_000 },
    });
  }
  return pages;
}

function withCreated(parameters: RunList["parameters"], range: CreatedRange): RunList["parameters"] {
  const created = writeCreated(range);
  return created === undefined ? parameters : { ...parameters, created };
}

function tooMany({ about }: RunList, second: number): HubsteadError {
  const at = writeCreated({ from: second, to: second });
  return new HubsteadError("busy", `${about} cannot be listed whole: 1,000 or more in one second`, {
    hint: "Ask for one workflow, branch, event or commit.",
    data: { created: at, most: mostFound },
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
