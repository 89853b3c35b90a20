/**
 * @module Changes of workflow files that come with commits: whoever lacks the permission brings none into the repository.
 */
import type { GitRepository } from "../git/git-store.ts";
import { ancestorsOf, log } from "../git/history.ts";
import { peel, readCommit } from "../git/revisions.ts";
import { diffTrees } from "../git/tree-diff.ts";
import type { Act } from "./act.ts";
import { checkMayWriteWorkflows, isWorkflow, mayWriteWorkflows } from "./paths.ts";

/** @param oid where a ref is to point @throws {Refusal} 403, 404 */
export function checkWorkflowsOf(act: Act, oid: string): void {
  if (mayWriteWorkflows(act.principal)) return;
  const git = act.services.git.repository(act.repository.id);
  checkMayWriteWorkflows(act, workflowsNewIn(git, oid));
}

/** Workflow files touched by commits that no branch has yet. */
function workflowsNewIn(git: GitRepository, oid: string): string[] {
  const head = peel(git, oid);
  if (head === undefined) return [];
  const known = new Set<string>();
  for (const branch of git.refs("refs/heads/")) {
    for (const ancestor of ancestorsOf(git, branch.oid, known)) known.add(ancestor);
  }
  return [...log(git, head, known)].flatMap((commit) => {
    const { tree, parents } = readCommit(git, commit);
    const [parent] = parents;
    const before = parent === undefined ? undefined : readCommit(git, parent).tree;
    return diffTrees(git, before, tree).flatMap(({ path }) => (isWorkflow(path) ? [path] : []));
  });
}

/** What a push is told that brings workflow files; the file's path belongs in place of `@path@`. */
export function workflowObjection({ principal }: Pick<Act, "principal">): string | undefined {
  if (mayWriteWorkflows(principal)) return undefined;
  if (principal.kind === "user") {
    const by = principal.token.kind === "oauth" ? "an OAuth App" : "a Personal Access Token";
    return `refusing to allow ${by} to create or update workflow \`@path@\` without \`workflow\` scope`;
  }
  return "refusing to allow a GitHub App to create or update workflow `@path@` without `workflows` permission";
}
