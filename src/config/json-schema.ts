/**
 * @module JSON Schema (draft 2020-12) as a Standard Schema. Follows no reference out of the schema, so it never touches
 * the network.
 */
import { type Schema, Validator } from "@cfworker/json-schema";
import type { Json, JsonObject } from "../base/json.ts";
import { HubsteadError } from "../errors.ts";
import { checkJsonSchema } from "./check-json-schema.ts";
import { errorsToIssues, type JsonSchemaIssue } from "./json-schema-issues.ts";

/** A Standard Schema whose output is its input. @see https://standardschema.dev */
export interface JsonObjectSchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaAnswer;
  };
}

type SchemaAnswer =
  | { readonly value: JsonObject; readonly issues?: undefined }
  | { readonly issues: readonly JsonSchemaIssue[] };

/**
 * Makes a Standard Schema of a JSON Schema.
 *
 * @throws {HubsteadError} `invalid_input` with `data.path` (a list of keys) for what is no schema of draft 2020-12
 */
export function jsonSchemaToStandard(schema: Json): JsonObjectSchema {
  checkJsonSchema(schema);
  // The validator marks the schema it is given.
  const validator = new Validator(structuredClone(schema) as Schema, "2020-12", false);
  return {
    "~standard": {
      version: 1,
      vendor: "json-schema",
      validate(value) {
        const { valid, errors } = runValidator(validator, value);
        return valid ? { value: value as JsonObject } : { issues: errorsToIssues(errors) };
      },
    },
  };
}

function runValidator(validator: Validator, value: unknown) {
  try {
    return validator.validate(value);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new HubsteadError("invalid_input", "the JSON Schema refers to itself without end", {
      hint: "Let the reference lead through a property.",
      cause,
    });
  }
}
