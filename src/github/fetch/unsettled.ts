/**
 * @module Creates of which nobody knows whether they happened: an equal one that follows soon is most likely the same one, sent again
 * by something that repeats whatever fails.
 */
import type { HubsteadError } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import { sha256 } from "../digest.ts";
import type { GovernedRequest } from "./governed-request.ts";

/** A create that may have happened. */
interface Open {
  /** What is to be told to who sends it once more. */
  readonly error: HubsteadError;
  /** By the clock: when it may have happened last. */
  readonly lostAt: number;
}

export interface Unsettled {
  note(request: GovernedRequest, open: Open): void;
  /** @returns what became of an equal create; `undefined` where there was none lately, and for who has looked */
  find(request: GovernedRequest): Open | undefined;
  /** It is known by now. */
  settle(request: GovernedRequest): void;
}

const noticeMs = 5 * 60_000;
const mostNoted = 1_000;

export function createUnsettled(clock: GitHubClock): Unsettled {
  const noted = new Map<string, Open>();
  return {
    note(request, open) {
      if (request.operation.effect !== "create") return;
      noted.set(keyOf(request), open);
      if (noted.size > mostNoted) noted.delete(noted.keys().next().value!);
    },
    find(request) {
      const { operation, terms } = request;
      if (noted.size === 0 || operation.effect !== "create") return undefined;
      const key = keyOf(request);
      const open = noted.get(key);
      if (open === undefined) return undefined;
      if (!terms.again && clock.now() < open.lostAt + noticeMs) return open;
      noted.delete(key);
      return undefined;
    },
    settle(request) {
      if (noted.size > 0) noted.delete(keyOf(request));
    },
  };
}

function keyOf({ method, url, headers, scope, body = "" }: GovernedRequest): string {
  const asked = [headers.get("authorization"), scope.owner, method, url.href, sha256("base64", body)];
  return sha256("base64", JSON.stringify(asked));
}
