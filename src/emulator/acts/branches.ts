/**
 * @module What is done to branches as such.
 */
import { isRefName, looksLikeCommit } from "../git/folder-git-store.ts";
import { forbidden, Refusal } from "../http/refusal.ts";
import { hasRole } from "../world/account-rows.ts";
import type { Act } from "./act.ts";
import { followRename } from "./pull-branches.ts";
import { notePush } from "./pushes.ts";
import { objectionsOfRulesets, refusalsOf } from "./ref-rules.ts";
import { noteRename } from "./renamed-branches.ts";

/** Protection, and being the default, go with it. @param branch one that there is @throws {Refusal} 403, 422 */
export function renameBranch(act: Act, branch: string, name: string): void {
  const { world, git } = act.services;
  const repository = git.repository(act.repository.id);
  const [from, to] = [`refs/heads/${branch}`, `refs/heads/${name}`];
  const isGuarded =
    branch === act.repository.defaultBranch ||
    world.protections.by("repository", act.repository.id).some((row) => row.branch === branch);
  if (isGuarded && !hasRole(act.role, "admin")) throw forbidden("Must have admin rights to Repository.");
  if (!isRefName(to) || looksLikeCommit(to)) throw new Refusal(422, `${name} is not a valid branch name.`);
  const isTaken = repository
    .refs("refs/heads/")
    .some(({ name: other }) => other === to || other.startsWith(`${to}/`) || to.startsWith(`${other}/`));
  if (isTaken) throw new Refusal(422, "The new name is already taken by a branch.");
  const oid = repository.ref(from)!;
  const gone = { ref: from, before: oid, after: undefined };
  const made = { ref: to, before: undefined, after: oid };
  // Protection moves with the branch, so that only rulesets keep it.
  const reasons = [...refusalsOf(act, gone, objectionsOfRulesets(act, gone)), ...refusalsOf(act, made)];
  if (reasons.length > 0) throw new Refusal(422, reasons.join("\n"));
  repository.setRef(to, oid);
  repository.removeRef(from);
  for (const row of world.protections.by("repository", act.repository.id)) {
    if (row.branch === branch) world.protections.put({ ...row, branch: name });
  }
  const current = world.repositories.get(act.repository.id)!;
  if (current.defaultBranch === branch) world.repositories.put({ ...current, defaultBranch: name });
  followRename({ ...act, repository: world.repositories.get(current.id)! }, branch, name);
  noteRename(act, branch, name);
  notePush(act, [made, gone]);
}
