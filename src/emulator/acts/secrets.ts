/**
 * @module What is done to secrets and variables of Actions.
 *
 * @see https://docs.github.com/actions/reference/security/secrets
 */
import { randomInt } from "node:crypto";
import { createSealingKeyPair, openSealed } from "../../crypto/sealed-box.ts";
import { Refusal, validationFailed } from "../http/refusal.ts";
import type { Scope, SealingKeyRow, SecretRow, VariableRow } from "../world/action-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";

const mostValueBytes = 48 * 1024;
const mostOf = {
  secrets: { repository: 100, organization: 1_000, environment: 100 },
  variables: { repository: 500, organization: 1_000, environment: 100 },
} as const;

/** Which repositories of an organisation may read it; `null` elsewhere. */
export interface Sharing {
  readonly visibility: SecretRow["visibility"];
  readonly selectedRepositoryIds: readonly number[];
}

/** The key pair of a scope, made when somebody first asks for it. */
export async function sealingKeyOf({ sealingKeys }: World, scope: Scope): Promise<SealingKeyRow> {
  const known = sealingKeys.find("scope", scope);
  if (known !== undefined) return known;
  const { publicKey, privateKey } = await createSealingKeyPair();
  // Somebody else may have asked in the meantime.
  return (
    sealingKeys.find("scope", scope) ??
    sealingKeys.put({
      id: sealingKeys.nextId(),
      scope,
      keyId: `${randomInt(100_000_000, 999_999_999)}${randomInt(100_000_000, 999_999_999)}`,
      publicKey: Buffer.from(publicKey).toString("base64"),
      privateKey: Buffer.from(privateKey).toString("base64"),
    })
  );
}

/** Its name in upper case, as GitHub keeps it. @throws {Refusal} 422 */
function checkName(kind: "Secret" | "Variable", name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/u.test(name)) {
    throw new Refusal(422, "Validation Failed", [
      `${kind} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).`,
    ]);
  }
  if (/^GITHUB_/iu.test(name)) {
    throw new Refusal(422, "Validation Failed", [`${kind} names must not start with GITHUB_.`]);
  }
  return name.toUpperCase();
}

export interface SealedSecret {
  readonly name: string;
  /** Base64. */
  readonly sealed: string;
  readonly keyId: string;
}

/** @returns whether it is new @throws {Refusal} 422 */
export async function putSecret(
  world: World,
  scope: Scope,
  { name, sealed, keyId }: SealedSecret,
  sharing: Sharing,
  nowMs: number,
): Promise<boolean> {
  const checked = checkName("Secret", name);
  const key = await sealingKeyOf(world, scope);
  if (keyId !== key.keyId) {
    throw validationFailed({ resource: "ActionsSecret", field: "key_id", code: "invalid", value: keyId });
  }
  const opened = await openSealed(
    { publicKey: Buffer.from(key.publicKey, "base64"), privateKey: Buffer.from(key.privateKey, "base64") },
    Buffer.from(sealed, "base64"),
  );
  if (opened === undefined) {
    throw validationFailed({
      resource: "ActionsSecret",
      field: "encrypted_value",
      code: "custom",
      message: "The encrypted value is no sealed box for this key",
    });
  }
  checkSize("Secret", opened.length);
  const known = findNamed(world.secrets, scope, checked);
  if (known === undefined) checkCount(world, "secrets", scope);
  world.secrets.put({
    id: known?.id ?? world.secrets.nextId(),
    scope,
    name: checked,
    value: Buffer.from(opened).toString("utf8"),
    ...sharing,
    createdAt: known?.createdAt ?? nowMs,
    updatedAt: nowMs,
  });
  return known === undefined;
}

/** @throws {Refusal} 409 where there is one of that name, 422 */
export function addVariable(
  world: World,
  scope: Scope,
  { name, value }: Pick<VariableRow, "name" | "value">,
  sharing: Sharing,
  nowMs: number,
): VariableRow {
  const checked = checkName("Variable", name);
  checkSize("Variable", Buffer.byteLength(value));
  if (findNamed(world.variables, scope, checked) !== undefined) {
    throw new Refusal(409, "Already exists - Variable already exists");
  }
  checkCount(world, "variables", scope);
  const { variables } = world;
  return variables.put({
    id: variables.nextId(),
    scope,
    name: checked,
    value,
    ...sharing,
    createdAt: nowMs,
    updatedAt: nowMs,
  });
}

/** @throws {Refusal} 409 for a name that another one has, 422 */
export function updateVariable(
  { variables }: World,
  variable: VariableRow,
  edit: Partial<Pick<VariableRow, "name" | "value" | "visibility" | "selectedRepositoryIds">>,
  nowMs: number,
): void {
  const name = edit.name === undefined ? variable.name : checkName("Variable", edit.name);
  checkSize("Variable", Buffer.byteLength(edit.value ?? ""));
  const other = findNamed(variables, variable.scope, name);
  if (other !== undefined && other.id !== variable.id) {
    throw new Refusal(409, "Already exists - Variable already exists");
  }
  variables.put({ ...variable, ...edit, name, updatedAt: nowMs });
}

/** Whether an organisation lets a repository read it. */
export function isSharedWith(
  { visibility, selectedRepositoryIds }: Sharing,
  repository: Pick<RepositoryRow, "id" | "visibility">,
): boolean {
  if (visibility === "selected") return selectedRepositoryIds.includes(repository.id);
  return visibility === "all" || (visibility === "private" && repository.visibility !== "public");
}

/** Without regard to case. */
export function findNamed<R extends { readonly name: string }>(
  rows: { by(lookup: "scope", key: string): readonly R[] },
  scope: Scope,
  name: string,
): R | undefined {
  return rows.by("scope", scope).find((row) => row.name === name.toUpperCase());
}

function checkSize(kind: "Secret" | "Variable", sizeBytes: number): void {
  if (sizeBytes <= mostValueBytes) return;
  throw new Refusal(422, "Validation Failed", [`${kind} value is too large. It must be at most 48 KB.`]);
}

function checkCount(world: World, kind: keyof typeof mostOf, scope: Scope): void {
  const place = scope.split("/")[0] as keyof (typeof mostOf)["secrets"];
  const most = mostOf[kind][place];
  if (world[kind].by("scope", scope).length < most) return;
  throw new Refusal(422, "Validation Failed", [`At most ${most} ${kind} can be kept in this ${place}.`]);
}
