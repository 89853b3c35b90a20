/**
 * @module Where requests may go: to the API that was configured; or, where none was, to the API that a credential was first
 * used for.
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import { parseApiUrl } from "../auth/api-url.ts";
import { apiHostOf } from "../auth/hosts.ts";
import { createOriginGuard, type OriginGuard } from "../auth/origin-guard.ts";
import { sha256 } from "../digest.ts";

export interface Home {
  /**
   * @returns the guard of the API that the request goes to
   * @throws {HubsteadError} `forbidden` for a request to somewhere else; `invalid_input` for a host that cannot be an API
   */
  guardFor(url: URL, authorization: string | null): OriginGuard;
}

/** @param apiUrl as a person configured it @throws {HubsteadError} `invalid_input` */
export function createHome(apiUrl: string | undefined): Home {
  return apiUrl === undefined ? createPinnedHome() : createFixedHome(apiUrl);
}

function createFixedHome(apiUrl: string): Home {
  const guard = createOriginGuard(parseApiUrl(apiUrl, { allowInsecureLoopback: true }));
  return {
    guardFor(url) {
      if (!guard.mayCarryCredential(url)) throw elsewhere(url, new URL(apiUrl).origin);
      return guard;
    },
  };
}

// So many credentials are remembered, the ones used last. Of the others the places are.
const mostPinned = 10_000;

/** A token belongs to the API that it was first sent to: no `Link` header and no mistake sends it anywhere else. */
function createPinnedHome(): Home {
  const guards = new Map<string, OriginGuard>();
  const originsByToken = new Map<string, string>();
  const forgotten = new Set<string>();
  const guardOf = (origin: string): OriginGuard => {
    const known =
      guards.get(origin) ?? createOriginGuard(parseApiUrl(origin, { allowInsecureLoopback: true }));
    guards.set(origin, known);
    return known;
  };
  return {
    guardFor(url, authorization) {
      if (url.username !== "" || url.password !== "") {
        throw invalidInput(
          "the request's URL holds a user or a password",
          "Send the token in the authorization header.",
        );
      }
      // What is uploaded goes to a host beside the API.
      const home = `${url.protocol}//${apiHostOf(url.host)}`;
      const guard = guardOf(home);
      if (authorization === null) return guard;
      const token = sha256("hex", authorization.replace(/^\S+\s+/u, ""));
      const pinned = originsByToken.get(token);
      if (pinned !== undefined && !guardOf(pinned).mayCarryCredential(url)) throw elsewhere(url, pinned);
      // A token that is new, or was forgotten: it may belong to any place of a forgotten one.
      const other = pinned === undefined ? [...forgotten].find((origin) => origin !== home) : undefined;
      if (other !== undefined) throw elsewhere(url, other);
      originsByToken.delete(token);
      originsByToken.set(token, pinned ?? home);
      if (originsByToken.size > mostPinned) {
        const [oldest, origin] = originsByToken.entries().next().value!;
        originsByToken.delete(oldest);
        forgotten.add(origin);
      }
      return guardOf(pinned ?? home);
    },
  };
}

function elsewhere(url: URL, home: string): HubsteadError {
  return new HubsteadError(
    "forbidden",
    `a request to ${url.origin} was not sent: the credential belongs to ${home}`,
    {
      hint: "A token is only ever sent to the API that it was configured for; for another one make a fetch of its own with its `apiUrl`.",
      data: { origin: url.origin, expected: home },
    },
  );
}
