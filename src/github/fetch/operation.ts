/**
 * @module What a request is: what it does, which limits it uses, and whether it may be sent twice.
 */
import { type CostedRequest, graphqlCostOf } from "./graphql-cost.ts";
import { type GraphqlOutline, outlineOf } from "./graphql-operation.ts";
import { routeOf } from "./routes.ts";

/**
 * - `read`: changes nothing
 * - `idempotent`: done twice, it leaves the same behind as done once
 * - `create`: done twice, it makes two of something
 */
export type Effect = "read" | "idempotent" | "create";

export interface Operation {
  /** `/repos/{owner}/{repo}/issues`, `/graphql`, or `unknown`. */
  readonly route: string;
  readonly effect: Effect;
  /** Which of GitHub's allowances it is counted against; none for what is free. */
  readonly resource: string | undefined;
  /** How much of that allowance it takes: more than 1 for queries of GraphQL that ask for much. */
  readonly cost: number;
  /** What it counts against the secondary limit of points a minute: 1 for a read, 5 for a write or a mutation. */
  readonly points: number;
  /** How many things it makes that notify people, and how many of them are issues. */
  readonly contents: number;
  readonly issues: number;
  /** Whether the answer is a file that is to be passed on as it comes. */
  readonly isDownload: boolean;
  readonly isGraphql: boolean;
}

/** POSTs that leave the same behind when they are sent again. */
const idempotentPosts: ReadonlySet<string> = new Set([
  "/repos/{owner}/{repo}/actions/runs/{run_id}/cancel",
  "/repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel",
  // Objects of git are named by what is in them.
  "/repos/{owner}/{repo}/git/blobs",
  "/repos/{owner}/{repo}/git/commits",
  "/repos/{owner}/{repo}/git/tags",
  "/repos/{owner}/{repo}/git/trees",
  "/repos/{owner}/{repo}/issues/{issue_number}/assignees",
  "/repos/{owner}/{repo}/issues/{issue_number}/labels",
  "/repos/{owner}/{repo}/merge-upstream",
  "/repos/{owner}/{repo}/merges",
  "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
]);

/** POSTs that change nothing that anybody sees. */
const readingPosts: ReadonlySet<string> = new Set([
  "/app/installations/{installation_id}/access_tokens",
  "/applications/{client_id}/token",
  "/markdown",
  "/markdown/raw",
  "/repos/{owner}/{repo}/releases/generate-notes",
]);

const idempotentMutations: ReadonlySet<string> = new Set([
  "addAssigneesToAssignable",
  "addLabelsToLabelable",
  "addReaction",
  "addStar",
  "closeIssue",
  "closePullRequest",
  // It names the head that it comes after: done once, it is refused.
  "createCommitOnBranch",
  "deleteIssueComment",
  "enablePullRequestAutoMerge",
  "lockLockable",
  "markPullRequestReadyForReview",
  "minimizeComment",
  "pinIssue",
  "removeAssigneesFromAssignable",
  "removeLabelsFromLabelable",
  "removeReaction",
  "removeStar",
  "reopenIssue",
  "reopenPullRequest",
  "unlockLockable",
  "unminimizeComment",
  "updateIssue",
  "updateIssueComment",
  "updateLabel",
  "updatePullRequest",
]);

/** Mutations that make something of which people are told. */
const contentMutations: ReadonlySet<string> = new Set([
  "addComment",
  "addDiscussionComment",
  "addPullRequestReview",
  "addPullRequestReviewComment",
  "addPullRequestReviewThread",
  "addPullRequestReviewThreadReply",
  "createDiscussion",
  "createIssue",
  "createPullRequest",
  "mergePullRequest",
  "requestReviews",
  "submitPullRequestReview",
]);

const downloads =
  /\/(?:logs|migrations\/\{migration_id\}\/archive|zipball\/\{ref\}|tarball\/\{ref\}|\{archive_format\}|releases\/assets\/\{asset_id\})$/u;

// GitHub's description names them with a ref only.
const archiveOfDefault = /^\/repos\/[^/]+\/[^/]+\/(?:zip|tar)ball\/?$/u;

/**
 * @param path without a prefix of Enterprise Server and without query
 * @param body of a GraphQL request: its text
 */
export function operationOf(method: string, path: string, body?: string): Operation {
  if (method === "POST" && path === "/graphql") return graphqlOperation(body ?? "");
  const route = routeOf(path);
  const effect = effectOf(method, route.template);
  const isContent = route.notifies(method);
  return {
    route: route.template,
    effect,
    resource: resourceOf(route.template, path),
    cost: 1,
    points: method === "GET" || method === "HEAD" || method === "OPTIONS" ? 1 : 5,
    contents: isContent ? 1 : 0,
    issues: isContent && /^\/repos\/\{owner\}\/\{repo\}\/issues$/u.test(route.template) ? 1 : 0,
    isDownload: method === "GET" && (downloads.test(route.template) || archiveOfDefault.test(path)),
    isGraphql: false,
  };
}

function effectOf(method: string, template: string): Effect {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return "read";
  if (method !== "POST") return "idempotent";
  if (readingPosts.has(template)) return "read";
  return idempotentPosts.has(template) || template.endsWith("/reactions") ? "idempotent" : "create";
}

/** @see https://docs.github.com/rest/rate-limit/rate-limit */
function resourceOf(template: string, path: string): string | undefined {
  if (template === "/rate_limit") return undefined;
  if (template === "/search/code") return "code_search";
  if (path.startsWith("/search/")) return "search";
  if (template.startsWith("/app-manifests/")) return "integration_manifest";
  if (template === "/repos/{owner}/{repo}/dependency-graph/snapshots") return "dependency_snapshots";
  if (template === "/repos/{owner}/{repo}/dependency-graph/sbom") return "dependency_sbom";
  return "core";
}

function graphqlOperation(body: string): Operation {
  const request = requestOf(body);
  // What is no request GitHub refuses: read with care, it costs what the least costs.
  const { kind, fields }: GraphqlOutline =
    request === undefined
      ? { kind: "mutation", fields: [] }
      : outlineOf(request.source, request.operationName);
  const cost = request === undefined ? 1 : graphqlCostOf(request);
  const common = {
    route: "/graphql",
    resource: "graphql",
    cost,
    isDownload: false,
    isGraphql: true,
  } as const;
  if (kind === "query") return { ...common, effect: "read", points: 1, contents: 0, issues: 0 };
  const isIdempotent = fields.length > 0 && fields.every((field) => idempotentMutations.has(field));
  return {
    ...common,
    effect: isIdempotent ? "idempotent" : "create",
    points: 5 * Math.max(1, fields.length),
    contents: fields.filter((field) => contentMutations.has(field)).length,
    issues: fields.filter((field) => field === "createIssue").length,
  };
}

function requestOf(body: string): CostedRequest | undefined {
  try {
    const { query, operationName, variables } = JSON.parse(body) as Readonly<Record<string, unknown>>;
    if (typeof query !== "string") return undefined;
    return {
      source: query,
      operationName: typeof operationName === "string" ? operationName : undefined,
      variables: typeof variables === "object" && variables !== null ? { ...variables } : {},
    };
  } catch {
    // Not JSON: GitHub will say so.
    return undefined;
  }
}
