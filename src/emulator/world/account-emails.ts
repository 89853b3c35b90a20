/**
 * @module Which address an account writes commits with, and whose an address is.
 */
import type { AccountRow } from "./account-rows.ts";
import type { World } from "./world.ts";

export function emailOf({ id, login, email }: AccountRow): string {
  return email ?? `${id}+${login}@users.noreply.github.com`;
}

/** By its address, or by the one that GitHub gives to those who hide theirs. */
export function accountOfEmail(world: World, email: string): AccountRow | undefined {
  const login = /^(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com$/iu.exec(email)?.[1];
  if (login !== undefined) return world.accounts.find("login", login.toLowerCase());
  return world.accounts.all().find((account) => account.email?.toLowerCase() === email.toLowerCase());
}
