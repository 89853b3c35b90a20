/**
 * @module What is kept of people, organisations and teams.
 */
import type { Row } from "./collection.ts";

export interface AccountRow extends Row {
  readonly login: string;
  readonly kind: "User" | "Organization" | "Bot";
  readonly name: string | null;
  readonly email: string | null;
  readonly isSiteAdmin: boolean;
  /** What members of an organisation may do in each of its repositories. */
  readonly basePermission: "none" | "read" | "write" | "admin";
  /** Milliseconds since 1970, as all times of rows. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface MembershipRow extends Row {
  readonly organizationId: number;
  readonly userId: number;
  readonly role: "member" | "admin";
  readonly isPublic: boolean;
}

/** Somebody is asked to become a member, and has not said yes. */
export interface MembershipInvitationRow extends Row {
  readonly organizationId: number;
  readonly userId: number;
  readonly role: MembershipRow["role"];
  /** Teams to which whoever says yes comes at once. */
  readonly teamIds: readonly number[];
}

export interface TeamRow extends Row {
  readonly organizationId: number;
  readonly name: string;
  readonly slug: string;
  readonly description: string | null;
  readonly privacy: "closed" | "secret";
  readonly parentId: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface TeamMemberRow extends Row {
  readonly teamId: number;
  readonly userId: number;
  readonly role: "member" | "maintainer";
}

export interface TeamRepositoryRow extends Row {
  readonly teamId: number;
  readonly repositoryId: number;
  readonly role: RepositoryRole;
}

/** From least to most. @see https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/repository-roles-for-an-organization */
export const repositoryRoles = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type RepositoryRole = (typeof repositoryRoles)[number];

/** Of GitHub's older word for a role, or the newer one. @returns `undefined` for another word */
export function roleOfPermission(permission: string): RepositoryRole | undefined {
  if (permission === "pull") return "read";
  if (permission === "push") return "write";
  return repositoryRoles.find((role) => role === permission && role !== "none");
}

export function hasRole(role: RepositoryRole, least: RepositoryRole): boolean {
  return repositoryRoles.indexOf(role) >= repositoryRoles.indexOf(least);
}

/** What tells a request's principal. */
export interface TokenRow extends Row {
  readonly token: string;
  readonly kind: "classic" | "fine-grained" | "oauth" | "installation" | "actions";
  /** Of a person's token. */
  readonly userId: number | null;
  /** Of a classic token. */
  readonly scopes: readonly string[];
  /** Of an installation's token, and of an Actions job's. */
  readonly installationId: number | null;
  /** Of the last two and of fine-grained ones: name to "read", "write" or "admin". `null` is all. */
  readonly permissions: Readonly<Record<string, string>> | null;
  /** `null` is all that there are. */
  readonly repositoryIds: readonly number[] | null;
  readonly expiresAt: number | null;
  readonly isRevoked: boolean;
}
