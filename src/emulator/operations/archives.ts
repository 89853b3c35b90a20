/**
 * @module A commit's files as one archive, by a link to another origin.
 *
 * @see https://docs.github.com/rest/repos/contents#download-a-repository-archive-tar
 */

import type { ArchiveFormat } from "../git/archive.ts";
import { findCommit } from "../git/revisions.ts";
import { notFound } from "../http/refusal.ts";
import { gitOf, readContents } from "./git-place.ts";
import { forRepository, type Operation } from "./operation.ts";

export const archiveOperations: readonly Operation[] = [
  archiveOperation("repos/download-tarball-archive", "tar.gz"),
  archiveOperation("repos/download-zipball-archive", "zip"),
];

function archiveOperation(name: string, format: ArchiveFormat): Operation {
  return forRepository(name, readContents, async (call) => {
    const { services, repository, params } = call;
    const commit = findCommit(gitOf(call), params["ref"] || "HEAD", repository.defaultBranch);
    if (commit === undefined) throw notFound();
    const location = await services.logs.urlFor(`/archives/${format}/${repository.id}/${commit}`);
    return { status: 302, headers: { location } };
  });
}
