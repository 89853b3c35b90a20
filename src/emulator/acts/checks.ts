/**
 * @module What is done to check runs and suites. Only apps report check runs; jobs of workflows are told of here, too.
 *
 * @see https://docs.github.com/rest/checks
 */

import { repositoriesOf } from "../access/installed.ts";
import { isGranted } from "../access/permissions.ts";
import {
  actionsAppId,
  type CheckSuite,
  checkOfJob,
  findSuite,
  suiteIdOfRun,
  suitesOf,
} from "../checks/commit-checks.ts";
import { Refusal, validationFailed } from "../http/refusal.ts";
import { checkRunToJson, suiteToJson, suiteToldToJson } from "../shapes/check-json.ts";
import type { JobRow, RunRow } from "../world/action-rows.ts";
import type { CheckRunRow, CheckSuiteRow } from "../world/check-rows.ts";
import { type Act, placeOf, tell } from "./act.ts";

/** What is reported of a check; what is absent stays as it was. */
export type CheckReport = Partial<Omit<CheckRunRow, "id" | "repositoryId" | "suiteId" | "appId" | "headSha">>;

/** @param headSha a commit that there is @throws {Refusal} 403 for who is no app, 422 */
export function createCheck(act: Act, headSha: string, name: string, report: CheckReport): CheckRunRow {
  const appId = appOf(act);
  const suite = suiteFor(act, appId, headSha);
  const { checkRuns } = act.services.world;
  const check = checkRuns.put(
    completed(act, {
      id: checkRuns.nextId(),
      repositoryId: act.repository.id,
      suiteId: suite.id,
      appId,
      headSha,
      status: "queued",
      conclusion: null,
      externalId: "",
      detailsUrl: null,
      title: null,
      summary: null,
      text: null,
      annotations: [],
      startedAt: act.nowMs,
      completedAt: null,
      ...report,
      name,
    }),
  );
  tellOfCheck(act, "created", check);
  noteReport(act, check);
  return check;
}

/** Annotations are added to those that are there. @throws {Refusal} 403 for all but the app that created it; 422 */
export function updateCheck(act: Act, check: CheckRunRow, report: CheckReport): CheckRunRow {
  const { checkRuns } = act.services.world;
  const appId = appOf(act);
  if (check.appId !== appId || checkRuns.get(check.id) === undefined) {
    throw new Refusal(
      403,
      `Invalid app_id \`${appId}\` - check run can only be modified by the GitHub App that created it.`,
    );
  }
  const isBegunAgain = report.status !== undefined && report.status !== "completed";
  const changed = completed(act, {
    ...check,
    ...(isBegunAgain ? { conclusion: null, completedAt: null } : {}),
    ...report,
    annotations: [...check.annotations, ...(report.annotations ?? [])],
  });
  checkRuns.put(changed);
  if (check.status === "completed" && changed.status !== "completed") tellOfCheck(act, "created", changed);
  noteReport(act, changed, check);
  return changed;
}

/** @throws {Refusal} 422 for one that is completed without a conclusion */
function completed({ nowMs }: Act, check: CheckRunRow): CheckRunRow {
  if (check.conclusion !== null)
    return { ...check, status: "completed", completedAt: check.completedAt ?? nowMs };
  if (check.status === "completed" || check.completedAt !== null)
    throw validationFailed({ resource: "CheckRun", field: "conclusion", code: "missing_field" });
  return check;
}

/** Tells of what is completed now and was not before. */
function noteReport(act: Act, check: CheckRunRow, before?: CheckRunRow): void {
  const { world } = act.services;
  const suite = world.checkSuites.get(check.suiteId)!;
  world.checkSuites.put({ ...suite, isRerequested: false, updatedAt: act.nowMs });
  if (check.status !== "completed" || before?.status === "completed") return;
  tellOfCheck(act, "completed", check);
  const now = findSuite(world, suite.repositoryId, suite.id);
  if (now?.status === "completed") tellOfSuite(act, "completed", now);
}

