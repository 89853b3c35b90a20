/**
 * @module Where a credential for a request comes from: the port. Knows nothing of how requests are sent, and is asked only
 * for requests to the origin that the credential was configured for.
 */

/** What a request is about, as far as it decides which credential fits. */
export interface TokenScope {
  /** The owner's login from the path: of `/repos/{owner}/…`, `/orgs/{org}/…`, `/users/{username}/…`. */
  readonly owner?: string;
  readonly repo?: string;
  /**
   * The path without query, for what only an App itself may ask: `/app`, `/app/installations` … With or without the path
   * that an Enterprise Server's API has before all others, `/api/v3`.
   */
  readonly path: string;
}

export interface Credential {
  /** The header's whole value: `Bearer …`, `token …`, or absent for anonymous requests. */
  readonly authorization?: string;
  /**
   * Whom GitHub counts the request for; stable while tokens rotate, and never the token or a part of it: `installation:42`,
   * `app:12`, `personal:ab12…` (a token's kind and a digest of it), `anonymous`.
   */
  readonly principal: string;
}

export interface TokenSource {
  /** What kind it is, for people: `GitHub App 12 (bot)`, `GITHUB_TOKEN`, `gh auth token`. */
  readonly label: string;
  /**
   * @throws {HubsteadError} `unauthorized` without a credential, `not_found` where the App is not installed,
   *   `forbidden` where it is suspended, `invalid_input` for a bad key
   */
  credentialFor(scope: TokenScope, signal?: AbortSignal): Promise<Credential>;
  /**
   * Told that GitHub answered 401 to a credential. @returns another one to try once, or `undefined`
   *
   * @throws as {@link credentialFor}
   */
  renew(refused: Credential, scope: TokenScope, signal?: AbortSignal): Promise<Credential | undefined>;
  /** Every secret that it holds now, so that none gets into an error or a log. */
  secrets(): readonly string[];
}
