/**
 * @module Files of a repository, one at a time: read, written, deleted, listed. Many in one commit: `commit-files.ts`.
 */

import { type FileItem, type ListFilesOptions, listFiles } from "./list-files.ts";
import { namingNeeds } from "./needed-of.ts";
import { type FileContent, type ReadFileOptions, readFile } from "./read-file.ts";
import type { Session } from "./session.ts";
import {
  type DeleteFileOptions,
  deleteFile,
  type FileDeleted,
  type FileWritten,
  type WriteFileOptions,
  writeFile,
} from "./write-file.ts";

/** Paths begin at the repository's root, without a slash. */
export interface FileMethods {
  /**
   * A file's bytes, and its text where it is one; of the default branch unless `ref` says otherwise. A symbolic link to a file of
   * the repository is followed.
   *
   * @param options or the ref
   * @throws {HubsteadError} `not_found`; `invalid_input` with `data.type` for a folder, a submodule, a symbolic link to
   *   something else, and for more than 100 MB
   */
  getFile(repo: string, path: string, options?: string | ReadFileOptions): Promise<FileContent>;
  /**
   * Writes a file in one commit, unless it is so already. With `expectedSha` only where the file is as the caller has seen
   * it; without, it replaces whatever is there. An answer that was lost is looked up before it is asked again.
   *
   * @param content text is written as UTF-8
   * @param options or the commit's message
   * @throws {HubsteadError} `version_conflict` with `data.found` where the file is not as expected, or moves all the time;
   *   `not_found` for a branch that there is not; `invalid_input`; `ambiguous_write`
   */
  putFile(
    repo: string,
    path: string,
    content: string | Uint8Array,
    options?: string | WriteFileOptions,
  ): Promise<FileWritten>;
  /**
   * As `putFile`, for those who want the commit alone.
   *
   * @param options or the commit's message, and after it perhaps the branch
   * @returns the commit's id; where the file was so already, that of the branch's newest commit
   * @throws {HubsteadError} as `putFile`
   */
  createOrUpdateFile(
    repo: string,
    path: string,
    content: string | Uint8Array,
    options?: string | WriteFileOptions,
    branch?: string,
  ): Promise<string>;
  /**
   * Deletes a file in one commit, unless there is none.
   *
   * @param options or the commit's message
   * @throws {HubsteadError} as `putFile`
   */
  deleteFile(repo: string, path: string, options?: string | DeleteFileOptions): Promise<FileDeleted>;
  /**
   * What is in a folder: all of it, however much that is.
   *
   * @param path default: the root; or the options
   * @param options or the ref
   * @throws {HubsteadError} `not_found`; `invalid_input` for what is no folder
   */
  listFiles(
    repo: string,
    path?: string | ListFilesOptions,
    options?: string | ListFilesOptions,
  ): Promise<readonly FileItem[]>;
}

export function fileMethods(session: Session): FileMethods {
  return namingNeeds<FileMethods>({
    getFile: (repo, path, given = {}) =>
      readFile(session, repo, path, typeof given === "string" ? { ref: given } : given),
    putFile: (repo, path, content, given = {}) => writeFile(session, repo, path, content, withMessage(given)),
    async createOrUpdateFile(repo, path, content, given = {}, branch = undefined) {
      const options = { ...withMessage(given), ...(branch === undefined ? {} : { branch }) };
      const { commitSha } = await writeFile(session, repo, path, content, options);
      return commitSha ?? (await newestCommit(session, repo, options));
    },
    deleteFile: (repo, path, given = {}) => deleteFile(session, repo, path, withMessage(given)),
    listFiles(repo, path = "", given = {}) {
      if (typeof path === "object" && path !== null) return listFiles(session, repo, "", path);
      return listFiles(session, repo, path, typeof given === "string" ? { ref: given } : given);
    },
  });
}

function withMessage<Options extends object>(
  given: string | Options,
): Options | { readonly message: string } {
  return typeof given === "string" ? { message: given } : given;
}

async function newestCommit(
  session: Session,
  name: string,
  { branch = "HEAD", message: _, expectedSha: __, ...options }: WriteFileOptions,
): Promise<string> {
  const place = session.repo(name);
  const api = await session.api(`${place.owner}/${place.repo}`, options);
  const { data } = await api.request("GET /repos/{owner}/{repo}/commits/{ref}", { ...place, ref: branch });
  return data.sha;
}
