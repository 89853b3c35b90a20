/**
 * @module Webhooks: of repositories, of organisations, of apps.
 *
 * @see https://docs.github.com/rest/repos/webhooks
 */
import type { Need } from "../access/permissions.ts";
import { type HookConfig, updateHookConfig } from "../acts/hooks.ts";
import { parseCommit } from "../git/objects.ts";
import { noContent, ok } from "../http/answer.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import { hookConfigToJson } from "../shapes/hook-json.ts";
import { pushToJson } from "../shapes/push-json.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import type { HookRow } from "../world/app-rows.ts";
import { deliveriesOf, deliveryNamed, redeliver } from "./hook-deliveries.ts";
import { hookOf, hookOperationsOf } from "./hook-places.ts";
import {
  type AppCall,
  actorOf,
  forApp,
  forOrganization,
  forRepository,
  type Operation,
  type RepositoryCall,
} from "./operation.ts";

/** Who may not administer a repository does not hear that it has webhooks. */
function hidden(operation: Operation): Operation {
  return {
    ...operation,
    async answer(call) {
      try {
        return await operation.answer(call);
      } catch (error) {
        const isPerson = call.principal.kind === "user" && call.principal.token.kind !== "fine-grained";
        if (error instanceof Refusal && error.status === 403 && /admin/u.test(error.message) && isPerson)
          throw notFound();
        throw error;
      }
    },
  };
}

/** The scopes differ in what they let one do: read, write, or remove as well. */
function needOfHooks(name: string, level: "read" | "write"): Need {
  const mayRemove = ["admin:repo_hook"];
  const mayWrite = [...mayRemove, "write:repo_hook"];
  const orScopes =
    name === "repos/delete-webhook"
      ? mayRemove
      : level === "write"
        ? mayWrite
        : [...mayWrite, "read:repo_hook"];
  return { permission: "repository_hooks", level, role: "admin", orScopes };
}

/** The app's own webhook. @throws {Refusal} 404 where it has none */
function hookOfApp({ services: { world }, app }: AppCall): HookRow {
  const hook = world.hooks.find("owner", `app/${app.id}`);
  if (hook === undefined) throw notFound();
  return hook;
}

/** Tells a webhook once more of the newest commit, where it hears of pushes. */
function testPush(call: RepositoryCall, hook: HookRow): void {
  const { services, repository, principal, urls } = call;
  const git = services.git.repository(repository.id);
  const ref = `refs/heads/${repository.defaultBranch}`;
  const after = git.ref(ref);
  if (after === undefined || !(hook.events.includes("push") || hook.events.includes("*"))) return;
  const pusher = actorOf(call);
  const before = parseCommit(git.read(after)!.content).parents[0];
  services.happened({
    event: "push",
    hookId: hook.id,
    repositoryId: repository.id,
    senderId: pusher.id,
    principal,
    urls,
    payload: pushToJson(call, git, { ref, before, after, commits: [after], pusher }),
  });
}

export const hookOperations: readonly Operation[] = [
  hidden(
    forRepository("repos/test-push-webhook", needOfHooks("repos/test-push-webhook", "read"), (call) => {
      testPush(call, hookOf({ call, owner: `repository/${call.repository.id}`, path: "" }));
      return noContent;
    }),
  ),
  ...hookOperationsOf("repos", "repo", (name, level, answer) =>
    hidden(
      forRepository(name, needOfHooks(name, level), (call) => {
        const path = `/repos/${fullNameOf(call.services.world, call.repository)}`;
        return answer({ call, owner: `repository/${call.repository.id}`, path });
      }),
    ),
  ),
  ...hookOperationsOf("orgs", "org", (name, level, answer) =>
    hidden(
      forOrganization(
        name,
        { permission: "organization_hooks", level, role: "admin", scopes: ["admin:org_hook"] },
        (call) => {
          const path = `/orgs/${call.organization.login}`;
          return answer({ call, owner: `organization/${call.organization.id}`, path });
        },
      ),
    ),
  ),
  forApp("apps/get-webhook-config-for-app", (call) => ok(hookConfigToJson(hookOfApp(call)))),
  forApp("apps/update-webhook-config-for-app", (call) => {
    const { services, body, nowMs } = call;
    return ok(hookConfigToJson(updateHookConfig(services.world, hookOfApp(call), body as HookConfig, nowMs)));
  }),
  forApp("apps/list-webhook-deliveries", (call) => deliveriesOf(call, hookOfApp(call))),
  forApp("apps/get-webhook-delivery", (call) => ok(deliveryNamed(call, hookOfApp(call)))),
  forApp("apps/redeliver-webhook-delivery", (call) => redeliver(call, hookOfApp(call))),
];
