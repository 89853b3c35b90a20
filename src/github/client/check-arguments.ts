/**
 * @module What programs without a compiler hand in: refused by name, before anything is sent.
 */
import { invalidInput } from "../../errors.ts";

/** @param what `the name of a repository` @param path of the argument: `name` @throws {HubsteadError} `invalid_input` */
export function mustBeText(value: unknown, what: string, path: string): string {
  if (typeof value === "string") {
    // On its way it would become another text.
    if (value.isWellFormed()) return value;
    throw invalidInput(
      `${what} has half a character in it`,
      "It was cut in two; `toWellFormed()` replaces the half.",
      {
        path,
        expected: "well-formed text",
      },
    );
  }
  throw invalidInput(`${what} is no text but ${kindOf(value)}`, "Give it as a text, in its own place.", {
    path,
    expected: "a text",
  });
}

/** Of something at GitHub. @throws {HubsteadError} `invalid_input` */
export function mustBeNumber(value: unknown, what: string, path: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  const found = typeof value === "number" ? String(value) : kindOf(value);
  throw invalidInput(`${what} is no number from 1 on but ${found}`, "Give it as a number, as in 7.", {
    path,
    expected: "a number from 1 on",
  });
}

/** @throws {HubsteadError} `invalid_input` also for one text: it would be taken for its letters */
export function mustBeList(value: unknown, what: string, path: string): readonly string[] {
  if (Array.isArray(value)) return value.map((entry: unknown) => mustBeText(entry, `one of ${what}`, path));
  throw invalidInput(`${what} are no list but ${kindOf(value)}`, 'Give a list of texts: ["bug"].', {
    path,
    expected: "a list of texts",
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
