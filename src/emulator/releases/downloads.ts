/**
 * @module What is downloaded by a short-lived URL besides logs: files of releases, and archives of commits.
 */
import type { Download } from "../actions/log-server.ts";
import { type ArchiveFormat, archiveOf, archiveTypes } from "../git/archive.ts";
import type { Services } from "../services.ts";
import { fullNameOf } from "../shapes/repository-json.ts";

/** @param path `/assets/1`, or `/archives/zip/1/…` with a repository's id and a commit's */
export function downloadAt(
  { world, git, assets }: Pick<Services, "world" | "git" | "assets">,
  path: string,
): Download | undefined {
  const [, kind, first = "", second = "", commit = ""] = path.split("/");
  if (kind === "assets") {
    const asset = world.releaseAssets.get(Number(first));
    const body = asset && assets.read(asset.id);
    if (asset === undefined || body === undefined) return undefined;
    return { type: asset.contentType, body, sizeBytes: asset.sizeBytes, fileName: asset.name };
  }
  const repository = world.repositories.get(Number(second));
  const format = (Object.keys(archiveTypes) as ArchiveFormat[]).find((known) => known === first);
  if (kind !== "archives" || repository === undefined || format === undefined) return undefined;
  const name = `${fullNameOf(world, repository).replace("/", "-")}-${commit.slice(0, 7)}`;
  return {
    type: archiveTypes[format],
    body: archiveOf(git.repository(repository.id), commit, format, name),
    fileName: `${name}.${format}`,
  };
}
