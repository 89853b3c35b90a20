/**
 * @module Credentials that are one token, handed in, and none at all. Tells what was handed in instead of a token, without
 * ever showing it.
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import { sha256 } from "../digest.ts";
import type { TokenSource } from "./token-source.ts";

export interface StaticTokenOptions {
  /** White space around it is left out: files and secrets often end with a line break. */
  readonly token: string;
  /** Where it comes from, for people: `GITHUB_TOKEN`. */
  readonly label?: string;
}

/** @see https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^ghp_./u, "personal"],
  [/^github_pat_./u, "fine-grained"],
  [/^ghs_./u, "installation"],
  [/^gho_./u, "oauth"],
  [/^ghu_./u, "app-user"],
];

/** What is handed in by mistake, most telling first. */
const mistakes: readonly (readonly [RegExp, string, string])[] = [
  [
    /-----BEGIN/u,
    "looks like a key or a certificate in PEM",
    "A GitHub App's private key goes into GITHUB_APP_PRIVATE_KEY, with GITHUB_APP_ID.",
  ],
  [
    /\$\{?\{|^\$|^%.*%$/u,
    "looks like a variable that nobody filled in",
    "Let the shell or the workflow put the value in.",
  ],
  [/^(["'`]).*\1$/su, "stands in quotes", "Leave the quotes out."],
  [
    /^(?:authorization:|bearer\s|token\s|basic\s)/iu,
    "looks like a whole header",
    "Give the token alone, without the word before it.",
  ],
  [/^[a-z][a-z0-9+.-]*:\/\//iu, "looks like a URL", "Give the token alone."],
  [/\s/u, "has white space within", "Copy the token again, in one piece."],
  [/[^!-~]/u, "holds control characters or letters outside ASCII", "Copy the token again, in one piece."],
  [/^\*+$|…|\.{3}/u, "looks masked", "Copy the token itself, not what a log shows of it."],
  [
    /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/u,
    "looks like a JSON Web Token",
    "An App's own token lasts ten minutes; hand in GITHUB_APP_ID and its private key instead.",
  ],
  [/^ghr_/u, "is a refresh token", "Exchange it for a user's token (ghu_…), and hand that in."],
  [
    /^(?:glpat-|npm_|xox[a-z]-|AKIA|sk-|pypi-|dckr_pat_|ATATT|hf_)/u,
    "looks like a token of another service",
    "Create one at https://github.com/settings/tokens.",
  ],
  [/^.{0,15}$/u, "is too short", "Copy the token again, in one piece."],
];

/**
 * For personal tokens (`ghp_`, `github_pat_`), a job's `GITHUB_TOKEN` (`ghs_`), and those of users of apps (`gho_`, `ghu_`).
 * Other shapes are taken as they are: Enterprise Servers have older ones, and GitHub may invent more.
 *
 * @throws {HubsteadError} `unauthorized` for an empty one; `invalid_input` for what is obviously none
 */
export function createTokenSource({ token, label = "token" }: StaticTokenOptions): TokenSource {
  const secret = token.trim();
  if (secret === "") {
    throw new HubsteadError("unauthorized", `${label} is empty`, {
      hint: "In a workflow, a secret that is not set, or not given to forks, is the empty text.",
      data: { path: label },
    });
  }
  const mistake = mistakes.find(([pattern]) => pattern.test(secret));
  if (mistake !== undefined)
    throw invalidInput(`${label} ${mistake[1]}`, mistake[2], { path: label, expected: "a GitHub token" });
  const credential = { authorization: `Bearer ${secret}`, principal: principalOfToken(secret) };
  return {
    label,
    credentialFor: async () => credential,
    // There is no other one.
    renew: async () => undefined,
    secrets: () => [secret],
  };
}

/** Requests without a credential: 60 an hour for each address, and of public things only. */
export const anonymousSource: TokenSource = {
  label: "no credential",
  credentialFor: async () => ({ principal: "anonymous" }),
  renew: async () => undefined,
  secrets: () => [],
};

/** Whom a token counts for: its kind, and a digest, which is of so many random bits that it leads back to no token. */
export function principalOfToken(token: string): string {
  const kind = kinds.find(([pattern]) => pattern.test(token))?.[1] ?? "token";
  const digest = sha256("hex", `hubstead principal\n${token}`).slice(0, 16);
  return `${kind}:${digest}`;
}
