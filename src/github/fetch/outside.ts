/**
 * @module Sends reads to where the API redirects to, outside of it: only to addresses that have been looked at. What is asked
 * there counts against none of GitHub's limits.
 */
import { HubsteadError } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import { checkedAddresses, type Resolve, systemResolve } from "./checked-addresses.ts";
import { beforeDeadline } from "./deadline.ts";
import type { Answer, GovernedRequest } from "./governed-request.ts";
import { createPinnedFetch } from "./pinned-fetch.ts";
import { createTransport, TransportFailure } from "./transport.ts";

export interface OutsideParts {
  readonly clock: GitHubClock;
  /** Default: the system's. */
  readonly resolve: Resolve | undefined;
  /** One of the user's own: it connects as it likes, once the name has been looked at. */
  readonly fetch: typeof globalThis.fetch | undefined;
}

/**
 * @param api from where the redirect came
 * @throws {HubsteadError} `forbidden` for a name that leads where nobody may be led
 */
export async function sendOutside(
  { clock, resolve = systemResolve, fetch }: OutsideParts,
  api: URL,
  request: GovernedRequest,
): Promise<Answer> {
  const own = fetch ?? proxyingFetch();
  const addresses = await beforeDeadline(clock, request.terms, () =>
    checkedAddresses(request.url, api, resolve),
  ).catch((error: unknown) => {
    if (error instanceof HubsteadError || error instanceof TransportFailure) throw error;
    request.terms.signal?.throwIfAborted();
    // Behind a proxy, names of the open internet need not lead anywhere from here: the proxy resolves them.
    if (own !== undefined) return undefined;
    throw new TransportFailure("no", "network", error);
  });
  return createTransport(own ?? createPinnedFetch(addresses ?? []), clock, false)(request);
}

/**
 * The platform's, where it goes by a proxy for everything (`NODE_USE_ENV_PROXY`, a dispatcher that was set for all): it connects
 * to the proxy, not to what was resolved.
 */
function proxyingFetch(): typeof globalThis.fetch | undefined {
  const dispatcher: unknown = Reflect.get(globalThis, Symbol.for("undici.globalDispatcher.1"));
  const isUsual =
    typeof dispatcher !== "object" || dispatcher === null || dispatcher.constructor.name === "Agent";
  return isUsual ? undefined : globalThis.fetch;
}
