/**
 * @module What the names of accounts and of Apps look like, so that one that is wrong never becomes a part of a URL.
 */

/** Letters, digits and hyphens; an underscore in those of managed users. */
export function isLogin(text: string): boolean {
  return /^[A-Za-z0-9][\w-]{0,99}$/u.test(text);
}

/** An App's number, or its client id: `Iv1.…`, `Iv23li…`. */
export function isAppIdentity(text: string): boolean {
  return /^(?:\d{1,15}|Iv[\w.]{10,60})$/u.test(text);
}
