/**
 * @module What becomes of releases whose tag is deleted: they are drafts again.
 *
 * @see https://docs.github.com/repositories/releasing-projects-on-github/managing-releases-in-a-repository
 */
import type { Act } from "./act.ts";

/** @param ref of a tag that is gone: `refs/tags/v1` */
export function withdrawReleases({ services, repository, nowMs }: Act, ref: string): void {
  const { releases } = services.world;
  for (const release of releases.by("repository", repository.id))
    if (!release.isDraft && `refs/tags/${release.tagName}` === ref)
      releases.put({
        ...release,
        isDraft: true,
        latest: "legacy",
        publishedAt: null,
        updatedAt: nowMs,
      });
}
