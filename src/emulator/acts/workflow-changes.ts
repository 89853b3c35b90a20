/**
 * @module Changes of workflow files that come with commits: whoever lacks the permission brings none into the repository.
 */
import type { GitRepository } from "../git/git-store.ts";
import { ancestorsOf, log } from "../git/history.ts";
import { modeToKind } from "../git/objects.ts";
import { entryAt, peel, readCommit } from "../git/revisions.ts";
import type { Act } from "./act.ts";
import { checkMayWriteWorkflows, mayWriteWorkflows, workflowFolder } from "./paths.ts";

/** @param oid where a ref is to point @throws {Refusal} 403, 404 */
export function checkWorkflowsOf(act: Act, oid: string): void {
  if (mayWriteWorkflows(act.principal)) return;
  const git = act.services.git.repository(act.repository.id);
  if (bringsWorkflows(git, oid)) checkMayWriteWorkflows(act, [workflowFolder]);
}

/** Whether a commit that no branch has yet touches the files of workflows. */
function bringsWorkflows(git: GitRepository, oid: string): boolean {
  const head = peel(git, oid);
  if (head === undefined) return false;
  const known = new Set<string>();
  for (const branch of git.refs("refs/heads/")) {
    for (const ancestor of ancestorsOf(git, branch.oid, known)) known.add(ancestor);
  }
  return [...log(git, head, known)].some((commit) => {
    const [parent] = readCommit(git, commit).parents;
    return workflowTreeOf(git, parent) !== workflowTreeOf(git, commit);
  });
}

/** @param commit `undefined` for none @returns the id of the folder of workflows */
function workflowTreeOf(git: GitRepository, commit: string | undefined): string | undefined {
  const entry = commit && entryAt(git, readCommit(git, commit).tree, workflowFolder.slice(0, -1));
  return entry && modeToKind(entry.mode) === "tree" ? entry.oid : undefined;
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
