/**
 * @module The workflows of a repository: files under `.github/workflows`, each with a row of its own once it was seen.
 */
import type { GitRepository } from "../git/git-store.ts";
import { parseCommit, parseTag, parseTree } from "../git/objects.ts";
import type { Services } from "../services.ts";
import type { WorkflowRow } from "../world/action-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { parseWorkflow, type WorkflowFile } from "./workflow-file.ts";

const folder = [".github", "workflows"] as const;

/** Files seldom change, and events are many: what a commit has is read once. */
const filesByTree = new WeakMap<GitRepository, Map<string, readonly WorkflowFile[]>>();
const mostTreesKept = 50;

/** @param commit its id @returns the workflows of this commit, by their paths */
function workflowFilesAt(git: GitRepository, commit: string): readonly WorkflowFile[] {
  const tree = workflowTree(git, commit);
  if (tree === undefined) return [];
  const known = filesByTree.get(git) ?? new Map<string, readonly WorkflowFile[]>();
  filesByTree.set(git, known);
  const found = known.get(tree);
  if (found !== undefined) return found;
  const files = parseTree(git.read(tree)!.content)
    .filter(({ name, mode }) => /\.ya?ml$/u.test(name) && mode.startsWith("100"))
    .map(({ name, oid }) =>
      parseWorkflow(`${folder.join("/")}/${name}`, git.read(oid)!.content.toString("utf8")),
    );
  if (known.size >= mostTreesKept) known.clear();
  known.set(tree, files);
  return files;
}

function workflowTree(git: GitRepository, commit: string): string | undefined {
  let tree: string | undefined = git.read(commit) && parseCommit(git.read(commit)!.content).tree;
  for (const name of folder) {
    const entries = tree === undefined ? [] : parseTree(git.read(tree)!.content);
    tree = entries.find((entry) => entry.name === name && entry.mode === "040000")?.oid;
  }
  return tree;
}

/** The commit that a ref leads to, through tags. @param ref `refs/tags/v1` */
export function commitOf(git: GitRepository, ref: string): string | undefined {
  let oid = git.ref(ref);
  while (oid !== undefined) {
    const object = git.read(oid);
    if (object?.kind !== "tag") break;
    oid = parseTag(object.content).object;
  }
  return oid;
}

export interface KnownWorkflow {
  readonly workflow: WorkflowRow;
  readonly file: WorkflowFile;
}

/** The workflows of a commit; new ones get a row. @param commit the default branch's newest where absent */
export function workflowsOf(
  { world, git, clock }: Services,
  repository: RepositoryRow,
  commit?: string,
): readonly KnownWorkflow[] {
  const store = git.repository(repository.id);
  const at = commit ?? store.ref(`refs/heads/${repository.defaultBranch}`);
  if (at === undefined) return [];
  const rows = world.workflows.by("repository", repository.id);
  return workflowFilesAt(store, at).map((file) => {
    const row = rows.find(({ path }) => path === file.path);
    // What a workflow is called is said by the default branch.
    if (row !== undefined && (commit !== undefined || row.name === file.name)) return { workflow: row, file };
    const now = clock.now();
    const workflow = world.workflows.put({
      id: row?.id ?? world.workflows.nextId(),
      repositoryId: repository.id,
      path: file.path,
      name: file.name,
      state: row?.state ?? "active",
      createdAt: row?.createdAt ?? now,
      updatedAt: now,
    });
    return { workflow, file };
  });
}
