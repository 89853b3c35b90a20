/**
 * @module Check runs and suites as the REST API and webhooks show them.
 */
import { actionsAppId, type CheckSuite, checksOfSuite, latestChecks } from "../checks/commit-checks.ts";
import { wholeSeconds } from "../clock.ts";
import { readCommit } from "../git/revisions.ts";
import type { AnnotationRow, CheckRunRow } from "../world/check-rows.ts";
import { appToJson } from "./app-json.ts";
import { nodeId } from "./node-id.ts";
import { isPull, type PullPlace, pullOids } from "./pull-json.ts";
import { fullNameOf, repositoryToJson } from "./repository-json.ts";

function apiOf({ world, repository, urls }: PullPlace): string {
  return urls.api(`/repos/${fullNameOf(world, repository)}`);
}

/** `check-run`. */
export function checkRunToJson(place: PullPlace, check: CheckRunRow) {
  const { repository } = place;
  const { id, headSha, completedAt, title, summary, text } = check;
  const url = `${apiOf(place)}/check-runs/${id}`;
  const page = checkPage(place, check);
  return {
    id,
    head_sha: headSha,
    node_id: nodeId("job", repository.id, id),
    external_id: check.externalId,
    url,
    html_url: page,
    details_url: check.detailsUrl ?? page,
    status: check.status,
    conclusion: check.conclusion,
    started_at: wholeSeconds(check.startedAt),
    completed_at: completedAt === null ? null : wholeSeconds(completedAt),
    output: {
      title,
      summary,
      text,
      annotations_count: check.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: check.name,
    check_suite: { id: check.suiteId },
    app: appOf(place, check.appId),
    pull_requests: pullsAt(place, headSha),
  };
}

/** Where people see it. */
export function checkPage(
  { world, repository, urls }: Pick<PullPlace, "world" | "repository" | "urls">,
  check: CheckRunRow,
): string {
  const full = fullNameOf(world, repository);
  const run = world.jobs.get(check.id)?.runId;
  return check.appId === actionsAppId && run !== undefined
    ? urls.html(`/${full}/actions/runs/${run}/job/${check.id}`)
    : urls.html(`/${full}/runs/${check.id}`);
}

/** `check-suite`. */
export function suiteToJson(place: PullPlace, suite: CheckSuite) {
  const { world, repository, urls, version } = place;
  return {
    ...suiteToldToJson(place, suite),
    rerequestable: true,
    runs_rerequestable: suite.appId !== actionsAppId,
    latest_check_runs_count: latestChecks(checksOfSuite(world, suite)).length,
    check_runs_url: `${apiOf(place)}/check-suites/${suite.id}/check-runs`,
    head_commit: headCommitToJson(place, suite.headSha),
    repository: repositoryToJson(world, repository, { urls, version, role: undefined }),
  };
}

/** As the payload of a check run has it. */
export function suiteToldToJson(place: PullPlace, suite: CheckSuite) {
  const { id, headBranch, headSha, status, conclusion, before } = suite;
  return {
    id,
    node_id: nodeId("suite", place.repository.id, id),
    head_branch: headBranch,
    head_sha: headSha,
    status,
    conclusion,
    url: `${apiOf(place)}/check-suites/${id}`,
    before,
    after: headSha,
    pull_requests: pullsAt(place, headSha),
    app: appOf(place, suite.appId),
    created_at: wholeSeconds(suite.createdAt),
    updated_at: wholeSeconds(suite.updatedAt),
  };
}

/** `check-annotation`. */
export function annotationToJson(place: PullPlace, { headSha }: CheckRunRow, annotation: AnnotationRow) {
  const { world, repository, urls } = place;
  const path = annotation.path.split("/").map(encodeURIComponent).join("/");
  return {
    path: annotation.path,
    blob_href: urls.html(`/${fullNameOf(world, repository)}/blob/${headSha}/${path}`),
    start_line: annotation.startLine,
    start_column: annotation.startColumn,
    end_line: annotation.endLine,
    end_column: annotation.endColumn,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: annotation.rawDetails,
  };
}

/** `simple-commit`. */
function headCommitToJson({ git }: PullPlace, oid: string) {
  const { tree, message, author, committer } = readCommit(git, oid);
  return {
    id: oid,
    tree_id: tree,
    message,
    timestamp: wholeSeconds(committer.time * 1_000),
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  };
}

function appOf({ world, urls }: PullPlace, id: number) {
  const app = world.apps.get(id);
  return app === undefined ? null : appToJson(world, app, urls, false);
}

/** `pull-request-minimal`: the open ones whose head it is. */
function pullsAt(place: PullPlace, sha: string) {
  const { world, repository, git } = place;
  const repo = { id: repository.id, url: apiOf(place), name: repository.name };
  return world.issues
    .by("repository", repository.id)
    .filter(isPull)
    .filter(({ state, pull }) => state === "open" && pull.headOid === sha)
    .map((row) => {
      const { headOid, baseOid } = pullOids(git, row);
      return {
        url: `${apiOf(place)}/pulls/${row.number}`,
        id: row.id,
        number: row.number,
        head: { ref: row.pull.head, sha: headOid, repo },
        base: { ref: row.pull.base, sha: baseOid, repo },
      };
    });
}
