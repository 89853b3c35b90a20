/**
 * @module Types of entities: their statuses, the shape of their data, what is indexed and searched. Pure.
 */
import type { JsonObject } from "../base/json.ts";
import { formatPointer, parsePointer } from "../base/json-pointer.ts";
import { showValue } from "../base/show-value.ts";
import { invalidInput } from "../errors.ts";
import { checkTypeName } from "./id.ts";
import { policyType } from "./policy.ts";
import { defaultStatus, defaultStatuses } from "./status.ts";

/** The part of Standard Schema that Hubstead uses: zod, valibot, arktype and others have it. @see https://standardschema.dev */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a user says of a type; see {@link defineType}. */
export interface TypeOptions<Data> {
  readonly name: string;
  /** Default: the statuses of `defaultStatuses`. */
  readonly statuses?: readonly string[];
  /** Default: `active` where it is one of the statuses, else the first of them. */
  readonly defaultStatus?: string;
  /** Any Standard Schema. What it returns is stored. */
  readonly schema?: StandardSchema<Data>;
  /** Fields that queries compare: `priority`, `author.name`, or JSON Pointers. */
  readonly indexes?: readonly string[];
  /** Fields that search reads; default: all texts and numbers of the data. */
  readonly search?: readonly string[];
}

/** A type, checked. `Data` is the type of its entities' data. */
export interface TypeDefinition<Data = JsonObject> {
  readonly name: string;
  readonly statuses: readonly string[];
  readonly defaultStatus: string;
  readonly schema: StandardSchema<Data> | undefined;
  /** JSON Pointers. */
  readonly indexes: readonly string[];
  /** JSON Pointers, or `undefined` for everything. */
  readonly search: readonly string[] | undefined;
}

/**
 * Defines a type of entities.
 *
 * @throws {HubsteadError} `invalid_input` for a name, status or field that cannot be one
 */
export function defineType<Data = JsonObject>(options: TypeOptions<Data>): TypeDefinition<Data> {
  const name = checkTypeName(options.name);
  if (name === policyType) {
    throw invalidInput(
      `the type "${policyType}" is reserved`,
      "Policies are kept in it; choose another name.",
    );
  }
  const statuses = options.statuses ?? defaultStatuses;
  if (
    statuses.length === 0 ||
    statuses.some((status) => typeof status !== "string" || status === "" || status.length > 100)
  ) {
    throw invalidInput(`the type "${name}" has a status that is no name`, "Use short texts, at least one.");
  }
  const first = options.defaultStatus ?? (statuses.includes(defaultStatus) ? defaultStatus : statuses[0]!);
  if (!statuses.includes(first)) {
    throw invalidInput(
      `the default status "${first}" of the type "${name}" is not one of its statuses`,
      `Use ${statuses.join(", ")}.`,
    );
  }
  return Object.freeze({
    name,
    statuses: Object.freeze([...statuses]),
    defaultStatus: first,
    schema: options.schema,
    indexes: Object.freeze((options.indexes ?? []).map(fieldToPointer)),
    search: options.search === undefined ? undefined : Object.freeze(options.search.map(fieldToPointer)),
  });
}

/** `author.name` and `/author/name` are the same field. */
function fieldToPointer(field: string): string {
  const isPointer = field.startsWith("/");
  if (!isPointer && field.split(".").includes("")) {
    throw invalidInput(
      `${showValue(field)} is not the name of a field`,
      'Write "priority" or "author.name".',
    );
  }
  return formatPointer(parsePointer(isPointer ? field : formatPointer(field.split("."))));
}
