/**
 * @module Files and folders as the contents API shows them.
 */
import { parse } from "node:path/posix";
import { modeToKind, type TreeEntry } from "../git/objects.ts";
import type { Sizes } from "../limits/sizes.ts";
import { toBase64Lines } from "./git-json.ts";
import type { GitPlace } from "./pushed-commit-json.ts";
import { fullNameOf } from "./repository-json.ts";

export interface ContentPlace extends GitPlace {
  /** As it was asked for: a branch, a tag, or a commit's id. */
  readonly ref: string;
  /** The root of the tree that is looked at. */
  readonly tree: string;
  readonly version: string;
  readonly sizes: Sizes;
}

type Kind = "file" | "dir" | "symlink" | "submodule";

export function kindOfEntry({ mode }: TreeEntry): Kind {
  if (mode === "120000") return "symlink";
  const kind = modeToKind(mode);
  return kind === "tree" ? "dir" : kind === "commit" ? "submodule" : "file";
}

/** What all forms have in common. */
export function entryToJson(place: ContentPlace, entry: TreeEntry, path: string) {
  const { world, repository, urls, git, ref } = place;
  const full = fullNameOf(world, repository);
  const kind = kindOfEntry(entry);
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const self = urls.api(`/repos/${full}/contents/${encoded}?ref=${encodeURIComponent(ref)}`);
  const page = urls.html(`/${full}/${kind === "dir" ? "tree" : "blob"}/${encodeURI(ref)}/${encoded}`);
  const isFile = kind === "file" || kind === "symlink";
  const gitUrl =
    kind === "submodule"
      ? null
      : urls.api(`/repos/${full}/git/${kind === "dir" ? "trees" : "blobs"}/${entry.oid}`);
  return {
    name: parse(path).base,
    path,
    sha: entry.oid,
    size: isFile ? (git.read(entry.oid)?.content.length ?? 0) : 0,
    url: self,
    html_url: kind === "submodule" ? null : page,
    git_url: gitUrl,
    download_url: isFile ? urls.html(`/${full}/raw/${encodeURI(ref)}/${encoded}`) : null,
    type: kind,
    _links: { self, git: gitUrl, html: kind === "submodule" ? null : page },
  };
}

/** One entry of a listing. The older version of the API takes submodules for files. */
export function listedEntryToJson(place: ContentPlace, entry: TreeEntry, path: string) {
  const json = entryToJson(place, entry, path);
  return json.type === "submodule" && place.version < "2026" ? { ...json, type: "file" } : json;
}

/** `content-file`. Large files come without their content. @param content of the blob */
export function fileToJson(place: ContentPlace, entry: TreeEntry, path: string, content: Buffer) {
  const isLarge = content.length > place.sizes.inlineBytes;
  return {
    ...entryToJson(place, entry, path),
    type: "file",
    size: content.length,
    content: isLarge ? "" : toBase64Lines(content),
    encoding: isLarge ? "none" : "base64",
  };
}
