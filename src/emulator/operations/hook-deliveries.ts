/**
 * @module Deliveries of webhooks: of repositories, of organisations, of apps. GitHub shows them for three days.
 */
import { type Answer, ok } from "../http/answer.ts";
import { perPageOf } from "../http/pages.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import { deliveryItemToJson, deliveryToJson } from "../shapes/hook-json.ts";
import type { DeliveryRow, HookRow } from "../world/app-rows.ts";
import type { Call } from "./operation.ts";

const shownMs = 3 * 86_400_000;

function recent({ world, nowMs }: Call, hook: HookRow): readonly DeliveryRow[] {
  return world.deliveries
    .by("hook", hook.id)
    .filter(({ deliveredAt }) => deliveredAt >= nowMs - shownMs)
    .toReversed();
}

/** A page of deliveries, the newest first; `cursor` leads on. */
export function deliveriesOf(call: Call, hook: HookRow): Answer {
  const { status, cursor } = call.query;
  const all = recent(call, hook).filter(
    (delivery) => status === undefined || (delivery.status === "OK") === (status === "success"),
  );
  const before = cursor === undefined ? undefined : Number(/^v1_(\d+)$/u.exec(cursor)?.[1]);
  if (Number.isNaN(before)) throw new Refusal(422, "Invalid cursor");
  const left = before === undefined ? all : all.filter(({ id }) => id < before);
  const items = left.slice(0, perPageOf(call));
  const last = items.at(-1);
  const [path = "", search = ""] = call.target.split("?", 2);
  const next = new URLSearchParams(search);
  if (last !== undefined) next.set("cursor", `v1_${last.id}`);
  return ok(
    items.map(deliveryItemToJson),
    items.length < left.length ? { link: `<${call.urls.api(path)}?${next}>; rel="next"` } : undefined,
  );
}

function deliveryOf(call: Call, hook: HookRow): DeliveryRow {
  const delivery = recent(call, hook).find(({ id }) => id === Number(call.params["delivery_id"]));
  if (delivery === undefined) throw notFound();
  return delivery;
}

/** @throws {Refusal} 404 */
export function deliveryNamed(call: Call, hook: HookRow) {
  return deliveryToJson(deliveryOf(call, hook), hook.url);
}

/** @throws {Refusal} 404 */
export function redeliver(call: Call, hook: HookRow): Answer {
  call.services.courier.redeliver(hook, deliveryOf(call, hook));
  return { status: 202, body: {} };
}
