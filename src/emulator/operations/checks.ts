/**
 * @module Check runs and check suites: `checks/…` of the REST API.
 *
 * @see https://docs.github.com/rest/checks
 */
import { createCheck, rerequestCheck, rerequestSuite, suiteFor, updateCheck } from "../acts/checks.ts";
import {
  type CheckSuite,
  checksOf,
  checksOfSuite,
  findCheck,
  findSuite,
  latestChecks,
  suitesOf,
} from "../checks/commit-checks.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import { counted, listed } from "../http/pages.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import { annotationToJson, checkRunToJson, suiteToJson } from "../shapes/check-json.ts";
import type { PullPlace } from "../shapes/pull-json.ts";
import type { CheckRunRow } from "../world/check-rows.ts";
import { reportFrom } from "./check-input.ts";
import { gitOf } from "./git-place.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";
import { checkIsCommit, commitNamed } from "./statuses.ts";

const read = { permission: "checks", level: "read", role: "read" } as const;
const write = { permission: "checks", level: "write", role: "write" } as const;

export const checkOperations: readonly Operation[] = [
  forRepository("checks/create", write, (call) => {
    const { name, head_sha } = call.body;
    const sha = String(head_sha);
    checkIsCommit(call, sha);
    const check = createCheck(actOf(call), sha, String(name), reportFrom(call.body));
    const json = checkRunToJson(placeOf(call), check);
    return created(json, json.url);
  }),
  forRepository("checks/update", write, (call) => {
    const check = checkNamed(call, call.services.world);
    return ok(checkRunToJson(placeOf(call), updateCheck(actOf(call), check, reportFrom(call.body))));
  }),
  forRepository("checks/get", read, (call) => ok(checkRunToJson(placeOf(call), checkNamed(call)))),
  forRepository("checks/list-annotations", read, (call) => {
    const check = checkNamed(call);
    return listed(call, check.annotations, (row) => annotationToJson(placeOf(call), check, row));
  }),
  forRepository("checks/rerequest-run", write, (call) => {
    rerequestCheck(actOf(call), checkNamed(call, call.services.world));
    return created({});
  }),
  forRepository("checks/list-for-ref", read, (call) => {
    const appId = call.query["app_id"];
    const all = checksOf(call.world, call.repository.id, commitNamed(call));
    return checksListed(
      call,
      all.filter((check) => appId === undefined || String(check.appId) === appId),
    );
  }),
  forRepository("checks/list-for-suite", read, (call) =>
    checksListed(call, checksOfSuite(call.world, suiteNamed(call))),
  ),
  forRepository("checks/create-suite", write, (call) => {
    const { principal } = call;
    const { world } = call.services;
    if (principal.kind !== "installation") throw new Refusal(403, "You must authenticate via a GitHub App.");
    const sha = String(call.body["head_sha"]);
    checkIsCommit(call, sha);
    const isKnown = suitesOf(world, call.repository.id, sha).some(({ appId }) => appId === principal.app.id);
    const { id } = suiteFor(actOf(call), principal.app.id, sha);
    const json = suiteToJson(placeOf(call), findSuite(world, call.repository.id, id)!);
    return isKnown ? ok(json) : created(json, json.url);
  }),
  forRepository("checks/get-suite", read, (call) => ok(suiteToJson(placeOf(call), suiteNamed(call)))),
  forRepository("checks/list-suites-for-ref", read, (call) => {
    const { app_id, check_name } = call.query;
    const suites = suitesOf(call.world, call.repository.id, commitNamed(call))
      .filter((suite) => app_id === undefined || String(suite.appId) === app_id)
      .filter(
        (suite) =>
          check_name === undefined ||
          checksOfSuite(call.world, suite).some(({ name }) => name === check_name),
      );
    return counted(call, "check_suites", suites, (suite) => suiteToJson(placeOf(call), suite));
  }),
  forRepository("checks/rerequest-suite", write, (call) => {
    rerequestSuite(actOf(call), suiteNamed(call, call.services.world));
    return created({});
  }),
];

function placeOf(call: RepositoryCall): PullPlace {
  return { ...call, git: gitOf(call) };
}

/** @throws {Refusal} 404 */
function checkNamed({ params, repository, ...call }: RepositoryCall, world = call.world): CheckRunRow {
  const check = findCheck(world, repository.id, Number(params["check_run_id"]));
  if (check === undefined) throw notFound();
  return check;
}

/** @throws {Refusal} 404 */
function suiteNamed({ params, repository, ...call }: RepositoryCall, world = call.world): CheckSuite {
  const suite = findSuite(world, repository.id, Number(params["check_suite_id"]));
  if (suite === undefined) throw notFound();
  return suite;
}

/** The newest first. */
function checksListed(call: RepositoryCall, all: readonly CheckRunRow[]): Answer {
  const { check_name, status, filter } = call.query;
  const found = (filter === "all" ? all : latestChecks(all))
    .filter((check) => check_name === undefined || check.name === check_name)
    .filter((check) => status === undefined || check.status === status)
    .toSorted((a, b) => b.startedAt - a.startedAt || b.id - a.id);
  return counted(call, "check_runs", found, (check) => checkRunToJson(placeOf(call), check));
}
