/**
 * @module Reads `hubstead.yml`: types of entities, the author, where the store lies. A file in a repository is not
 * trusted: it can name no file outside its folder, run nothing, and stays small.
 */
import { lstatSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import * as z from "zod/mini";
import type { Json } from "../base/json.ts";
import { HubsteadError } from "../errors.ts";
import { checkSettings, type Refuse, refuseAt } from "./check-settings.ts";
import { type IssueSettings, issuesShape, toIssueSettings } from "./issue-settings.ts";
import { type JsonObjectSchema, jsonSchemaToStandard } from "./json-schema.ts";
import { parseYaml, type YamlDocument } from "./parse-yaml.ts";
import { readSmallFile } from "./read-small-file.ts";

/** What is said of one type of entities; the entity layer checks names and statuses. */
export interface TypeSettings {
  readonly name: string;
  /** Where it stands in the file. */
  readonly line: number;
  readonly statuses?: readonly string[];
  readonly defaultStatus?: string;
  readonly schema?: JsonObjectSchema;
  readonly indexes?: readonly string[];
  readonly search?: readonly string[];
}

export interface Config {
  /** The file itself. */
  readonly path: string;
  readonly types: readonly TypeSettings[];
  readonly author?: string;
  /** The store's file, absolute. */
  readonly store?: string;
  /** Objects in a repository's issues. */
  readonly issues?: IssueSettings;
}

// Each error text names what is expected; messages are made from it below.
const text = z.string({ error: "a text" });
const texts = z.array(text, { error: "a list of texts" });
const typeShape = z.strictObject(
  {
    statuses: z.optional(texts),
    defaultStatus: z.optional(text),
    schema: z.optional(z.unknown()),
    indexes: z.optional(texts),
    search: z.optional(texts),
  },
  { error: "a map of settings" },
);
const shape = z.strictObject(
  {
    types: z.optional(z.record(z.string(), typeShape, { error: "a map of types by name" })),
    author: z.optional(
      text.check(
        z.minLength(1, "a text with something in it"),
        z.maxLength(200, "a text of at most 200 characters"),
      ),
    ),
    store: z.optional(text.check(z.minLength(1, "a path"))),
    issues: z.optional(issuesShape),
  },
  { error: "a map of settings" },
);

/**
 * Reads a configuration file.
 *
 * @throws {HubsteadError} `invalid_input` with `data.source` and `data.line`; `forbidden` where it cannot be read
 */
export function readConfig(path: string): Config {
  const document = parseYaml(readSmallFile(path), path);
  const refuse = refuseAt(document, path);
  const { types = {}, author, store, issues } = checkSettings(shape, document, refuse);
  return {
    path,
    types: Object.entries(types).map(([name, settings]) => readType(name, settings, document, refuse)),
    ...(author === undefined ? {} : { author }),
    ...(store === undefined ? {} : { store: resolveInside(dirname(path), store, refuse) }),
    ...(issues === undefined ? {} : { issues: toIssueSettings(issues) }),
  };
}

function readType(
  name: string,
  settings: z.infer<typeof typeShape>,
  document: YamlDocument,
  refuse: Refuse,
): TypeSettings {
  const { statuses, defaultStatus, schema, indexes, search } = settings;
  return {
    name,
    line: document.lineOf(["types", name]),
    ...(statuses === undefined ? {} : { statuses }),
    ...(defaultStatus === undefined ? {} : { defaultStatus }),
    ...(schema === undefined
      ? {}
      : { schema: readSchema(schema as Json, ["types", name, "schema"], refuse) }),
    ...(indexes === undefined ? {} : { indexes }),
    ...(search === undefined ? {} : { search }),
  };
}

function readSchema(schema: Json, keys: readonly PropertyKey[], refuse: Refuse): JsonObjectSchema {
  try {
    return jsonSchemaToStandard(schema);
  } catch (error) {
    if (!(error instanceof HubsteadError)) throw error;
    throw refuse(
      [...keys, ...((error.data.path as readonly PropertyKey[] | undefined) ?? [])],
      error.message,
      error.hint,
    );
  }
}

/** A path from an untrusted file: below its folder, also after symbolic links. */
function resolveInside(folder: string, path: string, refuse: Refuse): string {
  const target = resolve(folder, path);
  const outside =
    isAbsolute(path) ||
    path.includes("\0") ||
    path.includes("\\") ||
    !isBelow(folder, target) ||
    !isBelow(realpathSync(folder), realPath(target));
  if (outside)
    throw refuse(
      ["store"],
      `"store" leads out of the folder of the file: ${JSON.stringify(path)}`,
      "Name a file below it; `--store` takes any path.",
    );
  return target;
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The real path of a file that may not exist yet: that of its nearest existing folder, and the rest. A link to nothing has none. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return "";
    return dirname(path) === path ? path : join(realPath(dirname(path)), relative(dirname(path), path));
  }
}
