/**
 * @module Protection of branches as the REST API shows it.
 */
import { wholeSeconds } from "../clock.ts";
import type { Chosen, ProtectionRow } from "../world/repository-rows.ts";
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
            contexts: checks.checks.map(({ context }) => context),
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: checks.checks.map(({ context, appId }) => ({ context, app_id: appId })),
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
            require_last_push_approval: reviews.lastPushApproval,
            ...(reviews.dismissal === null
              ? {}
              : { dismissal_restrictions: dismissalToJson(place, url, reviews.dismissal) }),
            ...(reviews.bypass === null
              ? {}
              : { bypass_pull_request_allowances: chosenToJson(place, reviews.bypass) }),
          },
        }),
    ...(settings.restrictions === null
      ? {}
      : { restrictions: chosenWithUrls(place, `${url}/restrictions`, settings.restrictions) }),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: settings.enforceAdmins },
    required_linear_history: { enabled: settings.linearHistory },
    allow_force_pushes: { enabled: settings.allowForcePushes },
    allow_deletions: { enabled: settings.allowDeletions },
    block_creations: { enabled: settings.blockCreations },
    required_conversation_resolution: { enabled: settings.conversationResolution },
    lock_branch: { enabled: settings.lockBranch },
    allow_fork_syncing: { enabled: settings.forkSyncing },
  };
}

/** There is no list of the apps' own. */
function dismissalToJson(place: GitPlace, protection: string, chosen: Chosen) {
  const { apps_url: _, ...json } = chosenWithUrls(place, `${protection}/dismissal_restrictions`, chosen);
  return json;
}

/** @param url of what they were chosen for */
function chosenWithUrls(place: GitPlace, url: string, chosen: Chosen) {
  return {
    url,
    users_url: `${url}/users`,
    teams_url: `${url}/teams`,
    apps_url: `${url}/apps`,
    ...chosenToJson(place, chosen),
  };
}

function chosenToJson(place: GitPlace, { users, teams, apps }: Chosen) {
  const { world, repository, urls } = place;
  return {
    users: users.flatMap((login) => {
      const account = world.accounts.find("login", login.toLowerCase());
      return account === undefined ? [] : [accountToJson(account, urls)];
    }),
    teams: world.teams
      .by("organization", repository.ownerId)
      .filter(({ slug }) => teams.includes(slug))
      .map((team) => teamToJson(world, team, urls)),
    apps: appsToJson(place, apps),
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
