/**
 * @module Makes people, organisations, apps' bots, and their tokens.
 */
import { randomBytes } from "node:crypto";
import { invalidInput } from "../../errors.ts";
import type { AccountRow, TokenRow } from "../world/account-rows.ts";
import type { World } from "../world/world.ts";

export interface NewAccount {
  readonly login: string;
  readonly kind?: AccountRow["kind"];
  readonly name?: string | null;
  readonly email?: string | null;
  readonly isSiteAdmin?: boolean;
  readonly basePermission?: AccountRow["basePermission"];
  readonly id?: number;
}

export function addAccount(
  { accounts }: World,
  {
    login,
    kind = "User",
    name = null,
    email = null,
    isSiteAdmin = false,
    basePermission = "read",
    id,
  }: NewAccount,
  nowMs: number,
): AccountRow {
  return accounts.put({
    id: id ?? accounts.nextId(),
    login,
    kind,
    name,
    email,
    isSiteAdmin,
    basePermission,
    createdAt: nowMs,
    updatedAt: nowMs,
  });
}

/** The old name leads to the repositories under the new one. @throws {HubsteadError} `invalid_input` */
export function renameAccount(world: World, login: string, newLogin: string, nowMs: number): void {
  const account = world.accounts.find("login", login.toLowerCase());
  if (account === undefined) throw invalidInput(`there is no account ${login}`, "Name one of the seed.");
  const other = world.accounts.find("login", newLogin.toLowerCase());
  if (other !== undefined && other.id !== account.id)
    throw invalidInput(`there is an account ${newLogin} already`, "Use another name.");
  for (const { id, name } of world.repositories.by("owner", account.id)) {
    const fullName = `${login}/${name}`.toLowerCase();
    const known = world.redirects.find("fullName", fullName);
    world.redirects.put({ id: known?.id ?? world.redirects.nextId(), fullName, repositoryId: id });
  }
  world.accounts.put({ ...account, login: newLogin, updatedAt: nowMs });
}

export type NewToken = Omit<TokenRow, "id" | "token" | "isRevoked">;

/** @param token a secret of one's own choice; else one of GitHub's form */
export function addToken({ tokens, installations }: World, given: NewToken, token?: string): TokenRow {
  const appId = given.installationId === null ? undefined : installations.get(given.installationId)?.appId;
  return tokens.put({
    ...given,
    id: tokens.nextId(),
    token: token ?? secretOf(given.kind, appId),
    isRevoked: false,
  });
}

/** Installation tokens are long, and hold a JSON Web Token. @see https://github.blog/changelog/2026-05-15-github-app-installation-tokens-per-request-override-header */
function secretOf(kind: TokenRow["kind"], appId: number | undefined): string {
  switch (kind) {
    case "classic":
      return `ghp_${letters(36)}`;
    case "fine-grained":
      return `github_pat_${letters(22)}_${letters(59)}`;
    case "oauth":
      return `gho_${letters(36)}`;
    default: {
      const header = Buffer.from('{"alg":"RS256","typ":"JWT"}').toString("base64url");
      return `ghs_${appId ?? 0}_${header}.${randomBytes(96).toString("base64url")}.${randomBytes(256).toString("base64url")}`;
    }
  }
}

function letters(length: number): string {
  return randomBytes(length * 2)
    .toString("base64")
    .replaceAll(/[^A-Za-z0-9]/gu, "")
    .slice(0, length);
}
