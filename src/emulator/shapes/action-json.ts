/**
 * @module Workflows, runs and jobs of Actions as the REST API shows them.
 */
import { suiteIdOfRun } from "../checks/commit-checks.ts";
import { wholeSeconds } from "../clock.ts";
import type { GitStore } from "../git/git-store.ts";
import { parseCommit } from "../git/objects.ts";
import type { ArtifactRow, JobRow, RunRow, WorkflowRow } from "../world/action-rows.ts";
import { authorToJson } from "./account-json.ts";
import type { Place } from "./issue-json.ts";
import { nodeId } from "./node-id.ts";
import { isPull, pullOids } from "./pull-json.ts";
import { fullNameOf, simpleRepositoryToJson } from "./repository-json.ts";

/** Where shapes are made that show commits. */
export interface ActionPlace extends Place {
  readonly git: GitStore;
  /** Leaves out which pull requests a run is about. */
  readonly hidesPulls?: boolean;
}

/** `workflow`. */
export function workflowToJson({ world, repository, urls }: Place, workflow: WorkflowRow) {
  const fullName = fullNameOf(world, repository);
  const { id, name, path, state } = workflow;
  return {
    id,
    node_id: nodeId("workflow", repository.id, id),
    name,
    path,
    state,
    created_at: new Date(workflow.createdAt).toISOString(),
    updated_at: new Date(workflow.updatedAt).toISOString(),
    url: urls.api(`/repos/${fullName}/actions/workflows/${id}`),
    html_url: urls.html(`/${fullName}/blob/${repository.defaultBranch}/${path}`),
    badge_url: urls.html(`/${fullName}/workflows/${encodeURIComponent(name)}/badge.svg`),
  };
}

/** `workflow-run`. */
export function runToJson(place: ActionPlace, run: RunRow) {
  const { world, repository, urls } = place;
  const fullName = fullNameOf(world, repository);
  const url = urls.api(`/repos/${fullName}/actions/runs/${run.id}`);
  const workflow = world.workflows.get(run.workflowId)!;
  const simple = simpleRepositoryToJson(world, repository, urls);
  const suite = suiteIdOfRun(run);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("run", repository.id, run.id),
    check_suite_id: suite,
    check_suite_node_id: nodeId("suite", repository.id, suite),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: workflow.path,
    display_title: run.title,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    url,
    html_url: urls.html(`/${fullName}/actions/runs/${run.id}`),
    pull_requests: place.hidesPulls === true ? [] : pullsOf(place, run),
    created_at: wholeSeconds(run.createdAt),
    updated_at: wholeSeconds(run.updatedAt),
    run_started_at: wholeSeconds(run.startedAt),
    actor: authorToJson(world, run.actorId, urls),
    triggering_actor: authorToJson(world, run.triggeringActorId, urls),
    referenced_workflows: [],
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: urls.api(`/repos/${fullName}/check-suites/${suite}`),
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.attempt === 1 ? null : `${url}/attempts/${run.attempt - 1}`,
    workflow_url: urls.api(`/repos/${fullName}/actions/workflows/${run.workflowId}`),
    head_commit: headCommit(place, run),
    repository: simple,
    head_repository: simple,
  };
}

/** Those that are open and have the run's branch or commit: not only the one that started it, if any did. */
function pullsOf({ world, repository, urls, git: store }: ActionPlace, { headBranch, headSha }: RunRow) {
  const git = store.repository(repository.id);
  const api = urls.api(`/repos/${fullNameOf(world, repository)}`);
  const repo = { id: repository.id, url: api, name: repository.name };
  return world.issues.by("repository", repository.id).flatMap((issue) => {
    if (issue.state === "closed" || !isPull(issue)) return [];
    const { headOid, baseOid } = pullOids(git, issue);
    if (issue.pull.head !== headBranch && headOid !== headSha) return [];
    return [
      {
        id: issue.id,
        number: issue.number,
        url: `${api}/pulls/${issue.number}`,
        head: { ref: issue.pull.head, sha: headOid, repo },
        base: { ref: issue.pull.base, sha: baseOid, repo },
      },
    ];
  });
}

function headCommit({ git, repository }: ActionPlace, { headSha }: RunRow) {
  const object = git.repository(repository.id).read(headSha);
  if (object?.kind !== "commit") return null;
  const { tree, message, author, committer } = parseCommit(object.content);
  return {
    id: headSha,
    tree_id: tree,
    message,
    timestamp: wholeSeconds(committer.time * 1000),
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  };
}

/** `job`. */
export function jobToJson({ world, repository, urls }: Place, job: JobRow) {
  const run = world.runs.get(job.runId)!;
  const fullName = fullNameOf(world, repository);
  const isTaken = job.startedAt !== null;
  const time = (ms: number | null) => (ms === null ? null : wholeSeconds(ms));
  return {
    id: job.id,
    run_id: run.id,
    run_url: urls.api(`/repos/${fullName}/actions/runs/${run.id}`),
    run_attempt: job.attempt,
    node_id: nodeId("job", repository.id, job.id),
    head_sha: run.headSha,
    head_branch: run.headBranch,
    url: urls.api(`/repos/${fullName}/actions/jobs/${job.id}`),
    html_url: urls.html(`/${fullName}/actions/runs/${run.id}/job/${job.id}`),
    status: job.status,
    conclusion: job.conclusion,
    created_at: wholeSeconds(job.createdAt),
    started_at: wholeSeconds(job.startedAt ?? job.createdAt),
    completed_at: time(job.completedAt),
    name: job.name,
    workflow_name: run.name,
    steps: job.steps.map(({ name, number, status, conclusion, startedAt, completedAt }) => ({
      name,
      number,
      status,
      conclusion,
      started_at: time(startedAt),
      completed_at: time(completedAt),
    })),
    check_run_url: urls.api(`/repos/${fullName}/check-runs/${job.id}`),
    labels: ["ubuntu-latest"],
    runner_id: isTaken ? 1 : null,
    runner_name: isTaken ? "GitHub Actions 1" : null,
    runner_group_id: isTaken ? 0 : null,
    runner_group_name: isTaken ? "GitHub Actions" : null,
  };
}

/** `artifact`. */
export function artifactToJson({ world, repository, urls }: Place, artifact: ArtifactRow, nowMs: number) {
  const { id, name, sizeBytes, digest, createdAt, expiresAt, runId } = artifact;
  const url = urls.api(`/repos/${fullNameOf(world, repository)}/actions/artifacts/${id}`);
  const run = world.runs.get(runId);
  return {
    id,
    node_id: nodeId("artifact", repository.id, id),
    name,
    size_in_bytes: sizeBytes,
    url,
    archive_download_url: `${url}/zip`,
    expired: expiresAt <= nowMs,
    created_at: wholeSeconds(createdAt),
    expires_at: wholeSeconds(expiresAt),
    updated_at: wholeSeconds(createdAt),
    digest,
    workflow_run:
      run === undefined
        ? null
        : {
            id: run.id,
            repository_id: repository.id,
            head_repository_id: repository.id,
            ...(run.headBranch === null ? {} : { head_branch: run.headBranch }),
            head_sha: run.headSha,
          },
  };
}
