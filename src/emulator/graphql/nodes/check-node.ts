/**
 * @module Runs and jobs of Actions as objects of the schema: each job is a check of the commit that it ran for.
 */
import type { GraphQLResolveInfo } from "graphql";
import { jobsOf } from "../../acts/jobs.ts";
import { wholeSeconds } from "../../clock.ts";
import { issueNodeId } from "../../shapes/issue-json.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { fullNameOf } from "../../shapes/repository-json.ts";
import type { JobRow, RunRow, WorkflowRow } from "../../world/action-rows.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { connectRows, type PageArguments } from "../connection.ts";
import { Problem } from "../problem.ts";
import { checkReads, type Fields, upperCase, type View } from "../view.ts";

/** @returns `null` for a commit that nothing has checked */
export function rollupOf(view: View, repository: RepositoryRow, oid: string): Fields | null {
  checkReads(view, repository, "checks");
  const { lists, nodes, services } = view;
  const jobs = lists.runs
    .by("repository", repository.id)
    .filter(({ headSha }) => headSha === oid)
    .flatMap((run) => jobsOf({ services: { ...services, world: lists } }, run));
  if (jobs.length === 0) return null;
  return {
    state: stateOf(jobs),
    commit: () => nodes.gitObject(repository, oid),
    contexts: (args: PageArguments, _: unknown, info: GraphQLResolveInfo) => ({
      ...connectRows(jobs, args, info, nodes.job),
      checkRunCount: jobs.length,
      checkRunCountsByState: [...Map.groupBy(jobs, ({ status, conclusion }) => conclusion ?? status)].map(
        ([state, those]) => ({
          state: upperCase(state === "requested" ? "queued" : state),
          count: those.length,
        }),
      ),
      statusContextCount: 0,
      statusContextCountsByState: [],
    }),
  };
}

function stateOf(jobs: readonly JobRow[]): "FAILURE" | "PENDING" | "SUCCESS" {
  const hasFailed = ({ conclusion }: JobRow) =>
    conclusion !== null && !["success", "neutral", "skipped"].includes(conclusion);
  if (jobs.some(hasFailed)) return "FAILURE";
  return jobs.every(({ status }) => status === "completed") ? "SUCCESS" : "PENDING";
}

export function jobToNode(view: View, job: JobRow): Fields {
  const { world, urls, nodes } = view;
  const run = world.runs.get(job.runId)!;
  const repository = world.repositories.get(run.repositoryId)!;
  const path = `/${fullNameOf(world, repository)}/actions/runs/${run.id}/job/${job.id}`;
  const time = (ms: number | null) => (ms === null ? null : wholeSeconds(ms));
  return {
    __typename: "CheckRun",
    id: nodeId("job", repository.id, job.id),
    databaseId: job.id,
    name: job.name,
    status: upperCase(job.status),
    conclusion: job.conclusion === null ? null : upperCase(job.conclusion),
    startedAt: time(job.startedAt),
    completedAt: time(job.completedAt),
    url: urls.html(path),
    detailsUrl: urls.html(path),
    permalink: urls.html(path),
    resourcePath: path,
    repository: () => nodes.repository(repository),
    isRequired: (args: RequiredArguments) => isRequired(view, repository, job.name, args),
    checkSuite: () => suiteFields(view, run),
  };
}

interface RequiredArguments {
  readonly pullRequestId?: string | null;
  readonly pullRequestNumber?: number | null;
}

/** By the protection of the branch into which a pull request is to be merged. @throws {Problem} where none is named */
function isRequired(
  { world }: View,
  { id }: RepositoryRow,
  name: string,
  { pullRequestId, pullRequestNumber }: RequiredArguments,
): boolean {
  if (pullRequestId == null && pullRequestNumber == null)
    throw new Problem("UNPROCESSABLE", "Please provide either a pull request ID or a pull request number.");
  const issue = world.issues
    .by("repository", id)
    .find((row) => row.number === pullRequestNumber || issueNodeId(row) === pullRequestId);
  return world.protections
    .by("repository", id)
    .some(
      ({ branch, settings }) =>
        branch === issue?.pull?.base && settings.requiredStatusChecks?.contexts.includes(name) === true,
    );
}

function suiteFields(view: View, run: RunRow): Fields {
  const repository = view.world.repositories.get(run.repositoryId)!;
  return {
    // As the REST API numbers them.
    databaseId: run.id + 20_000_000_000,
    status: upperCase(run.status),
    conclusion: run.conclusion === null ? null : upperCase(run.conclusion),
    createdAt: wholeSeconds(run.createdAt),
    updatedAt: wholeSeconds(run.updatedAt),
    commit: () => view.nodes.gitObject(repository, run.headSha),
    repository: () => view.nodes.repository(repository),
    workflowRun: () => view.nodes.run(run),
  };
}

export function runToNode({ world, urls, nodes }: View, run: RunRow): Fields {
  const repository = world.repositories.get(run.repositoryId)!;
  const path = `/${fullNameOf(world, repository)}/actions/runs/${run.id}`;
  return {
    __typename: "WorkflowRun",
    id: nodeId("run", repository.id, run.id),
    databaseId: run.id,
    event: run.event,
    runNumber: run.number,
    createdAt: wholeSeconds(run.createdAt),
    updatedAt: wholeSeconds(run.updatedAt),
    resourcePath: path,
    url: urls.html(path),
    workflow: () => nodes.workflow(world.workflows.get(run.workflowId)!),
  };
}

export function workflowToNode({ world, urls }: View, workflow: WorkflowRow): Fields {
  const repository = world.repositories.get(workflow.repositoryId)!;
  const path = `/${fullNameOf(world, repository)}/actions/workflows/${workflow.path.split("/").at(-1)}`;
  return {
    __typename: "Workflow",
    id: nodeId("workflow", repository.id, workflow.id),
    databaseId: workflow.id,
    name: workflow.name,
    state: upperCase(workflow.state),
    createdAt: wholeSeconds(workflow.createdAt),
    updatedAt: wholeSeconds(workflow.updatedAt),
    resourcePath: path,
    url: urls.html(path),
  };
}
