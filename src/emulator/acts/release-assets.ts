/**
 * @module What is done to the files that are attached to releases.
 *
 * @see https://docs.github.com/rest/releases/assets
 */

import { type FieldError, type Refusal, validationFailed } from "../http/refusal.ts";
import type { StoredAsset } from "../releases/asset-store.ts";
import type { ReleaseAssetRow, ReleaseRow } from "../world/release-rows.ts";
import type { Act } from "./act.ts";

export interface NewAsset {
  /** As it was asked for. */
  readonly name: string;
  readonly label: string | null;
  readonly contentType: string;
}

const mostAssets = 1_000;
const mostNameLength = 255;

/** To be asked before the file is received, which takes its time, and again afterwards. @throws {Refusal} 422 */
export function checkNewAsset({ services: { world } }: Act, release: ReleaseRow, name: string): void {
  const assets = world.releaseAssets.by("release", release.id);
  checkName(assets, name);
  if (assets.length < mostAssets) return;
  const message = `file_count limited to ${mostAssets} assets per release`;
  throw invalid({ code: "custom", field: "file_count", message });
}

/** @param id under which the file is stored @throws {Refusal} 422 */
export function addAsset(
  act: Act,
  release: ReleaseRow,
  id: number,
  { name, ...asset }: NewAsset & StoredAsset,
): ReleaseAssetRow {
  checkNewAsset(act, release, name);
  return act.services.world.releaseAssets.put({
    ...asset,
    id,
    repositoryId: release.repositoryId,
    releaseId: release.id,
    name: normalizeAssetName(name),
    downloads: 0,
    uploaderId: act.actor.id,
    createdAt: act.nowMs,
    updatedAt: act.nowMs,
  });
}

/** @throws {Refusal} 422 */
export function editAsset(
  { services: { world }, nowMs }: Act,
  asset: ReleaseAssetRow,
  { name, label }: { readonly name?: string; readonly label?: string | null },
): ReleaseAssetRow {
  const others = world.releaseAssets.by("release", asset.releaseId).filter(({ id }) => id !== asset.id);
  if (name !== undefined) checkName(others, name);
  return world.releaseAssets.put({
    ...asset,
    ...(name === undefined ? {} : { name: normalizeAssetName(name) }),
    ...(label === undefined ? {} : { label }),
    updatedAt: nowMs,
  });
}

export function removeAsset({ services }: Act, { id }: ReleaseAssetRow): void {
  services.world.releaseAssets.remove(id);
  services.assets.remove(id);
}

/** GitHub writes a dot for what it does not take, and none at the ends. */
function normalizeAssetName(name: string): string {
  const plain = name
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^\w+@~-]+/gu, ".");
  const bare = plain.replaceAll(/^\.+|\.+$/gu, "");
  if (bare === "") return "default";
  return plain.startsWith(".") ? `default.${bare}` : bare;
}

/** @throws {Refusal} 422 */
function checkName(others: readonly ReleaseAssetRow[], name: string): void {
  if (name === "") throw invalid({ code: "missing_field", field: "name" });
  if (name.length > mostNameLength)
    throw invalid({
      code: "custom",
      field: "name",
      message: `name is too long (maximum is ${mostNameLength} characters)`,
    });
  const wanted = normalizeAssetName(name);
  if (others.some((other) => other.name === wanted)) throw invalid({ code: "already_exists", field: "name" });
}

/** @param mostBytes that a file may have @throws {Refusal} 422 for an empty file, or one that was too large to be stored */
export function checkStored(
  stored: StoredAsset | undefined,
  mostBytes: number,
): asserts stored is StoredAsset {
  if (stored === undefined)
    throw invalid({ code: "custom", field: "size", message: `size must be less than ${mostBytes}` });
  if (stored.sizeBytes === 0)
    throw invalid({ code: "custom", field: "size", message: "size must be greater than or equal to 1" });
}

function invalid(error: FieldError): Refusal {
  return validationFailed({ resource: "ReleaseAsset", ...error });
}