/** The suite of an app on a commit, made where there is none. */
export function suiteFor(act: Act, appId: number, headSha: string, push?: PushedBranch): CheckSuiteRow {
  const { world, git } = act.services;
  const known = world.checkSuites
    .by("commit", `${act.repository.id}/${headSha}`)
    .find((suite) => suite.appId === appId);
  if (known !== undefined) return known;
  const tip = git
    .repository(act.repository.id)
    .refs("refs/heads/")
    .find(({ oid }) => oid === headSha);
  return world.checkSuites.put({
    id: world.checkSuites.nextId(),
    repositoryId: act.repository.id,
    appId,
    headSha,
    headBranch: push?.branch ?? tip?.name.slice("refs/heads/".length) ?? null,
    before: push?.before ?? null,
    isRerequested: false,
    createdAt: act.nowMs,
    updatedAt: act.nowMs,
  });
}

export interface PushedBranch {
  readonly branch: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** Every app that may report checks is asked for them when a branch has new commits. */
export function requestSuites(act: Act, push: PushedBranch): void {
  const { world } = act.services;
  for (const installation of world.installations.by("account", act.repository.ownerId)) {
    const { appId, permissions, suspendedAt } = installation;
    if (appId === actionsAppId || suspendedAt !== null) continue;
    if (!isGranted(permissions, { permission: "checks", level: "write" })) continue;
    if (!repositoriesOf(world, installation).some(({ id }) => id === act.repository.id)) continue;
    const isKnown = suitesOf(world, act.repository.id, push.after).some((suite) => suite.appId === appId);
    if (isKnown) continue;
    const { id } = suiteFor(act, appId, push.after, push);
    tellOfSuite(act, "requested", findSuite(world, act.repository.id, id)!);
  }
}

/** @throws {Refusal} 403 for jobs of workflows */
export function rerequestCheck(act: Act, check: CheckRunRow): void {
  checkIsOfApp(check);
  resetSuite(act, check.suiteId);
  tellOfCheck(act, "rerequested", check);
}

/** @throws {Refusal} 403 for runs of workflows */
export function rerequestSuite(act: Act, suite: CheckSuite): void {
  checkIsOfApp(suite);
  resetSuite(act, suite.id);
  tellOfSuite(act, "rerequested", findSuite(act.services.world, suite.repositoryId, suite.id)!);
}

/** Runs of workflows are started again by operations of their own. */
function checkIsOfApp({ appId }: { readonly appId: number }): void {
  if (appId === actionsAppId) throw new Refusal(403, "This check run is not rerequestable");
}

function resetSuite({ services: { world }, nowMs }: Act, id: number): void {
  world.checkSuites.put({ ...world.checkSuites.get(id)!, isRerequested: true, updatedAt: nowMs });
}

/** A job is a check run, of which webhooks hear twice. */
export function tellOfJobCheck(act: Act, action: "created" | "completed", run: RunRow, job: JobRow): void {
  tellOfCheck(act, action, checkOfJob(act.services.world, run, job));
}

export function tellOfRunSuite(act: Act, run: RunRow): void {
  const suite = findSuite(act.services.world, run.repositoryId, suiteIdOfRun(run));
  if (suite !== undefined) tellOfSuite(act, "completed", suite);
}

function placeIn(act: Act) {
  return { ...placeOf(act), git: act.services.git.repository(act.repository.id) };
}

/** What an app alone is to do, only that app hears. */
function listenerOf(action: string, appId: number): { readonly onlyApp?: number } {
  return action === "requested" || action === "rerequested" ? { onlyApp: appId } : {};
}

function tellOfCheck(act: Act, action: string, check: CheckRunRow): void {
  const place = placeIn(act);
  const suite = findSuite(act.services.world, check.repositoryId, check.suiteId)!;
  const json = checkRunToJson(place, check);
  tell(
    act,
    "check_run",
    action,
    { check_run: { ...json, check_suite: suiteToldToJson(place, suite) } },
    listenerOf(action, check.appId),
  );
}

function tellOfSuite(act: Act, action: string, suite: CheckSuite): void {
  const { repository: _, rerequestable, runs_rerequestable, ...json } = suiteToJson(placeIn(act), suite);
  const more = action === "rerequested" ? {} : { rerequestable, runs_rerequestable };
  tell(act, "check_suite", action, { check_suite: { ...json, ...more } }, listenerOf(action, suite.appId));
}

/** @throws {Refusal} 403 */
function appOf({ principal }: Act): number {
  if (principal.kind === "installation") return principal.app.id;
  throw new Refusal(403, "You must authenticate via a GitHub App.");
}
