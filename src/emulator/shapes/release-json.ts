/**
 * @module Releases and the files that are attached to them, as the REST API and webhooks show them.
 */
import { createHash } from "node:crypto";
import { wholeSeconds } from "../clock.ts";
import type { ReleaseAssetRow, ReleaseRow } from "../world/release-rows.ts";
import { authorToJson } from "./account-json.ts";
import { type Place, rollUp } from "./issue-json.ts";
import { nodeId } from "./node-id.ts";
import { fullNameOf } from "./repository-json.ts";

/** `release`. */
export function releaseToJson(place: Place, release: ReleaseRow) {
  const { world, repository, urls } = place;
  const { id, tagName, isDraft, publishedAt } = release;
  const full = fullNameOf(world, repository);
  const url = urls.api(`/repos/${full}/releases/${id}`);
  const reactions = rollUp(world, `release/${id}`, `${url}/reactions`);
  const archive = (format: string) =>
    isDraft ? null : urls.api(`/repos/${full}/${format}/${encodeTag(tagName)}`);
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${urls.uploads(`/repos/${full}/releases/${id}/assets`)}{?name,label}`,
    html_url: urls.html(`/${full}/releases/tag/${pageNameOf(release)}`),
    id,
    author: authorToJson(world, release.authorId, urls),
    node_id: nodeId("release", repository.id, id),
    tag_name: tagName,
    target_commitish: release.target,
    name: release.name,
    draft: isDraft,
    immutable: false,
    prerelease: release.isPrerelease,
    created_at: wholeSeconds(release.createdAt),
    updated_at: wholeSeconds(release.updatedAt),
    published_at: publishedAt === null ? null : wholeSeconds(publishedAt),
    assets: world.releaseAssets.by("release", id).map((asset) => assetToJson(place, asset)),
    tarball_url: archive("tarball"),
    zipball_url: archive("zipball"),
    body: release.body,
    ...(reactions.total_count === 0 ? {} : { reactions }),
  };
}

/** `release-asset`. */
export function assetToJson({ world, repository, urls }: Place, asset: ReleaseAssetRow) {
  const full = fullNameOf(world, repository);
  const release = world.releases.get(asset.releaseId);
  const page = release === undefined ? "" : pageNameOf(release);
  return {
    url: urls.api(`/repos/${full}/releases/assets/${asset.id}`),
    id: asset.id,
    node_id: nodeId("releaseAsset", repository.id, asset.id),
    name: asset.name,
    label: asset.label,
    uploader: authorToJson(world, asset.uploaderId, urls),
    content_type: asset.contentType,
    state: "uploaded",
    size: asset.sizeBytes,
    digest: asset.digest,
    download_count: asset.downloads,
    created_at: wholeSeconds(asset.createdAt),
    updated_at: wholeSeconds(asset.updatedAt),
    browser_download_url: urls.html(`/${full}/releases/download/${page}/${encodeURIComponent(asset.name)}`),
  };
}

/** What stands for the tag in links to a release: a draft has none yet. */
export function pageNameOf({ id, isDraft, tagName }: ReleaseRow): string {
  if (!isDraft) return encodeTag(tagName);
  return `untagged-${createHash("sha256").update(String(id)).digest("hex").slice(0, 20)}`;
}

function encodeTag(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}
