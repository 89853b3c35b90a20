/**
 * @module What `hubstead/github` exports.
 */
export { HubsteadError } from "../errors.ts";
export type { Credential, TokenScope, TokenSource } from "./auth/token-source.ts";
export { GitHubClient, type GitHubClientOptions } from "./client/github-client.ts";
export type { Repository } from "./client/repository.ts";
export type { CallOptions } from "./client/session.ts";
export type { GitHubClock } from "./clock.ts";
export type { AlertName, AlertOptions, GitHubAlert } from "./fetch/alerts.ts";
export {
  createGitHubFetch,
  type GitHubFetch,
  type GitHubFetchOptions,
  type LimitsView,
  type RequestTerms,
} from "./fetch/create-github-fetch.ts";
export type { Recovery } from "./fetch/governed-request.ts";
export type { Lane } from "./fetch/lane.ts";
export type { LimitPolicy } from "./fetch/needs.ts";
export { openResponseCache } from "./fetch/open-response-cache.ts";
export type { ResponseCache, ResponseCacheOptions } from "./fetch/response-cache.ts";
export type { RetryPolicy } from "./fetch/retry.ts";
export { type GitHubEvent, gitHubChannelName } from "./fetch/telemetry.ts";
export type { LimiterStore, PrincipalState } from "./limits/limiter-store.ts";
export { type LimiterStoreOptions, openLimiterStore } from "./limits/open-limiter-store.ts";
