/**
 * @module Which address an account writes commits with, and whose an address is.
 */
import type { AccountRow } from "./account-rows.ts";
import type { World } from "./world.ts";

/** The account that GitHub itself commits with, of GitHub's own number. It is nobody's, so that no row is kept of it. */
export const webFlow = {
  id: 19_864_447,
  login: "web-flow",
  kind: "User",
  name: "GitHub",
  email: "noreply@github.com",
  isSiteAdmin: false,
  basePermission: "read",
  createdAt: Date.UTC(2016, 5, 10),
  updatedAt: Date.UTC(2016, 5, 10),
} as const satisfies AccountRow;

export function emailOf({ id, login, email }: AccountRow): string {
  return email ?? `${id}+${login}@users.noreply.github.com`;
}

/** By its address, or by the one that GitHub gives to those who hide theirs. */
export function accountOfEmail(world: World, email: string): AccountRow | undefined {
  const login = /^(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com$/iu.exec(email)?.[1];
  if (login !== undefined) return world.accounts.find("login", login.toLowerCase());
  const wanted = email.toLowerCase();
  const known = world.accounts.all().find((account) => account.email?.toLowerCase() === wanted);
  return known ?? (wanted === webFlow.email ? webFlow : undefined);
}
