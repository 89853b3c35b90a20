/**
 * @module Holds a YAML document against the shape that its settings must have, and says of the first thing that is wrong where it
 * stands and what was expected. Knows nothing of what the settings mean.
 */
import * as z from "zod/mini";
import { type HubsteadError, invalidInput } from "../errors.ts";
import { nearestName } from "./nearest-name.ts";
import type { YamlDocument } from "./parse-yaml.ts";

/** An error at a path of the document, with the line: `hint` says what to write instead. */
export type Refuse = (keys: readonly PropertyKey[], problem: string, hint?: string) => HubsteadError;

/** @param source the file's name */
export function refuseAt(document: YamlDocument, source: string): Refuse {
  return (keys, problem, hint) => {
    const line = document.lineOf(keys);
    return invalidInput(`${source} line ${line}: ${problem}`, hint, {
      source,
      line,
      path: keys.map(String),
    });
  };
}

/**
 * @param shape whose error texts each name what is expected: "a list of texts"
 * @returns the settings; an empty file has none
 * @throws {HubsteadError} `invalid_input` with `data.source`, `data.line` and `data.path`
 */
export function checkSettings<Shape extends z.ZodMiniType>(
  shape: Shape,
  document: YamlDocument,
  refuse: Refuse,
): z.infer<Shape> {
  const parsed = shape.safeParse(document.value ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const known = keysAt(shape, issue.path);
    const meant = nearestName(key, known);
    const hint = meant === undefined ? `Use ${known.join(", ")}.` : `Did you mean "${meant}"?`;
    throw refuse([...issue.path, key], `"${[...issue.path, key].join(".")}" is not known`, hint);
  }
  const name = issue.path.length === 0 ? "the file" : `"${issue.path.join(".")}"`;
  throw refuse(
    issue.path,
    `${name} is not ${issue.message}`,
    `Write ${issue.message}; quotes make a text of anything.`,
  );
}

/** What may be named in the map at a path. */
function keysAt(shape: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at = shape;
  for (const step of path) at = partOf(at, step);
  const map = withoutOptional(at);
  return map instanceof z.ZodMiniObject ? Object.keys(map.shape as object) : [];
}

function partOf(shape: z.core.$ZodType, step: PropertyKey): z.core.$ZodType {
  const whole = withoutOptional(shape);
  if (whole instanceof z.ZodMiniObject)
    return (whole.shape as Readonly<Record<PropertyKey, z.core.$ZodType>>)[step]!;
  if (whole instanceof z.ZodMiniRecord) return whole._zod.def.valueType;
  return whole;
}

function withoutOptional(shape: z.core.$ZodType): z.core.$ZodType {
  return shape instanceof z.ZodMiniOptional ? shape._zod.def.innerType : shape;
}
