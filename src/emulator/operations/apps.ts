/**
 * @module GitHub Apps and their installations: `apps/…` of the REST API.
 *
 * @see https://docs.github.com/rest/apps
 */
import { repositoriesOf } from "../access/installed.ts";
import {
  type InstallationAct,
  issueInstallationToken,
  removeInstallation,
  setSuspended,
} from "../acts/installations.ts";
import { wholeSeconds } from "../clock.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import { listed, pageOf } from "../http/pages.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import { appToJson, installationToJson } from "../shapes/app-json.ts";
import { repositoryToJson } from "../shapes/repository-json.ts";
import type { InstallationRow } from "../world/app-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { sinceTest } from "./issue-list.ts";
import { type AppCall, type Call, forAnyone, forApp, type Operation } from "./operation.ts";

/** The installation of the app that asks. @throws {Refusal} 404 */
function installationOf({ services: { world }, app, params }: AppCall): InstallationRow {
  const installation = world.installations.get(Number(params["installation_id"]));
  if (installation?.appId !== app.id) throw notFound();
  return installation;
}

/** @throws {Refusal} 404 where the app is not installed */
function installationOn({ world, app }: AppCall, login: string): InstallationRow {
  const account = world.accounts.find("login", login.toLowerCase());
  const installation = world.installations
    .by("app", app.id)
    .find(({ accountId }) => accountId === account?.id);
  if (installation === undefined) throw notFound();
  return installation;
}

function actOf({ services, principal, app, urls, nowMs }: AppCall): InstallationAct {
  return { services, principal, actorId: app.botId, urls, nowMs };
}

function repositoryJson({ world, urls, version }: Call, repository: RepositoryRow) {
  return repositoryToJson(world, repository, { urls, role: "read", version });
}

export const appOperations: readonly Operation[] = [
  forApp("apps/get-authenticated", (call) => ok(appToJson(call.world, call.app, call.urls, true))),
  forAnyone("apps/get-by-slug", ({ world, params, urls }) => {
    const app = world.apps.find("slug", params["app_slug"]!);
    if (app === undefined) throw notFound();
    return ok(appToJson(world, app, urls, false));
  }),
  forApp("apps/list-installations", (call) => {
    const { world, app, query } = call;
    const isRecent = query["since"] === undefined ? () => true : sinceTest(query["since"]);
    return listed(call, world.installations.by("app", app.id).filter(isRecent), (installation) =>
      installationToJson(world, installation, call.urls),
    );
  }),
  forApp("apps/get-installation", (call) =>
    ok(installationToJson(call.world, installationOf(call), call.urls)),
  ),
  forApp("apps/get-org-installation", (call) => {
    const installation = installationOn(call, call.params["org"]!);
    if (call.world.accounts.get(installation.accountId)!.kind !== "Organization") throw notFound();
    return ok(installationToJson(call.world, installation, call.urls));
  }),
  forApp("apps/get-user-installation", (call) =>
    ok(installationToJson(call.world, installationOn(call, call.params["username"]!), call.urls)),
  ),
  forApp("apps/get-repo-installation", (call) => {
    const installation = installationOn(call, call.params["owner"]!);
    const name = call.params["repo"]!.toLowerCase();
    const isThere = repositoriesOf(call.world, installation).some((one) => one.name.toLowerCase() === name);
    if (!isThere) throw notFound();
    return ok(installationToJson(call.world, installation, call.urls));
  }),
  forApp("apps/create-installation-access-token", (call) => {
    const { repositories, repository_ids, permissions } = call.body;
    const token = issueInstallationToken(call.services, installationOf(call), {
      repositories: repositories as readonly string[] | undefined,
      repositoryIds: repository_ids as readonly number[] | undefined,
      permissions: permissions as Readonly<Record<string, string>> | undefined,
    });
    const { world } = call.services;
    const given = installationOf(call).repositoryIds;
    return created({
      token: token.token,
      expires_at: wholeSeconds(token.expiresAt!),
      permissions: token.permissions,
      repository_selection: token.repositoryIds === null && given === null ? "all" : "selected",
      ...(token.repositoryIds === null
        ? {}
        : {
            repositories: token.repositoryIds.map((id) => repositoryJson(call, world.repositories.get(id)!)),
          }),
    });
  }),
  forApp("apps/delete-installation", (call) => {
    removeInstallation(actOf(call), installationOf(call));
    return call.version < "2026" ? noContent : { status: 202 };
  }),
  forApp("apps/suspend-installation", (call) => {
    setSuspended(actOf(call), installationOf(call), true);
    return noContent;
  }),
  forApp("apps/unsuspend-installation", (call) => {
    setSuspended(actOf(call), installationOf(call), false);
    return noContent;
  }),
  forAnyone("apps/list-repos-accessible-to-installation", (call) => {
    const { installation, token } = installationPrincipal(call);
    const all = repositoriesOf(call.world, installation).filter(
      ({ id }) => token.repositoryIds === null || token.repositoryIds.includes(id),
    );
    const { items, headers } = pageOf(call, all);
    const isAll = installation.repositoryIds === null && token.repositoryIds === null;
    return ok(
      {
        total_count: all.length,
        repository_selection: isAll ? "all" : "selected",
        repositories: items.map((repository) => repositoryJson(call, repository)),
      },
      headers,
    );
  }),
  forAnyone("apps/revoke-installation-access-token", (call): Answer => {
    const { token } = installationPrincipal(call);
    call.services.world.tokens.put({ ...token, isRevoked: true });
    return noContent;
  }),
];

/** @throws {Refusal} 401 for nobody, 403 for anybody else than an installation */
function installationPrincipal({ principal }: Call) {
  if (principal.kind === "installation") return principal;
  if (principal.kind === "anonymous") throw new Refusal(401, "Requires authentication");
  throw new Refusal(
    403,
    "You must authenticate with an installation access token in order to list repositories for an installation.",
  );
}
