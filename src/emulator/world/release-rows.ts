/**
 * @module What is kept of releases and of the files that are attached to them. The files' bytes lie in an asset store.
 */
import type { Row } from "./collection.ts";

export interface ReleaseRow extends Row {
  readonly repositoryId: number;
  /** Of a draft, the tag that it will have. */
  readonly tagName: string;
  /** Where the tag is made if there is none yet: a branch, or a commit's id. */
  readonly target: string;
  readonly name: string | null;
  readonly body: string | null;
  readonly isDraft: boolean;
  readonly isPrerelease: boolean;
  /** Whether it was made the latest one, was never to be it, or is it by its date and its version. */
  readonly latest: "true" | "false" | "legacy";
  readonly authorId: number;
  /** Of the commit that is released; of a draft, when it was made. */
  readonly createdAt: number;
  readonly publishedAt: number | null;
  readonly updatedAt: number;
}

export interface ReleaseAssetRow extends Row {
  readonly repositoryId: number;
  readonly releaseId: number;
  readonly name: string;
  readonly label: string | null;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** `sha256:…`. */
  readonly digest: string;
  readonly downloads: number;
  readonly uploaderId: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}
