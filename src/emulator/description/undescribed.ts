/**
 * @module What GitHub takes although its description does not know it, each with the reason: what clients send that were
 * written before the description was, and go on working.
 */
import type { JsonObject } from "../../base/json.ts";

/** Values of parameters that mean nothing: the list is that of the default. */
export const leniently: Readonly<Record<string, readonly string[]>> = { "pulls/list": ["state"] };

/** GitHub takes a bare list of labels, too, as its description once said, and an empty one to remove all. */
export const alsoLists: readonly string[] = ["issues/add-labels", "issues/set-labels"];

interface Taken {
  readonly key: string;
  readonly schema: JsonObject;
  /** The only version that takes it; all do where absent. */
  readonly version?: string;
}

/** Keys of bodies. */
const alsoTaken: Readonly<Record<string, readonly Taken[]>> = {
  // The name of `new_name` until 2019: go-github, Terraform and Octokit.net send it, hub4j both.
  "issues/update-label": [{ key: "name", schema: { type: "string" } }],
  // hub4j sends what it writes or deletes as it has it, with its path.
  "repos/create-or-update-file-contents": [{ key: "path", schema: { type: "string" } }],
  "repos/delete-file": [{ key: "path", schema: { type: "string" } }],
  // Once the service that the webhook was of. Octokit.net and hub4j send it as when it is made.
  "repos/update-webhook": [{ key: "name", schema: { type: "string" } }],
  // Described until it was taken out in 2026-03-10; PyGithub and Terraform send it with the other settings.
  "repos/update": [{ key: "has_downloads", schema: { type: "boolean" }, version: "2022-11-28" }],
};

/** @param schema of an operation's body, as described */
export function withTaken(name: string, version: string, schema: JsonObject): JsonObject {
  const taken = takenBy(name, version);
  if (taken.length === 0) return schema;
  const more = Object.fromEntries(taken.map(({ key, schema: of }) => [key, of]));
  return { ...schema, properties: { ...(schema["properties"] as JsonObject), ...more } };
}

/** Keys of bodies that are taken and not described. */
export function takenKeys(name: string, version: string): readonly string[] {
  return takenBy(name, version).map(({ key }) => key);
}

function takenBy(name: string, version: string): readonly Taken[] {
  return alsoTaken[name]?.filter((entry) => (entry.version ?? version) === version) ?? [];
}
