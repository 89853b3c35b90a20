/**
 * @module Octokit over the governed fetch, with our errors. It is loaded with the first call, so that a program that makes none
 * need not wait for it.
 */
import { Octokit as Core } from "@octokit/core";
import { type PaginateInterface, paginateRest } from "@octokit/plugin-paginate-rest";
import { errorWithoutSecrets } from "../fetch/redaction.ts";
import { isGivenUp, isGraphqlError, isNotModified, toGitHubError } from "./github-error.ts";
import { type Own, waitForOwnThings } from "./own-things.ts";

type PagedOctokit = Core & { readonly paginate: PaginateInterface };

const Octokit = Core.plugin(paginateRest) as unknown as new (options: object) => PagedOctokit;

export interface OctokitParts {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  /** What it is for, in messages. */
  readonly about: string;
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal | undefined;
  /** What is taken out of errors. */
  readonly secrets: () => readonly string[];
  readonly own: Own;
}

export function createOctokit({ apiUrl, about, fetch, signal, secrets, own }: OctokitParts): PagedOctokit {
  const octokit = new Octokit({
    baseUrl: apiUrl,
    request: { fetch, ...(signal === undefined ? {} : { signal }) },
    // What Octokit would write to the console, errors say.
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  // What GitHub answers may quote what it was sent.
  const explain = (error: unknown, route: string): unknown =>
    errorWithoutSecrets(toGitHubError(error, route, about), secrets());
  waitForOwnThings(octokit, own);
  octokit.hook.error("request", (error, { method, url, request }) => {
    const ownSignal = (request?.signal as AbortSignal | undefined) ?? signal;
    if (isGivenUp(error, ownSignal)) throw ownSignal?.reason;
    // Who asks whether anything has changed is answered, not failed.
    if (isNotModified(error)) return error.response;
    throw explain(error, `${method} ${url}`);
  });
  // GraphQL's errors come with 200: to Octokit's hooks such a request has succeeded.
  const { graphql } = octokit;
  const told = (...parameters: Parameters<typeof graphql>) =>
    graphql(...parameters).catch((error: unknown) => {
      throw isGraphqlError(error) ? explain(error, "POST /graphql") : error;
    });
  return Object.assign(octokit, { graphql: Object.assign(told, graphql) });
}
