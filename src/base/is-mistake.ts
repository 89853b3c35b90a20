/**
 * @module Tells a mistake in a program from a network that fails. What `fetch` throws for the latter is a TypeError, too.
 */
const kinds: ReadonlySet<string> = new Set(["TypeError", "RangeError", "ReferenceError", "SyntaxError"]);

/**
 * Whether somebody's code threw it because it is wrong: an error of the language's own, without what caused it. A `fetch` that
 * gets no answer names its cause, or has a system's code.
 *
 * @see https://fetch.spec.whatwg.org/#concept-network-error; undici gives `cause`
 */
export function isMistake(error: unknown): error is Error {
  if (!(error instanceof Error) || !kinds.has(error.name) || error.cause !== undefined) return false;
  const { code } = error as { readonly code?: unknown };
  return code === undefined || (typeof code === "string" && code.startsWith("ERR_"));
}
