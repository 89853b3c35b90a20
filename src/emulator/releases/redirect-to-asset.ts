/**
 * @module Sends whoever asks for a release's file on to where its bytes are, and counts.
 */
import type { Answer } from "../http/answer.ts";
import type { Services } from "../services.ts";
import type { ReleaseAssetRow } from "../world/release-rows.ts";

export async function redirectToAsset({ world, logs }: Services, { id }: ReleaseAssetRow): Promise<Answer> {
  const location = await logs.urlFor(`/assets/${id}`);
  const asset = world.releaseAssets.get(id);
  if (asset !== undefined) world.releaseAssets.put({ ...asset, downloads: asset.downloads + 1 });
  return { status: 302, headers: { location } };
}
