/**
 * @module Webhooks and their deliveries as the REST API shows them.
 */
import type { Json } from "../../base/json.ts";
import { wholeSeconds } from "../clock.ts";
import type { DeliveryRow, HookRow } from "../world/app-rows.ts";
import type { World } from "../world/world.ts";
import type { Urls } from "./urls.ts";

/** `hook` of a repository, `org-hook` of an organisation. @param path of the owner: `/repos/acme/data` */
export function hookToJson(world: World, hook: HookRow, urls: Urls, path: string) {
  const url = urls.api(`${path}/hooks/${hook.id}`);
  const isRepository = hook.owner.startsWith("repository/");
  const last = world.deliveries.by("hook", hook.id).at(-1);
  return {
    type: isRepository ? "Repository" : "Organization",
    id: hook.id,
    name: "web",
    active: hook.isActive,
    events: hook.events,
    config: hookConfigToJson(hook),
    updated_at: wholeSeconds(hook.updatedAt),
    created_at: wholeSeconds(hook.createdAt),
    url,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    ...(isRepository
      ? {
          test_url: `${url}/test`,
          last_response:
            last === undefined
              ? { code: null, status: "unused", message: null }
              : {
                  code: last.statusCode,
                  status: last.status === "OK" ? "active" : "failed",
                  message: last.status,
                },
        }
      : {}),
  };
}

/** `webhook-config`. The secret is not shown to anybody. */
export function hookConfigToJson({ contentType, insecureSsl = "0", secret, url }: HookRow) {
  return {
    content_type: contentType,
    insecure_ssl: insecureSsl,
    ...(secret === null ? {} : { secret: "********" }),
    url,
  };
}

/** `hook-delivery-item`. */
export function deliveryItemToJson(delivery: DeliveryRow) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: new Date(delivery.deliveredAt).toISOString(),
    redelivery: delivery.isRedelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** `hook-delivery`. */
export function deliveryToJson(delivery: DeliveryRow, url: string) {
  const { request, response } = delivery;
  return {
    ...deliveryItemToJson(delivery),
    url,
    request: { headers: request.headers, payload: JSON.parse(request.payload) as Json },
    response: {
      headers: response.headers,
      payload: response.payload,
    },
  };
}
