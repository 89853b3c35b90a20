/**
 * @module Creates of which nobody knows whether they happened: an equal one that follows soon is most likely the same one, sent again
 * by something that repeats whatever fails.
 */
import { createHash } from "node:crypto";
import type { HubsteadError } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import type { GovernedRequest } from "./governed-request.ts";

export interface Unsettled {
  note(request: GovernedRequest, error: HubsteadError): void;
  /** @returns what an equal create failed with; `undefined` where there was none, and for who has a way to look, or has looked */
  find(request: GovernedRequest): HubsteadError | undefined;
}

const noticeMs = 5 * 60_000;
const mostNoted = 1_000;

export function createUnsettled(clock: GitHubClock): Unsettled {
  const errors = new Map<string, { readonly error: HubsteadError; readonly until: number }>();
  return {
    note(request, error) {
      errors.set(keyOf(request), { error, until: clock.now() + noticeMs });
      if (errors.size > mostNoted) errors.delete(errors.keys().next().value!);
    },
    find(request) {
      const { operation, terms } = request;
      if (errors.size === 0 || operation.effect !== "create") return undefined;
      const key = keyOf(request);
      const { error, until } = errors.get(key) ?? { until: 0 };
      if (error === undefined) return undefined;
      if (terms.recovery === undefined && !terms.again && clock.now() < until) return error;
      errors.delete(key);
      return undefined;
    },
  };
}

function keyOf({ method, url, headers, scope, body = "" }: GovernedRequest): string {
  const who = [headers.get("authorization"), scope.owner, method, url.href];
  return createHash("sha256").update(JSON.stringify(who)).update(body).digest("base64");
}
