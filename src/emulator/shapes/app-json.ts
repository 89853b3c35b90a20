/**
 * @module GitHub Apps and their installations as the REST API shows them.
 */
import { wholeSeconds } from "../clock.ts";
import type { AppRow, InstallationRow } from "../world/app-rows.ts";
import type { World } from "../world/world.ts";
import { accountToJson } from "./account-json.ts";
import { nodeId } from "./node-id.ts";
import type { Urls } from "./urls.ts";

/** `integration`. @param isOwn whether the app itself asks: others do not hear how often it is installed */
export function appToJson(world: World, app: AppRow, urls: Urls, isOwn: boolean) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("app", app.id),
    client_id: app.clientId,
    owner: accountToJson(world.accounts.get(app.ownerId)!, urls),
    name: app.name,
    description: null,
    external_url: urls.html(`/apps/${app.slug}`),
    html_url: urls.html(`/apps/${app.slug}`),
    created_at: wholeSeconds(app.createdAt),
    updated_at: wholeSeconds(app.updatedAt),
    permissions: app.permissions,
    events: app.events,
    ...(isOwn ? { installations_count: world.installations.by("app", app.id).length } : {}),
  };
}

/** `installation`. */
export function installationToJson(world: World, installation: InstallationRow, urls: Urls) {
  const { id, appId, accountId, permissions, repositoryIds, suspendedAt } = installation;
  const app = world.apps.get(appId)!;
  const account = world.accounts.get(accountId)!;
  const path =
    account.kind === "Organization"
      ? `/organizations/${account.login}/settings/installations/${id}`
      : `/settings/installations/${id}`;
  return {
    id,
    client_id: app.clientId,
    account: accountToJson(account, urls),
    repository_selection: repositoryIds === null ? "all" : "selected",
    access_tokens_url: urls.api(`/app/installations/${id}/access_tokens`),
    repositories_url: urls.api("/installation/repositories"),
    html_url: urls.html(path),
    app_id: appId,
    app_slug: app.slug,
    target_id: accountId,
    target_type: account.kind,
    permissions,
    events: app.events,
    created_at: wholeSeconds(installation.createdAt),
    updated_at: wholeSeconds(installation.updatedAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: suspendedAt === null ? null : accountToJson(world.accounts.get(app.botId)!, urls),
    suspended_at: suspendedAt === null ? null : wholeSeconds(suspendedAt),
  };
}
