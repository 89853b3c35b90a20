/**
 * @module Whose credential it is, and what it may do, as far as GitHub tells: scopes of a classic token, permissions of an
 * installation. What a fine-grained token may do GitHub tells nobody.
 */
import { HubsteadError } from "../../errors.ts";
import type { AppTokenSource } from "../auth/app-tokens.ts";
import type { CallOptions, Session } from "./session.ts";

export interface Identity {
  /** Where the credential comes from: `GITHUB_TOKEN`, `GitHub App 12 (GITHUB_APP_ID)`. */
  readonly credential: string;
  /** `app`, `personal`, `fine-grained`, `installation` (a job's token, too), `oauth`, `app-user`, `token`, `anonymous`. */
  readonly kind: string;
  /** Whom GitHub counts for, as `limits()` names them. Absent where an App has no organisation configured. */
  readonly principal?: string;
  readonly login?: string;
  /** Of a classic token. */
  readonly scopes?: readonly string[];
  readonly app?: { readonly id: number; readonly slug: string; readonly name: string };
  /** Of the configured organisation. */
  readonly installation?: {
    readonly id: number;
    readonly account: string;
    readonly permissions: Readonly<Record<string, string>>;
    /** `all`, `selected`. */
    readonly repositorySelection: string;
  };
  /** Where the App is installed; where no organisation is configured. */
  readonly installedOn?: readonly string[];
  /** The full names, or how many where they are more than a page: of a job's token. */
  readonly repositories?: readonly string[];
  /** When the token ends, ISO 8601 UTC. */
  readonly expiresAt?: string;
}

/**
 * @param app the session's source, where it is an App's
 * @param org the configured organisation
 * @throws {HubsteadError} `unauthorized` for a credential that GitHub does not take
 */
export async function readIdentity(
  session: Session,
  app: AppTokenSource | undefined,
  org: string | undefined,
  call: CallOptions,
): Promise<Identity> {
  return app === undefined
    ? await readTokenIdentity(session, org, call)
    : await readAppIdentity(session, app, org, call);
}

async function readTokenIdentity(
  session: Session,
  org: string | undefined,
  call: CallOptions,
): Promise<Identity> {
  const { source } = session;
  const { principal } = await source.credentialFor(
    { path: "/user", ...(org === undefined ? {} : { owner: org }) },
    call.signal,
  );
  const [kind = "token"] = principal.split(":");
  const known = { credential: source.label, kind, principal };
  if (kind === "anonymous") return known;
  if (kind === "installation") return { ...known, repositories: await readRepositories(session, call) };
  const api = await session.api("the credential", call);
  const { data, headers } = await api.request("GET /user");
  const scopes = headers["x-oauth-scopes"];
  const expiresAt = headers["github-authentication-token-expiration"];
  return {
    ...known,
    login: data.login,
    ...(scopes === undefined ? {} : { scopes: scopes.split(/,\s*/u).filter((scope) => scope !== "") }),
    ...(typeof expiresAt === "string" ? { expiresAt: toIsoTime(expiresAt) } : {}),
  };
}

/** GitHub writes `2026-11-21 20:00:00 UTC`. */
function toIsoTime(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}

async function readRepositories(session: Session, call: CallOptions): Promise<readonly string[]> {
  const api = await session.api("the repositories of the credential", call);
  const { data } = await api.request("GET /installation/repositories", { per_page: 100 });
  return data.repositories.map(({ full_name }) => full_name);
}

async function readAppIdentity(
  session: Session,
  app: AppTokenSource,
  org: string | undefined,
  call: CallOptions,
): Promise<Identity> {
  const api = await session.api(app.label, call);
  const { data } = await api.request("GET /app");
  if (data === null) throw new HubsteadError("not_found", `GitHub knows nothing of ${app.label}`);
  const known = {
    credential: app.label,
    kind: "app",
    app: { id: Number(data.id), slug: data.slug ?? "", name: data.name },
  };
  if (org === undefined) {
    const { data: installations } = await api.request("GET /app/installations", { per_page: 100 });
    return { ...known, installedOn: installations.map(accountOf) };
  }
  const scope = { owner: org, path: `/orgs/${org}` };
  const { principal } = await app.credentialFor(scope, call.signal);
  const { installationId, permissions, repositorySelection, expiresAt } = await app.tokenFor(
    scope,
    call.signal,
  );
  return {
    ...known,
    principal,
    installation: { id: installationId, account: org, permissions, repositorySelection },
    expiresAt,
  };
}

function accountOf({ account }: { readonly account: object | null }): string {
  const { login, slug } = (account ?? {}) as { readonly login?: string; readonly slug?: string };
  return login ?? slug ?? "";
}
