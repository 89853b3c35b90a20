/**
 * @module `createCommitOnBranch`: files that are written in one commit, if the branch is still where one thinks.
 *
 * @see https://docs.github.com/graphql/reference/mutations#createcommitonbranch
 */

import { commitFiles, type FileChange } from "../../acts/files.ts";
import { isDotGit } from "../../acts/paths.ts";
import { isRefName } from "../../git/folder-git-store.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { mustFind } from "../find-node.ts";
import { findRepository } from "../find-repository.ts";
import { findObject } from "../nodes/git-lookup.ts";
import { Problem } from "../problem.ts";
import { unresolved, type View } from "../view.ts";
import { actIn, type Mutation } from "./mutation.ts";

interface CommitInput {
  readonly branch: {
    readonly id?: string | null;
    readonly branchName?: string | null;
    readonly repositoryNameWithOwner?: string | null;
  };
  readonly expectedHeadOid: string;
  readonly message: { readonly headline: string; readonly body?: string | null };
  readonly fileChanges?: {
    readonly additions?: readonly { readonly path: string; readonly contents: string }[] | null;
    readonly deletions?: readonly { readonly path: string }[] | null;
  } | null;
}

export const commitMutations: Readonly<Record<string, Mutation>> = {
  createCommitOnBranch: {
    run(view, input) {
      const { branch, expectedHeadOid, message, fileChanges } = input as unknown as CommitInput;
      const { repository, name } = branchOf(view, branch);
      const act = actIn(view, repository, { permission: "contents", level: "write", role: "write" });
      const git = view.services.git.repository(repository.id);
      const head = git.ref(`refs/heads/${name}`);
      if (head === undefined) throw unresolved("a Ref with the name of the branch");
      if (head !== expectedHeadOid) {
        throw new Problem(
          "STALE_DATA",
          `Expected branch to point to "${expectedHeadOid}" but it did not.  Pull and try again.`,
        );
      }
      const deletions = fileChanges?.deletions ?? [];
      for (const { path } of deletions) {
        checkPath(path);
        if (findObject(git, repository, `${head}:${path}`) === undefined) {
          throw new Problem(
            "UNPROCESSABLE",
            `A path was requested for deletion which does not exist as of commit oid \`${head}\`: \`${path}\``,
          );
        }
      }
      const changes = [
        ...deletions.map(({ path }): FileChange => ({ path, content: null })),
        ...(fileChanges?.additions ?? []).map(additionToChange),
      ];
      const { headline, body } = message;
      const oid = commitFiles(act, {
        branch: name,
        message: body == null || body === "" ? headline : `${headline}\n\n${body}`,
        changes,
        isSigned: true,
      });
      return {
        commit: () => view.nodes.gitObject(repository, oid),
        ref: () => view.nodes.ref(repository, `refs/heads/${name}`, oid),
      };
    },
  },
};

/** By its ref's id, or by names. @throws {Problem} */
function branchOf(
  view: View,
  { id, branchName, repositoryNameWithOwner }: CommitInput["branch"],
): { readonly repository: RepositoryRow; readonly name: string } {
  if (id != null) {
    const { repository, name } = mustFind(view, id, "ref");
    return { repository, name: name.replace(/^refs\/heads\//u, "") };
  }
  if (branchName == null || repositoryNameWithOwner == null) {
    throw new Problem(
      "UNPROCESSABLE",
      "A branch is named by its id, or by its name and its repository's name with owner.",
    );
  }
  const [owner = "", name = ""] = repositoryNameWithOwner.split("/", 2);
  const branch = branchName.replace(/^refs\/heads\//u, "");
  if (!isRefName(`refs/heads/${branch}`)) throw unresolved("a Ref with the name of the branch");
  return { repository: findRepository(view, owner, name), name: branch };
}

function additionToChange({
  path,
  contents,
}: {
  readonly path: string;
  readonly contents: string;
}): FileChange {
  checkPath(path);
  const compact = contents.replaceAll(/\s/gu, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/u.test(compact)) {
    throw new Problem("UNPROCESSABLE", `The contents of \`${path}\` are not valid Base64.`);
  }
  return { path, content: Buffer.from(compact, "base64") };
}

/** @throws {Problem} for what git would not check out */
function checkPath(path: string): void {
  const isWrong = path.split("/").some((part) => ["", ".", ".."].includes(part) || isDotGit(part));
  if (isWrong || /[\0-\u001f]/u.test(path)) {
    throw new Problem("UNPROCESSABLE", `A path was requested which is malformed: \`${path}\``);
  }
}
