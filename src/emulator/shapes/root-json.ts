/**
 * @module What the API's root tells: where everything is, as templates.
 *
 * @see RFC 6570
 */
import type { Urls } from "./urls.ts";

const pageParts = "{&page,per_page,sort,order}";

const paths = {
  current_user_url: "/user",
  code_search_url: `/search/code?q={query}${pageParts}`,
  commit_search_url: `/search/commits?q={query}${pageParts}`,
  emails_url: "/user/emails",
  emojis_url: "/emojis",
  events_url: "/events",
  feeds_url: "/feeds",
  followers_url: "/user/followers",
  following_url: "/user/following{/target}",
  gists_url: "/gists{/gist_id}",
  issue_search_url: `/search/issues?q={query}${pageParts}`,
  issues_url: "/issues",
  keys_url: "/user/keys",
  label_search_url: "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}",
  notifications_url: "/notifications",
  organization_url: "/orgs/{org}",
  organization_repositories_url: "/orgs/{org}/repos{?type,page,per_page,sort}",
  organization_teams_url: "/orgs/{org}/teams",
  public_gists_url: "/gists/public",
  rate_limit_url: "/rate_limit",
  repository_url: "/repos/{owner}/{repo}",
  repository_search_url: `/search/repositories?q={query}${pageParts}`,
  current_user_repositories_url: "/user/repos{?type,page,per_page,sort}",
  starred_url: "/user/starred{/owner}{/repo}",
  starred_gists_url: "/gists/starred",
  topic_search_url: "/search/topics?q={query}{&page,per_page}",
  user_url: "/users/{user}",
  user_organizations_url: "/user/orgs",
  user_repositories_url: "/users/{user}/repos{?type,page,per_page,sort}",
  user_search_url: `/search/users?q={query}${pageParts}`,
} as const;

/** `root`. */
export function rootToJson(urls: Urls, version: string) {
  return {
    ...(version < "2026"
      ? { authorizations_url: urls.api("/authorizations"), hub_url: urls.api("/hub") }
      : {}),
    ...Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, urls.api(path)])),
    current_user_authorizations_html_url: urls.html("/settings/connections/applications{/client_id}"),
  };
}
