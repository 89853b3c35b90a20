/**
 * @module Where a credential may be sent, and which redirects may be followed without one. Decided by the URL alone;
 * where its name leads to is looked at when it is followed.
 */
import { kindOfHost } from "./hosts.ts";

export interface OriginGuard {
  /**
   * Whether a request to this URL may carry the credential: exactly the API's scheme, host and port, or the upload host
   * that belongs to it.
   */
  mayCarryCredential(url: URL): boolean;
  /**
   * Whether a redirect to this URL may be followed, without any credential: over https, and not to this machine or to a
   * private or special address; both are allowed where the API itself is on this machine, as the emulator is.
   */
  mayFollow(url: URL): boolean;
}

/** @param apiUrl as `parseApiUrl` returns it */
export function createOriginGuard(apiUrl: string): OriginGuard {
  const api = new URL(apiUrl);
  const trusted = new Set([placeOf(api), ...uploadHostOf(api)]);
  const isApiOnThisMachine = kindOfHost(api) === "loopback";
  return {
    mayCarryCredential: (url) => !hasUser(url) && trusted.has(placeOf(url)),
    mayFollow(url) {
      if (hasUser(url)) return false;
      const kind = kindOfHost(url);
      if (kind === "special" || (kind === "loopback" && !isApiOnThisMachine)) return false;
      // Plain http goes no further than from this machine to this machine.
      const isPlainAllowed = kind === "loopback" && api.protocol === "http:";
      return url.protocol === "https:" || (url.protocol === "http:" && isPlainAllowed);
    },
  };
}

/** Not `URL.origin`: that of `blob:https://api.github.com/…` is `https://api.github.com`, too. */
function placeOf({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

/**
 * Release assets are uploaded to a host of their own, except on an Enterprise Server.
 *
 * @see https://docs.github.com/rest/releases/assets#upload-a-release-asset
 */
function uploadHostOf(api: URL): readonly string[] {
  if (api.protocol !== "https:" || api.port !== "") return [];
  if (api.hostname === "api.github.com") return ["https://uploads.github.com"];
  const tenant = /^api\.([a-z0-9-]+)\.ghe\.com$/u.exec(api.hostname)?.[1];
  return tenant === undefined ? [] : [`https://uploads.${tenant}.ghe.com`];
}

function hasUser({ username, password }: URL): boolean {
  return username !== "" || password !== "";
}
