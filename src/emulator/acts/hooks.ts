/**
 * @module What is done to webhooks.
 */

import { isHookEvent } from "../hooks/hook-events.ts";
import { validationFailed } from "../http/refusal.ts";
import type { HookRow } from "../world/app-rows.ts";
import type { World } from "../world/world.ts";

/** As requests name it. */
export interface HookConfig {
  readonly url?: string;
  readonly content_type?: string;
  readonly secret?: string;
  readonly insecure_ssl?: string | number;
}

export interface HookEdit {
  readonly config?: HookConfig | undefined;
  readonly events?: readonly string[] | undefined;
  readonly isActive?: boolean | undefined;
}

const mostHooksPerEvent = 20;

/** @throws {Refusal} 422 */
export function addHook(
  { hooks }: World,
  owner: HookRow["owner"],
  { config = {}, events = ["push"], isActive = true }: HookEdit,
  nowMs: number,
): HookRow {
  const others = hooks.by("owner", owner);
  const made: HookRow = {
    id: 0,
    owner,
    ...configOf(config),
    events: checkEvents(events, others),
    isActive,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
  checkUnique(made, others);
  return hooks.put({ ...made, id: hooks.nextId() });
}

/** A config is replaced as a whole: without a secret there is none any more. @throws {Refusal} 422 */
export function updateHook(
  { hooks }: World,
  hook: HookRow,
  { config, events, isActive }: HookEdit,
  nowMs: number,
): HookRow {
  const others = hooks.by("owner", hook.owner).filter(({ id }) => id !== hook.id);
  const changed: HookRow = {
    ...hook,
    ...(config === undefined ? {} : configOf(config)),
    ...(events === undefined ? {} : { events: checkEvents(events, others) }),
    ...(isActive === undefined ? {} : { isActive }),
    updatedAt: nowMs,
  };
  checkUnique(changed, others);
  return hooks.put(changed);
}

/** Only what is named changes. @throws {Refusal} 422 */
export function updateHookConfig(
  { hooks }: World,
  hook: HookRow,
  config: HookConfig,
  nowMs: number,
): HookRow {
  const { url, contentType, secret, insecureSsl = "0" } = hook;
  const before = {
    url,
    content_type: contentType,
    insecure_ssl: insecureSsl,
    ...(secret === null ? {} : { secret }),
  };
  return hooks.put({ ...hook, ...configOf({ ...before, ...config }), updatedAt: nowMs });
}

export function removeHook({ hooks, deliveries }: World, hook: HookRow): void {
  for (const { id } of deliveries.by("hook", hook.id)) deliveries.remove(id);
  hooks.remove(hook.id);
}

function configOf({ url, content_type = "form", secret, insecure_ssl = "0" }: HookConfig) {
  if (url === undefined || url === "") throw invalid("Config must contain URL for webhooks");
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol))
    throw invalid("url is not a valid URL");
  return {
    url,
    contentType: content_type === "json" ? ("json" as const) : ("form" as const),
    secret: secret === undefined || secret === "" ? null : secret,
    insecureSsl: String(insecure_ssl) === "1" ? ("1" as const) : ("0" as const),
  };
}

function checkEvents(events: readonly string[], others: readonly HookRow[]): readonly string[] {
  const unknown = events.find((event) => !isHookEvent(event));
  if (unknown !== undefined) {
    throw validationFailed({
      resource: "Hook",
      field: "events",
      code: "custom",
      message: `"${unknown}" is not a known event`,
    });
  }
  const full = events.find(
    (event) => others.filter((hook) => hook.events.includes(event)).length >= mostHooksPerEvent,
  );
  if (full !== undefined)
    throw invalid(`The "${full}" event cannot have more than ${mostHooksPerEvent} hooks`);
  return [...new Set(events)];
}

function checkUnique({ url, events }: HookRow, others: readonly HookRow[]): void {
  const isTwin = (other: HookRow) =>
    other.url === url && other.events.toSorted().join() === events.toSorted().join();
  if (others.some(isTwin)) throw invalid("Hook already exists on this repository");
}

function invalid(message: string) {
  return validationFailed({ resource: "Hook", code: "custom", message });
}
