/**
 * @module What `hubstead/github` exports.
 */
export { HubsteadError } from "../errors.ts";
export type { AppTokenSource } from "./auth/app-tokens.ts";
export {
  credentialFromEnvironment,
  type EnvironmentCredential,
  type EnvironmentOptions,
} from "./auth/credential-from-environment.ts";
export { type AppSourceOptions, createAppSource } from "./auth/lazy-app-tokens.ts";
export type { Credential, TokenScope, TokenSource } from "./auth/token-source.ts";
export type { IssueComment, ListCommentsOptions } from "./client/comments.ts";
export type { CommitFilesOptions, CommitResult } from "./client/commit-files.ts";
export type { CreatePullRequestOptions, PullRequestCreated } from "./client/create-pull-request.ts";
export type { CreateRepoOptions } from "./client/create-repository.ts";
export type { FileChange, FileMode } from "./client/file-changes.ts";
export type { GitEnv, GitEnvOptions } from "./client/git-env.ts";
export {
  GitHubClient,
  type GitHubClientOptions,
} from "./client/github-client.ts";
export type { Author, Issue } from "./client/issue.ts";
export type {
  CreateIssueOptions,
  EditIssueOptions,
  ListIssuesOptions,
  LockReason,
} from "./client/issues.ts";
export type { Label, LabelOptions } from "./client/labels.ts";
export type { FileItem, ListFilesOptions } from "./client/list-files.ts";
export type { ListReposOptions } from "./client/list-repositories.ts";
export type { ListRunsOptions } from "./client/list-runs.ts";
export type { MergeMethod, MergeOptions, PullRequestMerged } from "./client/merge-pull-request.ts";
export type { Operation } from "./client/operation.ts";
export type { ProvisionOptions, ProvisionReport, ProvisionStep } from "./client/provision.ts";
export type { PullRequest, PullRequestEnd } from "./client/pull-request.ts";
export type { ListPullRequestsOptions } from "./client/pulls.ts";
export type { Reaction, ReactionContent, ReactionSubject } from "./client/reactions.ts";
export type { FileContent, ReadFileOptions } from "./client/read-file.ts";
export type { ZippedText } from "./client/read-zip.ts";
export type { UpdateRefOptions } from "./client/refs.ts";
export type { DeleteRepoOptions, UserPermission } from "./client/repositories.ts";
export type { Repository } from "./client/repository.ts";
export type { CancelOptions, WaitOptions } from "./client/run-life.ts";
export type {
  FailedJob,
  FailedStep,
  FailureOptions,
  LogsOptions,
  RunFailure,
  WorkflowLogs,
} from "./client/run-logs.ts";
export type { Secret, SecretResult, SecretValues } from "./client/secrets.ts";
export type { CallOptions } from "./client/session.ts";
export type { AccessToken, OrgTokenOptions, TokenOptions } from "./client/tokens.ts";
export type { TriggerOptions } from "./client/trigger-workflow.ts";
export type { RunConclusion, RunStatus, WorkflowRun } from "./client/workflow-run.ts";
export type { DeleteFileOptions, FileDeleted, FileWritten, WriteFileOptions } from "./client/write-file.ts";
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
