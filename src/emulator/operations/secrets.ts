/**
 * @module Secrets and variables of Actions: of repositories, of their environments, and of organisations.
 *
 * @see https://docs.github.com/rest/actions/secrets
 */
import { scopeOfEnvironment } from "../acts/environments.ts";
import {
  addVariable,
  findNamed,
  isSharedWith,
  putSecret,
  type Sharing,
  sealingKeyOf,
  updateVariable,
} from "../acts/secrets.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import { counted } from "../http/pages.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import { repositoryToJson } from "../shapes/repository-json.ts";
import { secretToJson, variableToJson } from "../shapes/secret-json.ts";
import type { Scope, SecretRow, VariableRow } from "../world/action-rows.ts";
import { environmentOf } from "./environments.ts";
import {
  type Call,
  forOrganization,
  forRepository,
  type Operation,
  type RepositoryCall,
} from "./operation.ts";

interface ScopedCall {
  readonly call: Call;
  readonly scope: Scope;
  readonly secretsUrl: string;
  readonly variablesUrl: string;
}

type Kind = "secrets" | "variables";
type Define = (
  name: string,
  kind: Kind,
  level: "read" | "write",
  answer: (place: ScopedCall) => Answer | Promise<Answer>,
) => Operation;

/** @throws {Refusal} 404 */
function secretOf({ call, scope }: ScopedCall): SecretRow {
  const secret = findNamed(call.services.world.secrets, scope, call.params["secret_name"]!);
  if (secret === undefined) throw notFound();
  return secret;
}

/** @throws {Refusal} 404 */
function variableOf({ call, scope }: ScopedCall): VariableRow {
  const variable = findNamed(call.services.world.variables, scope, call.params["name"]!);
  if (variable === undefined) throw notFound();
  return variable;
}

function sharingIn({ call: { body }, scope }: ScopedCall): Sharing {
  if (!scope.startsWith("organization/")) return { visibility: null, selectedRepositoryIds: [] };
  const visibility = body["visibility"] as SecretRow["visibility"];
  const ids = (body["selected_repository_ids"] ?? []) as readonly (number | string)[];
  return { visibility, selectedRepositoryIds: visibility === "selected" ? ids.map(Number) : [] };
}

/** @param of `repo`, `org` or `environment` */
function operationsOf(of: string, define: Define): readonly Operation[] {
  return [
    define(`actions/get-${of}-public-key`, "secrets", "read", async ({ call, scope }) => {
      const { keyId, publicKey } = await sealingKeyOf(call.services.world, scope);
      return ok({ key_id: keyId, key: publicKey });
    }),
    define(`actions/list-${of}-secrets`, "secrets", "read", ({ call, scope, secretsUrl }) =>
      counted(call, "secrets", byName(call.world.secrets.by("scope", scope)), (secret) =>
        secretToJson(secret, secretsUrl),
      ),
    ),
    define(`actions/get-${of}-secret`, "secrets", "read", (place) =>
      ok(secretToJson(secretOf(place), place.secretsUrl)),
    ),
    define(`actions/create-or-update-${of}-secret`, "secrets", "write", async (place) => {
      const { call, scope } = place;
      const secret = {
        name: call.params["secret_name"]!,
        sealed: String(call.body["encrypted_value"]),
        keyId: String(call.body["key_id"]),
      };
      const isNew = await putSecret(call.services.world, scope, secret, sharingIn(place), call.nowMs);
      return isNew ? created({}) : noContent;
    }),
    define(`actions/delete-${of}-secret`, "secrets", "write", (place) => {
      place.call.services.world.secrets.remove(secretOf(place).id);
      return noContent;
    }),
    define(`actions/list-${of}-variables`, "variables", "read", ({ call, scope, variablesUrl }) =>
      counted(call, "variables", byName(call.world.variables.by("scope", scope)), (variable) =>
        variableToJson(variable, variablesUrl),
      ),
    ),
    define(`actions/get-${of}-variable`, "variables", "read", (place) =>
      ok(variableToJson(variableOf(place), place.variablesUrl)),
    ),
    define(`actions/create-${of}-variable`, "variables", "write", (place) => {
      const { call, scope } = place;
      const { name, value } = call.body as { readonly name: string; readonly value: string };
      addVariable(call.services.world, scope, { name, value }, sharingIn(place), call.nowMs);
      return created({});
    }),
    define(`actions/update-${of}-variable`, "variables", "write", (place) => {
      const { name, value, visibility } = place.call.body as Partial<
        Record<"name" | "value" | "visibility", string>
      >;
      const edit = {
        ...(name === undefined ? {} : { name }),
        ...(value === undefined ? {} : { value }),
        ...(visibility === undefined ? {} : sharingIn(place)),
      };
      updateVariable(place.call.services.world, variableOf(place), edit, place.call.nowMs);
      return noContent;
    }),
    define(`actions/delete-${of}-variable`, "variables", "write", (place) => {
      place.call.services.world.variables.remove(variableOf(place).id);
      return noContent;
    }),
  ];
}

