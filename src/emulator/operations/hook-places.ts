/**
 * @module What the webhooks of repositories and organisations have in common.
 */
import {
  addHook,
  type HookConfig,
  type HookEdit,
  removeHook,
  updateHook,
  updateHookConfig,
} from "../acts/hooks.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound } from "../http/refusal.ts";
import { hookConfigToJson, hookToJson } from "../shapes/hook-json.ts";
import type { HookRow } from "../world/app-rows.ts";
import { deliveriesOf, deliveryNamed, redeliver } from "./hook-deliveries.ts";
import { actorOf, type Call, type Operation } from "./operation.ts";

export interface HookPlace {
  readonly call: Call;
  readonly owner: HookRow["owner"];
  /** `/repos/acme/data`. */
  readonly path: string;
}

type Define = (
  name: string,
  level: "read" | "write",
  answer: (place: HookPlace) => Answer | Promise<Answer>,
) => Operation;

/** @throws {Refusal} 404 */
export function hookOf({ call, owner }: HookPlace): HookRow {
  const hook = call.services.world.hooks.get(Number(call.params["hook_id"]));
  if (hook?.owner !== owner) throw notFound();
  return hook;
}

function hookJson({ call, path }: HookPlace, hook: HookRow) {
  return hookToJson(call.services.world, hook, call.urls, path);
}

function editIn({ body }: Call, before?: HookRow): HookEdit {
  const { add_events: added, remove_events: removed } = body as Record<string, readonly string[] | undefined>;
  const events = (body["events"] ?? undefined) as readonly string[] | undefined;
  const changed =
    events ??
    (before === undefined || (added === undefined && removed === undefined)
      ? undefined
      : [...before.events, ...(added ?? [])].filter((event) => !(removed ?? []).includes(event)));
  return {
    config: (body["config"] ?? undefined) as HookConfig | undefined,
    events: changed,
    isActive: (body["active"] ?? undefined) as boolean | undefined,
  };
}

function ping({ call, owner, path }: HookPlace, hook: HookRow): void {
  const [kind, id] = owner.split("/");
  call.services.happened({
    event: "ping",
    hookId: hook.id,
    ...(kind === "repository" ? { repositoryId: Number(id) } : { organizationId: Number(id) }),
    senderId: actorOf(call).id,
    principal: call.principal,
    urls: call.urls,
    payload: {
      zen: "Half measures are as bad as nothing at all.",
      hook_id: hook.id,
      hook: hookToJson(call.services.world, hook, call.urls, path),
    },
  });
}

/** @param group the operations' prefix, `repos` or `orgs` @param configSuffix `repo` or `org` */
export function hookOperationsOf(group: string, configSuffix: string, define: Define): readonly Operation[] {
  return [
    define(`${group}/list-webhooks`, "read", (place) =>
      listed(place.call, place.call.world.hooks.by("owner", place.owner), (hook) => hookJson(place, hook)),
    ),
    define(`${group}/create-webhook`, "write", (place) => {
      const { call, owner } = place;
      const hook = addHook(call.services.world, owner, editIn(call), call.nowMs);
      ping(place, hook);
      const json = hookJson(place, hook);
      return created(json, json.url);
    }),
    define(`${group}/get-webhook`, "read", (place) => ok(hookJson(place, hookOf(place)))),
    define(`${group}/update-webhook`, "write", (place) => {
      const { call } = place;
      const hook = hookOf(place);
      return ok(hookJson(place, updateHook(call.services.world, hook, editIn(call, hook), call.nowMs)));
    }),
    define(`${group}/delete-webhook`, "write", (place) => {
      removeHook(place.call.services.world, hookOf(place));
      return noContent;
    }),
    define(`${group}/ping-webhook`, "read", (place) => {
      ping(place, hookOf(place));
      return noContent;
    }),
    define(`${group}/get-webhook-config-for-${configSuffix}`, "read", (place) =>
      ok(hookConfigToJson(hookOf(place))),
    ),
    define(`${group}/update-webhook-config-for-${configSuffix}`, "write", (place) => {
      const { services, body, nowMs } = place.call;
      return ok(hookConfigToJson(updateHookConfig(services.world, hookOf(place), body as HookConfig, nowMs)));
    }),
    define(`${group}/list-webhook-deliveries`, "read", (place) => deliveriesOf(place.call, hookOf(place))),
    define(`${group}/get-webhook-delivery`, "read", (place) => ok(deliveryNamed(place.call, hookOf(place)))),
    define(`${group}/redeliver-webhook-delivery`, "write", (place) => redeliver(place.call, hookOf(place))),
  ];
}
