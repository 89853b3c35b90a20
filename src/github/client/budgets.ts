/**
 * @module What GitHub says is left of a credential's limits. Asking costs nothing of them.
 *
 * @see https://docs.github.com/rest/rate-limit/rate-limit
 */
import type { CallOptions, Session } from "./session.ts";

export interface Budget {
  /** GitHub's name of it: `core`, `search`, `graphql` … */
  readonly resource: string;
  readonly limit: number;
  readonly remaining: number;
  /** ISO 8601 UTC, by GitHub's clock. */
  readonly resetAt: string;
}

/** @param owner whose installation is meant, where the credential is an App's */
export async function readBudgets(
  session: Session,
  { owner, ...call }: CallOptions,
): Promise<readonly Budget[]> {
  const api = await session.api("the limits", { ...call, ...(owner === undefined ? {} : { owner }) });
  const { data } = await api.request("GET /rate_limit");
  return Object.entries(data.resources).map(([resource, { limit, remaining, reset }]) => ({
    resource,
    limit,
    remaining,
    resetAt: new Date(reset * 1_000).toISOString(),
  }));
}
