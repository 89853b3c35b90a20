/**
 * @module Who asks: found from the credentials of a request. What they may do is decided in `permissions.ts`.
 */

import { Refusal } from "../http/refusal.ts";
import type { TokenRow } from "../world/account-rows.ts";
import type { AppRow, InstallationRow } from "../world/app-rows.ts";
import type { World } from "../world/world.ts";
import { isAppJwt, readAppJwt } from "./app-jwt.ts";

export type Principal =
  | { readonly kind: "anonymous"; readonly address: string }
  | { readonly kind: "app"; readonly app: AppRow }
  | { readonly kind: "user"; readonly userId: number; readonly token: TokenRow }
  | {
      readonly kind: "installation";
      readonly app: AppRow;
      readonly installation: InstallationRow;
      readonly token: TokenRow;
      /** The token of an Actions job: what it does starts no workflow. */
      readonly isActionsJob: boolean;
    };

/**
 * @param authorization the header's value: `Bearer …`, `token …`, or `Basic …` with the token as password
 * @throws {Refusal} 401 for credentials that are no longer, or never were, good
 */
export function findPrincipal(
  world: World,
  authorization: string | undefined,
  { address, nowMs }: { readonly address: string; readonly nowMs: number },
): Principal {
  if (authorization === undefined || authorization === "") return { kind: "anonymous", address };
  const secret = secretOf(authorization);
  if (secret === undefined) throw badCredentials();
  if (isAppJwt(secret)) return { kind: "app", app: readAppJwt(world, secret, nowMs) };
  const token = world.tokens.find("token", secret);
  if (token === undefined || token.isRevoked) throw badCredentials();
  if (token.expiresAt !== null && token.expiresAt <= nowMs) throw badCredentials();
  if (token.installationId === null) return { kind: "user", userId: token.userId!, token };
  const installation = world.installations.get(token.installationId);
  const app = installation && world.apps.get(installation.appId);
  if (installation === undefined || app === undefined) throw badCredentials();
  if (installation.suspendedAt !== null) throw new Refusal(403, "This installation has been suspended");
  return { kind: "installation", app, installation, token, isActionsJob: token.kind === "actions" };
}

/** The account that a principal acts as: a person, or an app's bot. */
export function actorIdOf(principal: Principal): number | undefined {
  switch (principal.kind) {
    case "user":
      return principal.userId;
    case "installation":
      return principal.app.botId;
    default:
      return undefined;
  }
}

/** Whose budget of requests is used: all tokens of a person share one. */
export function budgetKeyOf(principal: Principal): string {
  switch (principal.kind) {
    case "anonymous":
      return `address/${principal.address}`;
    case "app":
      return `app/${principal.app.id}`;
    case "user":
      return `user/${principal.userId}`;
    case "installation":
      return principal.isActionsJob
        ? `actions/${principal.token.repositoryIds?.join() ?? ""}`
        : `installation/${principal.installation.id}`;
  }
}

/** What is secret in an `Authorization` header; `undefined` for what is none that GitHub knows. */
export function secretOf(authorization: string): string | undefined {
  const [, scheme = "", value = ""] = /^(\S+)\s+(\S+)\s*$/u.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
    case "token":
      return value;
    case "basic": {
      const [user = "", password = ""] = Buffer.from(value, "base64").toString("utf8").split(":", 2);
      // `x-access-token:TOKEN`, `anything:TOKEN`, and `TOKEN:x-oauth-basic` are all in use.
      return password === "" || password === "x-oauth-basic" ? user : password;
    }
    default:
      return undefined;
  }
}

export function badCredentials(): Refusal {
  return new Refusal(401, "Bad credentials");
}
