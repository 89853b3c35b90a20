/**
 * @module What was reported of commits, as objects of the schema.
 */
import type { GraphQLResolveInfo } from "graphql";
import { checksOf, findSuite, latestChecks, runIdOfSuite } from "../../checks/commit-checks.ts";
import { latestStatuses, stateOfCommit } from "../../checks/required-checks.ts";
import { wholeSeconds } from "../../clock.ts";
import { checkPage } from "../../shapes/check-json.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { fullNameOf } from "../../shapes/repository-json.ts";
import type { CheckRunRow, StatusRow } from "../../world/check-rows.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { connect, type PageArguments } from "../connection.ts";
import { checkReads, type Fields, type View } from "../view.ts";

const rollupStates = {
  passing: "SUCCESS",
  pending: "PENDING",
  failing: "FAILURE",
  expected: "EXPECTED",
} as const;

/** All that was reported last; `null` where nothing was. */
export function rollupToNode(view: View, repository: RepositoryRow, oid: string): Fields | null {
  const { world, nodes } = view;
  checkReads(view, repository, "checks");
  checkReads(view, repository, "statuses");
  const state = stateOfCommit(world, repository.id, oid);
  if (state === undefined) return null;
  const checks = latestChecks(checksOf(world, repository.id, oid));
  const statuses = latestStatuses(world, repository.id, oid);
  const isBroken = statuses.some((status) => status.state === "error");
  return {
    state: state === "failing" && isBroken ? "ERROR" : rollupStates[state],
    commit: () => nodes.gitObject(repository, oid),
    contexts: (args: PageArguments, _: unknown, info: GraphQLResolveInfo) => ({
      ...connect<CheckRunRow | StatusRow>({
        all: [...checks, ...statuses],
        args,
        info,
        keyOf: ({ id }) => id,
        toNode: (row) => ("suiteId" in row ? nodes.checkRun(row) : nodes.status(row)),
      }),
      checkRunCount: checks.length,
      statusContextCount: statuses.length,
    }),
  };
}

export function checkRunToNode({ world, urls, nodes }: View, check: CheckRunRow): Fields {
  const repository = world.repositories.get(check.repositoryId)!;
  const url = checkPage({ world, repository, urls }, check);
  const { id, startedAt, completedAt, conclusion } = check;
  return {
    __typename: "CheckRun",
    id: nodeId("job", repository.id, id),
    databaseId: id,
    name: check.name,
    status: check.status.toUpperCase(),
    conclusion: conclusion?.toUpperCase() ?? null,
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
    checkSuite: () => suiteToFields({ world, urls, nodes }, repository, check.suiteId),
  };
}

function suiteToFields(
  { world, urls, nodes }: Pick<View, "world" | "urls" | "nodes">,
  repository: RepositoryRow,
  id: number,
): Fields {
  const suite = findSuite(world, repository.id, id)!;
  const run = world.runs.get(runIdOfSuite(id));
  return {
    databaseId: id,
    status: suite.status.toUpperCase(),
    conclusion: suite.conclusion?.toUpperCase() ?? null,
    createdAt: wholeSeconds(suite.createdAt),
    updatedAt: wholeSeconds(suite.updatedAt),
    repository: () => nodes.repository(repository),
    commit: () => nodes.gitObject(repository, suite.headSha),
    workflowRun:
      run === undefined
        ? null
        : {
            databaseId: run.id,
            event: run.event,
            runNumber: run.number,
            createdAt: wholeSeconds(run.createdAt),
            url: urls.html(`/${fullNameOf(world, repository)}/actions/runs/${run.id}`),
            workflow: { databaseId: run.workflowId, name: run.name },
          },
  };
}

export function statusToNode({ world, nodes }: View, status: StatusRow): Fields {
  const repository = world.repositories.get(status.repositoryId)!;
  return {
    __typename: "StatusContext",
    id: nodeId("status", repository.id, status.id),
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: wholeSeconds(status.createdAt),
    creator: () => nodes.accountOf(status.creatorId),
    commit: () => nodes.gitObject(repository, status.sha),
  };
}
