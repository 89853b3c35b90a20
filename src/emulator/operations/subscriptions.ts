/**
 * @module Who is told of all that happens in a repository, or wants to hear of nothing. The emulator sends nobody mail.
 *
 * @see https://docs.github.com/rest/activity/watching
 */
import { roleOfPrincipal } from "../access/permissions.ts";
import { wholeSeconds } from "../clock.ts";
import { noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound } from "../http/refusal.ts";
import { accountToJson } from "../shapes/account-json.ts";
import { fullNameOf, repositoryToJson } from "../shapes/repository-json.ts";
import { hasRole } from "../world/account-rows.ts";
import type { SubscriptionRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { forPerson, forRepository, type Operation } from "./operation.ts";
import { forPersonAt, type PersonalCall } from "./personal.ts";

const scopes = ["repo", "notifications"];
const readOne = { permission: "watching", level: "read", scopes } as const;
const writeOne = { permission: "watching", level: "write", scopes } as const;

export const subscriptionOperations: readonly Operation[] = [
  forPersonAt("activity/get-repo-subscription", readOne, (call) => {
    const subscription = subscriptionOf(call, call.world);
    if (subscription === undefined) throw notFound();
    return ok(subscriptionToJson(call, subscription));
  }),
  forPersonAt("activity/set-repo-subscription", writeOne, (call) => {
    const { subscribed, ignored } = call.body;
    const { subscriptions } = call.services.world;
    const known = subscriptionOf(call);
    const isIgnored = ignored === true;
    const subscription = subscriptions.put({
      id: known?.id ?? subscriptions.nextId(),
      repositoryId: call.repository.id,
      userId: call.user.id,
      isSubscribed: !isIgnored && subscribed !== false,
      isIgnored,
      createdAt: known?.createdAt ?? call.nowMs,
    });
    return ok(subscriptionToJson(call, subscription));
  }),
  forPersonAt("activity/delete-repo-subscription", writeOne, (call) => {
    const known = subscriptionOf(call);
    if (known !== undefined) call.services.world.subscriptions.remove(known.id);
    return noContent;
  }),
  forRepository(
    "activity/list-watchers-for-repo",
    { permission: "metadata", level: "read", role: "read" },
    (call) => {
      const all = call.world.subscriptions.by("repository", call.repository.id);
      const watching = all.filter(({ isSubscribed }) => isSubscribed);
      return listed(call, watching, ({ userId }) =>
        accountToJson(call.world.accounts.get(userId)!, call.urls),
      );
    },
  ),
  forPerson(
    "activity/list-watched-repos-for-authenticated-user",
    { granted: { permission: "watching", level: "read" } },
    (call) => {
      const { world, principal, user } = call;
      const watched = world.subscriptions
        .by("user", user.id)
        .filter(({ isSubscribed }) => isSubscribed)
        .flatMap(({ repositoryId }) => world.repositories.get(repositoryId) ?? [])
        .map((repository) => ({
          repository,
          role: roleOfPrincipal(call.services.world, principal, repository),
        }))
        .filter(({ role }) => hasRole(role, "read"));
      return listed(call, watched, ({ repository, role }) =>
        repositoryToJson(world, repository, { ...call, role }),
      );
    },
  ),
];

function subscriptionOf(
  { user, repository, services }: PersonalCall,
  world: World = services.world,
): SubscriptionRow | undefined {
  return world.subscriptions.by("user", user.id).find(({ repositoryId }) => repositoryId === repository.id);
}

/** `repository-subscription`. */
function subscriptionToJson({ world, urls, repository }: PersonalCall, row: SubscriptionRow) {
  const url = urls.api(`/repos/${fullNameOf(world, repository)}`);
  return {
    subscribed: row.isSubscribed,
    ignored: row.isIgnored,
    reason: null,
    created_at: wholeSeconds(row.createdAt),
    url: `${url}/subscription`,
    repository_url: url,
  };
}
