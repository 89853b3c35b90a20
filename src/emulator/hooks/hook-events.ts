/**
 * @module The events that webhooks can be told of, and what an app must have been granted to hear of them.
 *
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads
 */
const permissionByEvent: Readonly<Record<string, string>> = {
  branch_protection_rule: "administration",
  check_run: "checks",
  check_suite: "checks",
  commit_comment: "contents",
  create: "contents",
  delete: "contents",
  deploy_key: "administration",
  deployment: "deployments",
  deployment_status: "deployments",
  discussion: "discussions",
  discussion_comment: "discussions",
  fork: "contents",
  gollum: "contents",
  issue_comment: "issues",
  issues: "issues",
  label: "issues",
  member: "members",
  membership: "members",
  merge_group: "merge_queues",
  meta: "metadata",
  milestone: "issues",
  organization: "members",
  package: "packages",
  page_build: "pages",
  public: "metadata",
  pull_request: "pull_requests",
  pull_request_review: "pull_requests",
  pull_request_review_comment: "pull_requests",
  pull_request_review_thread: "pull_requests",
  push: "contents",
  registry_package: "packages",
  release: "contents",
  repository: "metadata",
  repository_dispatch: "contents",
  repository_import: "metadata",
  repository_ruleset: "administration",
  repository_vulnerability_alert: "vulnerability_alerts",
  star: "metadata",
  status: "statuses",
  sub_issues: "issues",
  team: "members",
  team_add: "members",
  watch: "metadata",
  workflow_dispatch: "contents",
  workflow_job: "actions",
  workflow_run: "actions",
};

export function isHookEvent(event: string): boolean {
  return event === "*" || Object.hasOwn(permissionByEvent, event);
}

/** @returns the permission that an app needs, to read at least; `undefined` for what no app hears */
export function permissionOfEvent(event: string): string | undefined {
  return Object.hasOwn(permissionByEvent, event) ? permissionByEvent[event] : undefined;
}
