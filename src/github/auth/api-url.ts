/**
 * @module Where GitHub's API is: reads the address that a person configured. It decides where a credential goes, so it is
 * taken from the environment or from code, never from a file of a repository.
 */
import { redact } from "../../base/redact.ts";
import { type HubsteadError, invalidInput } from "../../errors.ts";
import { kindOfHost } from "./hosts.ts";

export const publicApiUrl = "https://api.github.com";

export interface ApiUrlRules {
  /** Whether `http:`, and an address of this machine at all, will do: for the emulator. */
  readonly allowInsecureLoopback?: boolean;
  /** How the address is called where it was set: `GITHUB_API_URL`. */
  readonly name?: string;
}

/**
 * @param text `https://api.github.com`, `https://HOST/api/v3` of an Enterprise Server, `https://api.SUBDOMAIN.ghe.com`
 * @returns the same in the one way that `new URL` writes it, without a slash at its end
 * @throws {HubsteadError} `invalid_input` for what is no address, is not `https:`, holds a user or a query, or names a
 *   private, link-local or other special address
 */
export function parseApiUrl(text: string, rules: ApiUrlRules = {}): string {
  const { name = "the API's URL" } = rules;
  const wrong = (what: string, hint: string): HubsteadError =>
    invalidInput(`${name} ${what}: ${shown(text)}`, hint, { path: name, expected: "an https URL" });
  const url = readUrl(text.trim(), wrong);
  if (url.username !== "" || url.password !== "")
    throw wrong("holds a user or a password", "Leave them out; a token goes into GITHUB_TOKEN.");
  if (url.search !== "" || url.hash !== "") throw wrong("has a query or a fragment", "Leave it out.");
  if (url.hostname.endsWith(".")) throw wrong("has a host with a dot at its end", "Leave the dot out.");
  checkHost(url, rules.allowInsecureLoopback ?? false, wrong);
  return url.origin + url.pathname.replace(/\/+$/u, "");
}

type Wrong = (what: string, hint: string) => HubsteadError;

function readUrl(text: string, wrong: Wrong): URL {
  // `new URL` drops tabs and line breaks, turns `\` into `/` and letters of other scripts into `xn--…`: what a person reads
  // would not be where the token goes.
  if (!/^[!-~]+$/u.test(text) || text.includes("\\")) {
    throw wrong(
      "holds spaces, back-slashes or letters outside ASCII",
      "Write it as https://HOST/PATH; a host with other letters is written as xn--….",
    );
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === "")
    throw wrong("is no URL", `Write it in full, as ${publicApiUrl}.`);
  return url;
}

function checkHost(url: URL, isLoopbackAllowed: boolean, wrong: Wrong): void {
  const kind = kindOfHost(url);
  if (kind === "loopback" && !isLoopbackAllowed)
    throw wrong("is on this machine", "For the emulator, allow it with `allowInsecureLoopback`.");
  if (kind === "special")
    throw wrong("is a private or reserved address", "Use the name of your GitHub Enterprise Server's host.");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && kind === "loopback"))
    throw wrong("is not https", "A token is only sent over https.");
  if (/^(?:www\.)?github\.com$/u.test(url.hostname))
    throw wrong("is GitHub's web site, not its API", `Use ${publicApiUrl}.`);
  if (url.hostname === "api.github.com" && url.pathname !== "/")
    throw wrong("has a path that GitHub's API has not", `Use ${publicApiUrl}.`);
}

/** For a message: without what may be a password, and not without end. */
function shown(text: string): string {
  const safe = redact(text.trim().replace(/^[\s\S]*@/u, "…@")).replaceAll(/[^ -~…]/gu, "?");
  return safe.length > 100 ? `${safe.slice(0, 100)}…` : safe;
}