const forRepositoryScope: Define = (name, kind, level, answer) =>
  forRepository(
    name,
    { permission: kind === "secrets" ? "secrets" : "actions_variables", level, role: "write" },
    (call) => answer({ call, scope: `repository/${call.repository.id}`, secretsUrl: "", variablesUrl: "" }),
  );

const forEnvironmentScope: Define = (name, _, level, answer) =>
  forRepository(name, { permission: "environments", level, role: "write" }, (call) => {
    const scope = scopeOfEnvironment(environmentOf(call, call.services.world));
    return answer({ call, scope, secretsUrl: "", variablesUrl: "" });
  });

const forOrganizationScope: Define = (name, kind, level, answer) =>
  forOrganization(
    name,
    {
      permission: kind === "secrets" ? "organization_secrets" : "organization_actions_variables",
      level,
      role: "admin",
      scopes: ["admin:org"],
    },
    (call) => {
      const url = call.urls.api(`/orgs/${call.organization.login}/actions`);
      return answer({
        call,
        scope: `organization/${call.organization.id}`,
        secretsUrl: `${url}/secrets`,
        variablesUrl: `${url}/variables`,
      });
    },
  );

type Shared = SecretRow | VariableRow;

/** Which repositories may read what an organisation selected them for. */
function selectionOperationsOf(kind: Kind, find: (place: ScopedCall) => Shared): readonly Operation[] {
  const thing = kind === "secrets" ? "secret" : "variable";
  const put = ({ call }: ScopedCall, row: Shared, ids: readonly number[]): Answer => {
    const { secrets, variables } = call.services.world;
    const changed = { ...row, selectedRepositoryIds: [...new Set(ids)], updatedAt: call.nowMs };
    (kind === "variables" ? variables : secrets).put(changed);
    return noContent;
  };
  const selected = (place: ScopedCall): Shared => {
    const row = find(place);
    if (row.visibility !== "selected") {
      throw new Refusal(409, `The ${thing}'s visibility is not set to "selected"`);
    }
    return row;
  };
  const repositoryId = ({ call: { params } }: ScopedCall) => Number(params["repository_id"]);
  return [
    forOrganizationScope(`actions/list-selected-repos-for-org-${thing}`, kind, "read", (place) => {
      const { world, urls, version } = place.call;
      const rows = find(place).selectedRepositoryIds.flatMap((id) => world.repositories.get(id) ?? []);
      return counted(place.call, "repositories", rows, (row) =>
        repositoryToJson(world, row, { urls, role: undefined, version }),
      );
    }),
    forOrganizationScope(`actions/set-selected-repos-for-org-${thing}`, kind, "write", (place) =>
      put(place, selected(place), place.call.body["selected_repository_ids"] as readonly number[]),
    ),
    forOrganizationScope(`actions/add-selected-repo-to-org-${thing}`, kind, "write", (place) => {
      const row = selected(place);
      return put(place, row, [...row.selectedRepositoryIds, repositoryId(place)]);
    }),
    forOrganizationScope(`actions/remove-selected-repo-from-org-${thing}`, kind, "write", (place) => {
      const row = selected(place);
      return put(
        place,
        row,
        row.selectedRepositoryIds.filter((id) => id !== repositoryId(place)),
      );
    }),
  ];
}

function sharedWith({ repository }: RepositoryCall, rows: readonly SecretRow[]): readonly SecretRow[] {
  return byName(rows.filter((row) => isSharedWith(row, repository)));
}

export const secretOperations: readonly Operation[] = [
  ...operationsOf("repo", forRepositoryScope),
  ...operationsOf("environment", forEnvironmentScope),
  ...operationsOf("org", forOrganizationScope),
  ...selectionOperationsOf("secrets", secretOf),
  ...selectionOperationsOf("variables", variableOf),
  forRepository(
    "actions/list-repo-organization-secrets",
    { permission: "secrets", level: "read", role: "write" },
    (call) => {
      const rows = call.world.secrets.by("scope", `organization/${call.repository.ownerId}`);
      return counted(call, "secrets", sharedWith(call, rows), (secret) =>
        secretToJson({ ...secret, visibility: null }, ""),
      );
    },
  ),
  forRepository(
    "actions/list-repo-organization-variables",
    { permission: "actions_variables", level: "read", role: "write" },
    (call) => {
      const rows = call.world.variables.by("scope", `organization/${call.repository.ownerId}`);
      return counted(call, "variables", sharedWith(call, rows), (variable) =>
        variableToJson({ ...variable, visibility: null }, ""),
      );
    },
  ),
];

function byName<R extends { readonly name: string }>(rows: readonly R[]): readonly R[] {
  return rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
