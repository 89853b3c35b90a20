/**
 * @module What was reported of commits, as objects of the schema: commit statuses, and check runs with their suites. Each
 * job of a workflow is a check run, too.
 */
import type { GraphQLResolveInfo } from "graphql";
import { checksOf, findSuite, latestChecks, runIdOfSuite } from "../../checks/commit-checks.ts";
import { latestStatuses, stateOfCommit } from "../../checks/required-checks.ts";
import { wholeSeconds } from "../../clock.ts";
import { requirementsFor } from "../../rules/requirements.ts";
import { checkPage } from "../../shapes/check-json.ts";
import { issueNodeId } from "../../shapes/issue-json.ts";
import { nodeId } from "../../shapes/node-id.ts";
import type { CheckRunRow, StatusRow } from "../../world/check-rows.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { connect, type PageArguments } from "../connection.ts";
import { Problem } from "../problem.ts";
import { checkReads, type Fields, upperCase, type View } from "../view.ts";

const rollupStates = {
  passing: "SUCCESS",
  pending: "PENDING",
  failing: "FAILURE",
  expected: "EXPECTED",
} as const;

/** All that was reported last; `null` where nothing was. @throws {Refusal} 403 */
export function rollupToNode(view: View, repository: RepositoryRow, oid: string): Fields | null {
  const { lists, nodes } = view;
  checkReads(view, repository, "checks");
  checkReads(view, repository, "statuses");
  const state = stateOfCommit(lists, repository.id, oid);
  if (state === undefined) return null;
  const checks = latestChecks(checksOf(lists, repository.id, oid));
  const statuses = latestStatuses(lists, repository.id, oid);
  const isBroken = statuses.some((status) => status.state === "error");
  return {
    state: state === "failing" && isBroken ? "ERROR" : rollupStates[state],
    commit: () => nodes.gitObject(repository, oid),
    contexts: (args: PageArguments, _: unknown, info: GraphQLResolveInfo) => ({
      ...connect<CheckRunRow | StatusRow>({
        all: [...checks, ...statuses],
        args,
        info,
        keyOf: (row) => ("suiteId" in row ? row.id : `status/${row.id}`),
        toNode: (row) => ("suiteId" in row ? nodes.checkRun(row) : nodes.status(row)),
      }),
      checkRunCount: checks.length,
      checkRunCountsByState: countByState(checks, ({ status, conclusion }) => conclusion ?? status),
      statusContextCount: statuses.length,
      statusContextCountsByState: countByState(statuses, (status) => status.state),
    }),
  };
}

function countByState<T>(all: readonly T[], stateOf: (one: T) => string): Fields[] {
  return [...Map.groupBy(all, stateOf)].map(([state, { length }]) => ({
    state: upperCase(state),
    count: length,
  }));
}

export function checkRunToNode(view: View, check: CheckRunRow): Fields {
  const { world, urls, nodes } = view;
  const repository = world.repositories.get(check.repositoryId)!;
  const url = checkPage({ world, repository, urls }, check);
  const { id, appId, name, startedAt, completedAt, conclusion } = check;
  return {
    __typename: "CheckRun",
    id: nodeId("job", repository.id, id),
    databaseId: id,
    name,
    status: upperCase(check.status),
    conclusion: conclusion === null ? null : upperCase(conclusion),
    startedAt: wholeSeconds(startedAt),
    completedAt: completedAt === null ? null : wholeSeconds(completedAt),
    detailsUrl: check.detailsUrl ?? url,
    externalId: check.externalId,
    title: check.title,
    summary: check.summary,
    text: check.text,
    url,
    permalink: url,
    resourcePath: url.slice(urls.origin.length),
    repository: () => nodes.repository(repository),
    checkSuite: () => suiteFields(view, repository, check.suiteId),
    isRequired: (args: RequiredArguments) => isRequired(view, repository, { context: name, appId }, args),
  };
}

function suiteFields({ world, lists, nodes }: View, repository: RepositoryRow, id: number): Fields {
  // A list that lags may still hold checks of a suite that is gone.
  const suite = (findSuite(world, repository.id, id) ?? findSuite(lists, repository.id, id))!;
  const run = world.runs.get(runIdOfSuite(id));
  return {
    databaseId: id,
    status: upperCase(suite.status),
    conclusion: suite.conclusion === null ? null : upperCase(suite.conclusion),
    createdAt: wholeSeconds(suite.createdAt),
    updatedAt: wholeSeconds(suite.updatedAt),
    repository: () => nodes.repository(repository),
    commit: () => nodes.gitObject(repository, suite.headSha),
    workflowRun: () => (run === undefined ? null : nodes.run(run)),
  };
}

export function statusToNode(view: View, status: StatusRow): Fields {
  const { world, nodes } = view;
  const repository = world.repositories.get(status.repositoryId)!;
  const { context, appId } = status;
  return {
    __typename: "StatusContext",
    id: nodeId("status", repository.id, status.id),
    context,
    state: upperCase(status.state),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: wholeSeconds(status.createdAt),
    creator: () => nodes.accountOf(status.creatorId),
    commit: () => nodes.gitObject(repository, status.sha),
    isRequired: (args: RequiredArguments) => isRequired(view, repository, { context, appId }, args),
  };
}

interface RequiredArguments {
  readonly pullRequestId?: string | null;
  readonly pullRequestNumber?: number | null;
}

/** By what is in force for the branch into which a pull request is to be merged. @throws {Problem} where none is named */
function isRequired(
  { world, services }: View,
  repository: RepositoryRow,
  { context, appId }: { readonly context: string; readonly appId: number | null },
  { pullRequestId, pullRequestNumber }: RequiredArguments,
): boolean {
  if (pullRequestId == null && pullRequestNumber == null)
    throw new Problem("UNPROCESSABLE", "Please provide either a pull request ID or a pull request number.");
  const pull = world.issues
    .by("repository", repository.id)
    .find((row) => row.number === pullRequestNumber || issueNodeId(row) === pullRequestId)?.pull;
  if (pull == null) return false;
  const place = { world, repository, git: services.git.repository(repository.id) };
  return requirementsFor(place, pull.base)
    .flatMap(({ checks }) => checks)
    .some((check) => check.context === context && (check.appId === null || check.appId === appId));
}
