/**
 * @module Tokens for what is not asked through this client: handed out, with as little in them as will do.
 */
import { HubsteadError } from "../../errors.ts";
import type { AppTokenSource } from "../auth/app-tokens.ts";
import type { TokenScope, TokenSource } from "../auth/token-source.ts";
import type { TokenWish } from "../auth/token-wish.ts";
import { permissionsToHeader } from "./needed-permissions.ts";
import type { CallOptions, Session } from "./session.ts";

export interface TokenOptions extends Pick<CallOptions, "signal"> {
  /**
   * What an App's token is to be able to: `{ contents: "read" }`; default: all that the installation has. Another
   * credential is handed out as it is.
   */
  readonly permissions?: Readonly<Record<string, string>>;
}

export interface OrgTokenOptions extends TokenOptions {
  /** Default: the configured organisation. */
  readonly org?: string;
}

/** Do not write it down: who has it can do what it can. */
export interface AccessToken {
  readonly token: string;
  /** Of an App's installation: an hour after it was made. */
  readonly expiresAt: string | undefined;
  /** Whether it is good for what was asked only; not so a personal token, or that of a job. */
  readonly isScoped: boolean;
}

export interface TokenMethods {
  /**
   * A token for an organisation's repositories.
   *
   * @param options or the organisation
   * @throws {HubsteadError} `unauthorized` without a credential; `not_found` where the App is not installed
   */
  getOrgToken(options?: string | OrgTokenOptions): Promise<string>;
  /** A token for one repository; an App's is good for no other. @throws {HubsteadError} as `getOrgToken` */
  getRepoToken(repo: string, options?: TokenOptions): Promise<string>;
  /** As `getOrgToken`, with what is known of the token. */
  getOrgAccess(options?: string | OrgTokenOptions): Promise<AccessToken>;
  /** As `getRepoToken`, with what is known of the token. */
  getRepoAccess(repo: string, options?: TokenOptions): Promise<AccessToken>;
}

export function tokenMethods(session: Session): TokenMethods {
  const getOrgAccess: TokenMethods["getOrgAccess"] = async (given = {}) => {
    const { org = session.org(), ...options } = typeof given === "string" ? { org: given } : given;
    return takeToken(session.source, { owner: org, path: `/orgs/${org}` }, {}, options);
  };
  const getRepoAccess: TokenMethods["getRepoAccess"] = async (name, options = {}) => {
    const { owner, repo } = session.repo(name);
    const scope = { owner, repo, path: `/repos/${owner}/${repo}` };
    return takeToken(session.source, scope, { repositories: [`${owner}/${repo}`] }, options);
  };
  return {
    getOrgAccess,
    getRepoAccess,
    getOrgToken: async (options) => (await getOrgAccess(options)).token,
    getRepoToken: async (name, options) => (await getRepoAccess(name, options)).token,
  };
}

async function takeToken(
  source: TokenSource,
  scope: TokenScope,
  repositories: Pick<TokenWish, "repositories">,
  { permissions, signal }: TokenOptions,
): Promise<AccessToken> {
  if (isAppSource(source)) {
    const wish = { ...repositories, ...(permissions === undefined ? {} : { permissions }) };
    const narrow = Object.keys(wish).length === 0 ? source : source.scopedTo(wish);
    const { token, expiresAt } = await narrow.tokenFor(scope, signal).catch((error: unknown) => {
      throw namingNeeded(error, permissions);
    });
    return { token, expiresAt, isScoped: true };
  }
  const { authorization } = await source.credentialFor(scope, signal);
  const token = authorization?.replace(/^\S+\s+/u, "");
  if (token !== undefined) return { token, expiresAt: undefined, isScoped: false };
  throw new HubsteadError("unauthorized", "there is no token to hand out", {
    hint: "Set GITHUB_TOKEN, or GITHUB_APP_ID with the App's private key.",
    data: { path: "GITHUB_TOKEN" },
  });
}

/** In the form that GitHub has for what a request takes. */
function namingNeeded(error: unknown, permissions: TokenOptions["permissions"] = {}): unknown {
  if (!(error instanceof HubsteadError) || typeof error.data["needed"] !== "object") return error;
  const { code, message, hint, data, cause } = error;
  return new HubsteadError(code, message, {
    ...(hint === undefined ? {} : { hint }),
    data: { ...data, needed: permissionsToHeader(permissions) },
    ...(cause === undefined ? {} : { cause }),
  });
}

function isAppSource(source: TokenSource): source is AppTokenSource {
  return "tokenFor" in source && "scopedTo" in source;
}
