/**
 * @module Protection of branches as the REST API shows it.
 */
import { wholeSeconds } from "../clock.ts";
import type { ProtectionRow } from "../world/repository-rows.ts";
import { accountToJson, teamToJson } from "./account-json.ts";
import { branchUrl } from "./branch-json.ts";
import { nodeId } from "./node-id.ts";
import type { GitPlace } from "./pushed-commit-json.ts";

/** `branch-protection`, and `protected-branch`. */
export function protectionToJson(place: GitPlace, { branch, settings }: ProtectionRow) {
  const url = `${branchUrl(place, branch)}/protection`;
  const { requiredStatusChecks: checks, requiredReviews: reviews } = settings;
  return {
    url,
    ...(checks === null
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: checks.strict,
            contexts: checks.contexts,
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: checks.contexts.map((context) => ({ context, app_id: null })),
          },
        }),
    ...(reviews === null
      ? {}
      : {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: reviews.dismissStale,
            require_code_owner_reviews: reviews.codeOwners,
            required_approving_review_count: reviews.count,
            require_last_push_approval: false,
          },
        }),
    ...(settings.restrictions === null ? {} : { restrictions: restrictionsToJson(place, url, settings) }),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: settings.enforceAdmins },
    required_linear_history: { enabled: settings.linearHistory },
    allow_force_pushes: { enabled: settings.allowForcePushes },
    allow_deletions: { enabled: settings.allowDeletions },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: settings.conversationResolution },
    lock_branch: { enabled: settings.lockBranch },
    allow_fork_syncing: { enabled: false },
  };
}

function restrictionsToJson(place: GitPlace, url: string, settings: ProtectionRow["settings"]) {
  const { world, repository, urls } = place;
  const { users, teams } = settings.restrictions!;
  return {
    url: `${url}/restrictions`,
    users_url: `${url}/restrictions/users`,
    teams_url: `${url}/restrictions/teams`,
    apps_url: `${url}/restrictions/apps`,
    users: users.flatMap((login) => {
      const account = world.accounts.find("login", login.toLowerCase());
      return account === undefined ? [] : [accountToJson(account, urls)];
    }),
    teams: world.teams
      .by("organization", repository.ownerId)
      .filter(({ slug }) => teams.includes(slug))
      .map((team) => teamToJson(world, team, urls)),
    apps: appsToJson(place, settings.restrictions!.apps),
  };
}

function appsToJson({ world, urls }: GitPlace, slugs: readonly string[]) {
  return slugs.flatMap((slug) => {
    const app = world.apps.find("slug", slug);
    const owner = app && world.accounts.get(app.ownerId);
    if (app === undefined || owner === undefined) return [];
    return [
      {
        id: app.id,
        slug,
        node_id: nodeId("app", app.id),
        owner: accountToJson(owner, urls),
        name: app.name,
        description: "",
        external_url: urls.html(`/apps/${slug}`),
        html_url: urls.html(`/apps/${slug}`),
        created_at: wholeSeconds(app.createdAt),
        updated_at: wholeSeconds(app.updatedAt),
        permissions: app.permissions,
        events: app.events,
      },
    ];
  });
}
