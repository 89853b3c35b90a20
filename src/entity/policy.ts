/**
 * @module Policies: how conflicts of one type are decided. They are the data of the reserved entity
 * `policy:<type>` and travel like any change. Pure.
 */
import { escapeSegment, isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { parsePointer } from "../base/json-pointer.ts";
import { showValue } from "../base/show-value.ts";
import { HubsteadError, invalidInput } from "../errors.ts";

export const resolverNames = [
  "merge-fields",
  "last-write-wins",
  "higher-version-wins",
  "defer",
  "callback",
] as const;
export type ResolverName = (typeof resolverNames)[number];

export const fieldRuleNames = ["newer", "older", "max", "min", "union"] as const;
/** How heads that set comparable values at one path become one value. A list ranks replicas, first wins. */
export type FieldRule = (typeof fieldRuleNames)[number] | { readonly rank: readonly string[] };

export interface Policy {
  readonly resolver: ResolverName;
  readonly deletes: "edit-wins" | "delete-wins";
  /** By path: `status`, or a JSON Pointer into data. */
  readonly fields: Readonly<Record<string, FieldRule>>;
}

export const defaultPolicy: Policy = { resolver: "merge-fields", deletes: "edit-wins", fields: {} };

/** The type of the reserved entities. */
export const policyType = "policy";

/** The id of the entity that holds the policy of a type. */
export function policyIdOf(type: string): string {
  return `${policyType}:${type}`;
}

/** True for the entities that hold policies; they themselves follow the default policy. */
export function isPolicyId(id: string): boolean {
  return id.startsWith(`${policyType}:`);
}

/** The policy in an entity's data. What is malformed, perhaps written by a newer version, counts as not said. */
export function readPolicy(data: JsonObject): Policy {
  const fields: Record<string, FieldRule> = {};
  if (isJsonObject(data.fields)) {
    for (const [path, rule] of Object.entries(data.fields)) if (isFieldRule(rule)) fields[path] = rule;
  }
  const resolver = resolverNames.find((name) => name === data.resolver);
  return {
    resolver: resolver ?? defaultPolicy.resolver,
    deletes: data.deletes === "delete-wins" ? "delete-wins" : "edit-wins",
    fields,
  };
}

/**
 * Checks a policy before it is written here.
 *
 * @throws {HubsteadError} `invalid_input` that names the wrong part; `local` and `remote` are refused because
 * two replicas would each keep their own
 */
export function checkPolicy(data: JsonObject): void {
  for (const key of Object.keys(data)) {
    if (!["resolver", "deletes", "fields"].includes(key))
      throw refuse(`/${key}`, "resolver, deletes or fields");
  }
  const { resolver, deletes, fields } = data;
  if (resolver !== undefined && !resolverNames.some((name) => name === resolver))
    throw refuse("/resolver", resolverNames.join(", "));
  if (deletes !== undefined && deletes !== "edit-wins" && deletes !== "delete-wins")
    throw refuse("/deletes", "edit-wins or delete-wins");
  if (fields === undefined) return;
  if (!isJsonObject(fields)) throw refuse("/fields", "rules by path");
  for (const [path, rule] of Object.entries(fields)) {
    if (path !== "status" && path !== "") {
      try {
        parsePointer(path);
      } catch (error) {
        throw new HubsteadError(
          "invalid_input",
          `the policy has a rule for ${showValue(path)}, which is no path`,
          { hint: 'Write "status" or a JSON Pointer: "/votes".', cause: error },
        );
      }
    }
    if (!isFieldRule(rule))
      throw refuse(
        `/fields/${escapeSegment(path)}`,
        `${fieldRuleNames.join(", ")}, or {"rank": [replica ids]}`,
      );
  }
}

function isFieldRule(rule: Json | undefined): rule is FieldRule & Json {
  if (isJsonObject(rule))
    return Array.isArray(rule.rank) && rule.rank.every((item) => typeof item === "string");
  return fieldRuleNames.some((name) => name === rule);
}

function refuse(path: string, expected: string) {
  return invalidInput(`the policy is malformed at "${path}"`, `Use ${expected}.`, { path, expected });
}
