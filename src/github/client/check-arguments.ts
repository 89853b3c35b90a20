/**
 * @module What programs without a compiler hand in: refused by name, before anything is sent.
 */
import { invalidInput } from "../../errors.ts";

/** @param what `the name of a repository` @param path of the argument: `name` @throws {HubsteadError} `invalid_input` */
export function mustBeText(value: unknown, what: string, path: string): string {
  if (typeof value === "string") return value;
  throw invalidInput(`${what} is no text but ${kindOf(value)}`, "Give it as a text, in its own place.", {
    path,
    expected: "a text",
  });
}

/** @throws {HubsteadError} `invalid_input` also for arrays, maps and texts */
export function mustBeObject<T extends object>(value: T | undefined, what: string, path: string): T {
  const isPlain = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isPlain && !(value instanceof Map)) return value;
  throw invalidInput(`${what} is no object but ${kindOf(value)}`, "Give an object, { name: value }.", {
    path,
    expected: "an object",
  });
}

/** @throws {HubsteadError} `invalid_input` */
export function mustBeContent(value: unknown, path: string): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw invalidInput(
    `the content of ${path} is neither text nor bytes but ${kindOf(value)}`,
    "Give a text or a Uint8Array; to delete a file, { path, delete: true } in commitFiles, or deleteFile.",
    { path: "content", expected: "a text or a Uint8Array" },
  );
}

/**
 * Null is no argument of any method: taken for "not given", a value that somebody forgot would mean the default branch, or all.
 *
 * @throws {HubsteadError} `invalid_input`
 */
export function mustNotBeNull(method: string, args: readonly unknown[]): void {
  const at = args.indexOf(null);
  if (at < 0) return;
  throw invalidInput(
    `argument ${at + 1} of ${method} is null`,
    "Leave it out, or give undefined, where there is nothing to say.",
    { path: `arguments.${at}`, expected: "a value, or undefined" },
  );
}

/** What was given, without its value: it may be a secret. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Map) return "a Map";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
