/**
 * @module Pull requests: `pulls/…` of the REST API. They are items of the issue list, too.
 *
 * @see https://docs.github.com/rest/pulls/pulls
 */
import { editIssue, type IssueEdit } from "../acts/issues.ts";
import { type MergeRequest, mergePull } from "../acts/merge-pull.ts";
import { updatePullRefs } from "../acts/pull-refs.ts";
import { changeBase, checkBase, checkReopening, findPull, openPull, type PullRow } from "../acts/pulls.ts";
import { filesOfPull } from "../git/pull-changes.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound, Refusal, validationFailed } from "../http/refusal.ts";
import { isPull, type PullPlace, pullOids, pullToJson, simplePullToJson } from "../shapes/pull-json.ts";
import { answerDiff, mediaTypeOf } from "./commits.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const read = { permission: "pull_requests", level: "read", role: "read" } as const;
const write = { permission: "pull_requests", level: "write", role: "read" } as const;

export const pullOperations: readonly Operation[] = [
  forRepository("pulls/list", read, (call) =>
    listed(call, selectPulls(call), (row) => simplePullToJson(placeOf(call), row)),
  ),
  forRepository("pulls/get", read, (call) => {
    const place = placeOf(call);
    const row = pullOf(call, call.world);
    updatePullRefs(call, row);
    const form = mediaTypeOf(call);
    if (form !== "diff" && form !== "patch") return ok(pullToJson(place, row));
    const { baseOid, headOid } = pullOids(place.git, row);
    return answerDiff(place.git, form, filesOfPull(place.git, baseOid, headOid));
  }),
  forRepository("pulls/create", { ...write, role: "write" }, (call) => {
    const { title, body, head, base, draft, issue, head_repo } = call.body;
    if (issue != null || head_repo != null)
      throw new Refusal(
        501,
        "The emulator does not serve pull requests from issues or from other repositories",
      );
    if (title == null)
      throw validationFailed({ resource: "PullRequest", field: "title", code: "missing_field" });
    const row = openPull(actOf(call), {
      title: String(title),
      body: (body ?? null) as string | null,
      head: String(head),
      base: String(base),
      isDraft: draft === true,
    });
    const json = pullToJson(placeOf(call), row);
    return created(json, json.url);
  }),
  forRepository("pulls/update", write, (call) => {
    const { title, body, state, base } = call.body;
    const act = actOf(call);
    const row = pullOf(call);
    const edit: IssueEdit = {
      ...(title == null ? {} : { title: String(title) }),
      ...(body === undefined ? {} : { body: body as string | null }),
      ...(state == null ? {} : { state: state as "open" | "closed" }),
    };
    if (state === "open" && row.state === "closed") checkReopening(act, row);
    if (base != null) checkBase(act, row, String(base));
    const edited = editIssue(act, row, edit);
    if (base != null && isPull(edited)) changeBase(act, edited, String(base));
    return ok(pullToJson(placeOf(call), pullOf(call)));
  }),
  forRepository("pulls/merge", { permission: "contents", level: "write", role: "write" }, (call) => {
    const { merge_method, commit_title, commit_message, sha } = call.body;
    const oid = mergePull(actOf(call), pullOf(call), {
      method: (merge_method ?? "merge") as MergeRequest["method"],
      ...(commit_title == null ? {} : { title: String(commit_title) }),
      ...(commit_message == null ? {} : { message: String(commit_message) }),
      ...(sha == null ? {} : { headOid: String(sha) }),
    });
    return ok({ sha: oid, merged: true, message: "Pull Request successfully merged" });
  }),
  forRepository("pulls/check-if-merged", read, (call) => {
    if (pullOf(call).pull.mergedAt === null) throw notFound();
    return noContent;
  }),
];

function placeOf(call: RepositoryCall): PullPlace {
  const { world, git } = call.services;
  return { ...call, world, git: git.repository(call.repository.id) };
}

/** The pull request that the path names. @throws {Refusal} 404 */
export function pullOf(call: RepositoryCall, world = call.services.world): PullRow {
  const row = findPull(world, call.repository.id, Number(call.params["pull_number"]));
  if (row === undefined) throw notFound();
  return row;
}

const monthMs = 30 * 86_400_000;

function selectPulls(call: RepositoryCall): PullRow[] {
  const { state = "open", head, base, sort = "created" } = call.query;
  const { direction = sort === "created" ? "desc" : "asc" } = call.query;
  const { login } = call.owner;
  // GitHub leaves a head without its owner out of account.
  const wantedHead = head?.includes(":") ? head : undefined;
  const rows = call.world.issues
    .by("repository", call.repository.id)
    .filter(isPull)
    .filter((row) => state === "all" || row.state === (state === "closed" ? "closed" : "open"))
    .filter(({ pull }) => base === undefined || pull.base === base)
    .filter(
      ({ pull }) =>
        wantedHead === undefined || `${login}:${pull.head}`.toLowerCase() === wantedHead.toLowerCase(),
    )
    .filter(
      ({ createdAt, updatedAt }) =>
        sort !== "long-running" || (createdAt < call.nowMs - monthMs && updatedAt > call.nowMs - monthMs),
    );
  const keyOf = ({ id, createdAt, updatedAt }: PullRow) =>
    sort === "updated"
      ? updatedAt
      : sort === "popularity"
        ? call.world.comments.by("issue", id).length
        : createdAt;
  const sign = direction === "asc" ? 1 : -1;
  return rows.sort((a, b) => sign * (keyOf(a) - keyOf(b) || a.number - b.number));
}
