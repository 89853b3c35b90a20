/**
 * @module Stars of repositories, and whom they are from.
 *
 * @see https://docs.github.com/rest/activity/starring
 */
import { roleOfPrincipal } from "../access/permissions.ts";
import { tell } from "../acts/act.ts";
import { wholeSeconds } from "../clock.ts";
import { type Answer, noContent } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound } from "../http/refusal.ts";
import { accountToJson } from "../shapes/account-json.ts";
import { repositoryToJson } from "../shapes/repository-json.ts";
import { type AccountRow, hasRole } from "../world/account-rows.ts";
import type { StarRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { actOf } from "./issues.ts";
import { type Call, forAnyone, forPerson, forRepository, type Operation } from "./operation.ts";
import { forPersonAt, type PersonalCall } from "./personal.ts";

const readStars = { permission: "starring", level: "read" } as const;
const writeStars = {
  permission: "starring",
  level: "write",
  scopes: ["repo", "public_repo"],
} as const;

export const starOperations: readonly Operation[] = [
  forPersonAt("activity/check-repo-is-starred-by-authenticated-user", readStars, (call) => {
    if (starOf(call, call.world) === undefined) throw notFound();
    return noContent;
  }),
  forPersonAt("activity/star-repo-for-authenticated-user", writeStars, (call) => {
    const { stars } = call.services.world;
    if (starOf(call) !== undefined) return noContent;
    stars.put({
      id: stars.nextId(),
      repositoryId: call.repository.id,
      userId: call.user.id,
      createdAt: call.nowMs,
    });
    tell(actOf(call), "star", "created", { starred_at: wholeSeconds(call.nowMs) });
    tell(actOf(call), "watch", "started", {});
    return noContent;
  }),
  forPersonAt("activity/unstar-repo-for-authenticated-user", writeStars, (call) => {
    const star = starOf(call);
    if (star === undefined) return noContent;
    call.services.world.stars.remove(star.id);
    tell(actOf(call), "star", "deleted", { starred_at: null });
    return noContent;
  }),
  forRepository(
    "activity/list-stargazers-for-repo",
    { permission: "metadata", level: "read", role: "read" },
    (call) =>
      listed(call, call.world.stars.by("repository", call.repository.id), ({ userId, createdAt }) => {
        const user = accountToJson(call.world.accounts.get(userId)!, call.urls);
        return wantsTimes(call) ? { starred_at: wholeSeconds(createdAt), user } : user;
      }),
  ),
  forPerson("activity/list-repos-starred-by-authenticated-user", { granted: readStars }, (call) =>
    starsOf(call, call.user),
  ),
  forAnyone("activity/list-repos-starred-by-user", (call) => {
    const user = call.world.accounts.find("login", call.params["username"]!.toLowerCase());
    if (user === undefined) throw notFound();
    return starsOf(call, user);
  }),
];

function starOf(
  { user, repository, services }: PersonalCall,
  world: World = services.world,
): StarRow | undefined {
  return world.stars.by("user", user.id).find(({ repositoryId }) => repositoryId === repository.id);
}

/** Those that who asks may see. */
function starsOf(call: Call, user: AccountRow): Answer {
  const { world, principal, query } = call;
  const { sort = "created", direction = "desc" } = query;
  const sign = direction === "asc" ? 1 : -1;
  const found = world.stars.by("user", user.id).flatMap((star) => {
    const repository = world.repositories.get(star.repositoryId);
    if (repository === undefined) return [];
    const role = roleOfPrincipal(call.services.world, principal, repository);
    return hasRole(role, "read") ? [{ star, repository, role }] : [];
  });
  const sorted = found.toSorted((a, b) => {
    const difference =
      sort === "updated"
        ? a.repository.updatedAt - b.repository.updatedAt
        : a.star.createdAt - b.star.createdAt;
    return sign * (difference || a.star.id - b.star.id);
  });
  return listed(call, sorted, ({ star, repository, role }) => {
    const viewer = { ...call, role: principal.kind === "anonymous" ? undefined : role };
    const json = repositoryToJson(world, repository, viewer);
    return wantsTimes(call) ? { starred_at: wholeSeconds(star.createdAt), repo: json } : json;
  });
}

function wantsTimes({ headers }: Call): boolean {
  return /application\/vnd\.github\.(?:v3\.)?star\b/u.test(headers.get("accept") ?? "");
}
