/**
 * @module Holds what somebody wrote, in code or in a file, against a schema, and says what is wrong with it so that it can
 * be mended: the place, the names that are known there, and the one that was meant.
 */
import type { z } from "zod";
import { nearestName } from "../config/nearest-name.ts";
import { HubsteadError } from "../errors.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What a schema makes of a value, for all to read. */
export type ReadOnly<T> = T extends object ? { readonly [K in keyof T]: ReadOnly<T[K]> } : T;

/**
 * @param what it is: `the seed`
 * @throws {HubsteadError} `invalid_input` with `data.path`, and `data.known` where a name is not known
 */
export function parseSettings<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => innermost(issue, []));
  // A misspelt name is a missing one, too; only the first helps.
  const [first] = issues.toSorted((a, b) => rankOf(a) - rankOf(b));
  const path = first!.path.map(String).join(".");
  if (first!.issue.code === "unrecognized_keys")
    throw unknownName(schema, what, first!.path, first!.issue.keys);
  const place = path === "" ? "" : ` at "${path}"`;
  throw new HubsteadError("invalid_input", `${what} is wrong${place}: ${first!.issue.message}`, {
    hint: "docs/emulator.md shows what it may hold.",
    data: { path },
  });
}

interface Found {
  readonly issue: Issue;
  readonly path: Path;
}

function rankOf({ issue }: Found): number {
  return issue.code === "unrecognized_keys" ? 0 : 1;
}

/** Where one of several forms is wanted, what is wrong with the one that comes nearest. */
function innermost(issue: Issue, above: Path): Found {
  const path = [...above, ...issue.path];
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return { issue, path };
  const alternatives = issue.errors
    .map(
      (issues) => issues.map((inner) => innermost(inner, path)).toSorted((a, b) => rankOf(a) - rankOf(b))[0]!,
    )
    .filter((found) => rankOf(found) === 0 || found.path.length > path.length);
  const [nearest] = alternatives.toSorted((a, b) => rankOf(a) - rankOf(b));
  return nearest ?? { issue, path };
}

function unknownName(schema: z.ZodType, what: string, at: Path, keys: readonly string[]): HubsteadError {
  const known = [...new Set(knownAt(schema, at))];
  const key = keys[0]!;
  const meant = nearestName(key, known);
  const path = at.map(String).join(".");
  const place = path === "" ? what : `${what} at "${path}"`;
  return new HubsteadError("invalid_input", `${place} has "${key}", which is not known`, {
    hint: `${meant === undefined ? "" : `Did you mean "${meant}"? `}Known there: ${known.join(", ")}.`,
    data: { path: [...at, key].map(String).join("."), known },
  });
}

/** The names that a schema has at a place, whichever of its forms is there. */
function knownAt(schema: z.core.$ZodType, [key, ...rest]: Path): readonly string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional":
    case "nullable":
      return knownAt(def.innerType, key === undefined ? [] : [key, ...rest]);
    case "union":
      return def.options.flatMap((option) => knownAt(option, key === undefined ? [] : [key, ...rest]));
    case "object": {
      if (key === undefined) return Object.keys(def.shape);
      const inner = def.shape[String(key)];
      return inner === undefined ? [] : knownAt(inner, rest);
    }
    case "record":
      return key === undefined ? [] : knownAt(def.valueType, rest);
    case "array":
      return key === undefined ? [] : knownAt(def.element, rest);
    default:
      return [];
  }
}
