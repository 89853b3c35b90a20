/**
 * @module What a commit is to change: given by the caller, checked, and compared with what is there.
 */
import { invalidInput } from "../../errors.ts";
import { mustBeContent, mustBeObject } from "./check-arguments.ts";
import { blobIdOf } from "./git-object-id.ts";
import { mustParseFilePath } from "./repository-place.ts";

/** `100755` can be run; of `120000`, a symbolic link, the content is where it leads. */
export type FileMode = "100644" | "100755" | "120000";

export type FileChange =
  /** Written, text as UTF-8. A file that is there keeps its mode; a new one has `100644`. */
  | { readonly path: string; readonly content: string | Uint8Array; readonly mode?: FileMode }
  | { readonly path: string; readonly delete: true }
  /** Only its mode is changed. */
  | { readonly path: string; readonly mode: FileMode };

export interface ParsedChange {
  readonly path: string;
  readonly bytes: Buffer | undefined;
  /** The id that the blob will have; `undefined` where the content stays, or goes. */
  readonly id: string | undefined;
  readonly mode: FileMode | undefined;
  readonly isDeleted: boolean;
}

/** @throws {HubsteadError} `invalid_input` for no changes, wrong paths, one path twice, and a file below a file */
export function parseChanges(changes: readonly FileChange[]): readonly ParsedChange[] {
  if (!Array.isArray(changes) || changes.length === 0) {
    throw invalidInput(
      "a commit without a list of changes",
      "Name at least one file in `changes`: [{ path, content }].",
      { path: "changes", expected: "a list of { path, content }, { path, delete: true } or { path, mode }" },
    );
  }
  const parsed = changes.map(parseChange);
  const seen = new Set<string>();
  for (const { path } of parsed) {
    if (seen.has(path))
      throw invalidInput(`${path} is changed twice in one commit`, "Name each path once.", {
        path: "changes",
      });
    seen.add(path);
  }
  const written = new Set(parsed.filter(({ isDeleted }) => !isDeleted).map(({ path }) => path));
  for (const path of written) {
    const above = foldersOf(path).find((folder) => written.has(folder));
    if (above === undefined) continue;
    throw invalidInput(
      `${above} cannot be a file and have ${path} in it, in one commit`,
      "Leave one of them out.",
      { path: "changes", paths: [above, path] },
    );
  }
  return parsed;
}

/** @returns of `a/b/c`: `a`, `a/b` */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}

function parseChange(change: FileChange): ParsedChange {
  const path = mustParseFilePath(mustBeObject(change, "a change", "changes").path);
  if ("delete" in change && change.delete)
    return { path, bytes: undefined, id: undefined, mode: undefined, isDeleted: true };
  const { mode } = change as { readonly mode?: FileMode };
  if (mode !== undefined && !["100644", "100755", "120000"].includes(mode))
    throw invalidInput(`${mode} is no mode of a file`, "Use 100644, 100755 or 120000.", { path: "mode" });
  if (!("content" in change) && mode !== undefined)
    return { path, bytes: undefined, id: undefined, mode, isDeleted: false };
  const { content } = change as { readonly content?: unknown };
  const bytes = Buffer.from(mustBeContent(content, path));
  return { path, bytes, id: blobIdOf(bytes), mode, isDeleted: false };
}

/** What is not as it is to be already. @param ids by path, of what is there */
export function openChanges(
  changes: readonly ParsedChange[],
  ids: ReadonlyMap<string, string>,
): readonly ParsedChange[] {
  return changes.filter(({ path, id, mode, isDeleted }) => {
    if (isDeleted) return ids.has(path);
    // Whether a mode is another one than now, is seen by whoever makes the tree.
    return mode !== undefined || ids.get(path) !== id;
  });
}
