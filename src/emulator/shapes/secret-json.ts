/**
 * @module Secrets and variables of Actions as the REST API shows them: of secrets never the value.
 */
import { wholeSeconds } from "../clock.ts";
import type { SecretRow, VariableRow } from "../world/action-rows.ts";

/** `actions-secret`, or `organization-actions-secret`. @param listUrl of the organisation's list */
export function secretToJson(secret: SecretRow, listUrl: string) {
  return { name: secret.name, ...stamps(secret), ...sharing(secret, listUrl) };
}

/** `actions-variable`, or `organization-actions-variable`. @param listUrl of the organisation's list */
export function variableToJson(variable: VariableRow, listUrl: string) {
  const { name, value } = variable;
  return { name, value, ...stamps(variable), ...sharing(variable, listUrl) };
}

function stamps({ createdAt, updatedAt }: SecretRow | VariableRow) {
  return { created_at: wholeSeconds(createdAt), updated_at: wholeSeconds(updatedAt) };
}

function sharing({ name, visibility }: SecretRow | VariableRow, listUrl: string) {
  if (visibility === null) return {};
  return {
    visibility,
    ...(visibility === "selected" ? { selected_repositories_url: `${listUrl}/${name}/repositories` } : {}),
  };
}
