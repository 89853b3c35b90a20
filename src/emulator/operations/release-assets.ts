/**
 * @module Files that are attached to releases: uploaded as they are, downloaded by a link to another origin.
 *
 * @see https://docs.github.com/rest/releases/assets
 */
import { addAsset, checkNewAsset, checkStored, editAsset, removeAsset } from "../acts/release-assets.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound } from "../http/refusal.ts";
import { redirectToAsset } from "../releases/redirect-to-asset.ts";
import { assetToJson } from "../shapes/release-json.ts";
import type { ReleaseAssetRow } from "../world/release-rows.ts";
import { readContents, writeContents } from "./git-place.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";
import { releaseOf, seesDrafts } from "./releases.ts";

export const releaseAssetOperations: readonly Operation[] = [
  {
    ...forRepository("repos/upload-release-asset", writeContents, async (call) => {
      const { world, assets, sizes } = call.services;
      const { name = "", label = null } = call.query;
      const contentType = call.headers.get("content-type") ?? "application/octet-stream";
      const act = actOf(call);
      checkNewAsset(act, releaseOf(call), name);
      const id = world.releaseAssets.nextId();
      try {
        const stored = await call.receive((pieces) => assets.write(id, pieces, sizes.assetBytes - 1));
        checkStored(stored, sizes.assetBytes);
        // Much may have happened while the file came.
        const asset = addAsset(act, releaseOf(call), id, { name, label, contentType, ...stored });
        return created(assetToJson(call, asset));
      } catch (error) {
        assets.remove(id);
        throw error;
      }
    }),
    takesFile: true,
  },
  forRepository("repos/list-release-assets", readContents, (call) => {
    const assets = call.world.releaseAssets.by("release", releaseOf(call, call.world).id);
    return listed(call, assets, (asset) => assetToJson(call, asset));
  }),
  forRepository("repos/get-release-asset", readContents, (call) => {
    const asset = assetOf(call, call.world);
    const wantsFile = /application\/octet-stream/iu.test(call.headers.get("accept") ?? "");
    return wantsFile ? redirectToAsset(call.services, asset) : ok(assetToJson(call, asset));
  }),
  forRepository("repos/update-release-asset", writeContents, (call) => {
    const { name, label } = call.body;
    const edit = {
      ...(name == null ? {} : { name: String(name) }),
      ...(label === undefined ? {} : { label: label as string | null }),
    };
    return ok(assetToJson(call, editAsset(actOf(call), assetOf(call), edit)));
  }),
  forRepository("repos/delete-release-asset", writeContents, (call) => {
    removeAsset(actOf(call), assetOf(call));
    return noContent;
  }),
];

/** The file that the path names. @throws {Refusal} 404, also for drafts' ones that one may not see */
function assetOf(call: RepositoryCall, from = call.services.world): ReleaseAssetRow {
  const asset = from.releaseAssets.get(Number(call.params["asset_id"]));
  const release = asset && from.releases.get(asset.releaseId);
  if (asset?.repositoryId !== call.repository.id || release === undefined) throw notFound();
  if (release.isDraft && !seesDrafts(call)) throw notFound();
  return asset;
}
