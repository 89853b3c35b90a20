/**
 * @module What a webhook is sent: body, signatures, headers.
 *
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers
 */
import { createHmac } from "node:crypto";
import { accountToJson, organizationToJson } from "../shapes/account-json.ts";
import { nodeId } from "../shapes/node-id.ts";
import { repositoryToJson } from "../shapes/repository-json.ts";
import type { HookRow, InstallationRow } from "../world/app-rows.ts";
import type { World } from "../world/world.ts";
import type { Happening } from "./happening.ts";

/** What everybody is sent who is told of the happening; apps are told of their installation besides. */
export function eventPayload(world: World, happening: Happening): Readonly<Record<string, unknown>> {
  const { action, payload, repositoryId, organizationId, senderId, urls } = happening;
  const repository = repositoryId === undefined ? undefined : world.repositories.get(repositoryId);
  const owner = world.accounts.get(repository?.ownerId ?? organizationId ?? -1);
  const sender = world.accounts.get(senderId);
  return {
    ...(action === undefined ? {} : { action }),
    ...payload,
    ...(repository === undefined || "repository" in payload
      ? {}
      : {
          repository: {
            ...repositoryToJson(world, repository, { urls, role: undefined, version: "2022-11-28" }),
            custom_properties: {},
          },
        }),
    ...(owner?.kind === "Organization" ? { organization: organizationToJson(owner, urls) } : {}),
    ...(sender === undefined ? {} : { sender: accountToJson(sender, urls) }),
  };
}

export function withInstallation(
  payload: Readonly<Record<string, unknown>>,
  installation: InstallationRow | undefined,
): Readonly<Record<string, unknown>> {
  if (installation === undefined) return payload;
  return {
    ...payload,
    installation: { id: installation.id, node_id: nodeId("installation", installation.id) },
  };
}

/** @param json the payload @returns the bytes that are signed and sent */
export function encodePayload({ contentType }: HookRow, json: string): string {
  return contentType === "json" ? json : `payload=${encodeURIComponent(json)}`;
}

export function headersFor(
  hook: HookRow,
  { event, guid, body }: { readonly event: string; readonly guid: string; readonly body: string },
): Record<string, string> {
  const [kind = "", id = ""] = hook.owner.split("/");
  const sign = (algorithm: string) =>
    createHmac(algorithm, hook.secret ?? "")
      .update(body)
      .digest("hex");
  return {
    Accept: "*/*",
    "Content-Type": hook.contentType === "json" ? "application/json" : "application/x-www-form-urlencoded",
    "User-Agent": "GitHub-Hookshot/a1b2c3d",
    "X-GitHub-Delivery": guid,
    "X-GitHub-Event": event,
    "X-GitHub-Hook-ID": String(hook.id),
    "X-GitHub-Hook-Installation-Target-ID": id,
    "X-GitHub-Hook-Installation-Target-Type": kind === "app" ? "integration" : kind,
    ...(hook.secret === null
      ? {}
      : { "X-Hub-Signature": `sha1=${sign("sha1")}`, "X-Hub-Signature-256": `sha256=${sign("sha256")}` }),
  };
}
