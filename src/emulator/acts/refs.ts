/**
 * @module What is done to branches and tags. Every change of a ref through the API comes by here.
 */
import { isRefName, looksLikeCommit } from "../git/folder-git-store.ts";
import { isAncestor } from "../git/history.ts";
import { peel } from "../git/revisions.ts";
import { Refusal } from "../http/refusal.ts";
import type { Act } from "./act.ts";
import { isPullRef } from "./pull-refs.ts";
import { notePush, type RefChange } from "./pushes.ts";
import { refusalsOf } from "./ref-rules.ts";
import { checkWorkflowsOf } from "./workflow-changes.ts";

/** @param ref `refs/heads/main` @param oid of an object that there is @throws {Refusal} 422; 403, 404 for workflow files without the permission */
export function createRef(act: Act, ref: string, oid: string): void {
  const git = act.services.git.repository(act.repository.id);
  if (git.ref(ref) !== undefined) throw new Refusal(422, "Reference already exists");
  checkName(act, ref, oid);
  checkWorkflowsOf(act, oid);
  const change = { ref, before: undefined, after: oid };
  checkRules(act, change);
  git.setRef(ref, oid);
  notePush(act, [change]);
}

/** @param isForced whether commits may get lost @throws {Refusal} as {@link createRef} */
export function updateRef(act: Act, ref: string, oid: string, isForced: boolean): void {
  const git = act.services.git.repository(act.repository.id);
  const before = git.ref(ref);
  if (before === undefined) throw new Refusal(422, "Reference does not exist");
  checkName(act, ref, oid);
  if (!isForced && !isFastForward(act, before, oid)) {
    throw new Refusal(422, "Update is not a fast forward");
  }
  if (before === oid) return;
  checkWorkflowsOf(act, oid);
  const change = { ref, before, after: oid };
  checkRules(act, change);
  git.setRef(ref, oid);
  notePush(act, [change]);
}

/** @throws {Refusal} 422 */
export function deleteRef(act: Act, ref: string): void {
  const git = act.services.git.repository(act.repository.id);
  const before = isRefName(ref) ? git.ref(ref) : undefined;
  if (before === undefined) throw new Refusal(422, "Reference does not exist");
  if (isPullRef(ref)) throw new Refusal(422, "Reference cannot be deleted");
  const change = { ref, before, after: undefined };
  checkRules(act, change);
  git.removeRef(ref);
  notePush(act, [change]);
}

function isFastForward(act: Act, before: string, after: string): boolean {
  const git = act.services.git.repository(act.repository.id);
  const [from, to] = [peel(git, before), peel(git, after)];
  return from !== undefined && to !== undefined && isAncestor(git, from, to);
}

/** @throws {Refusal} 422 for a name that git does not take, or an object that a branch cannot point to */
function checkName(act: Act, ref: string, oid: string): void {
  const git = act.services.git.repository(act.repository.id);
  const isBranch = ref.startsWith("refs/heads/");
  if (!isRefName(ref) || looksLikeCommit(ref)) throw new Refusal(422, `${ref} is not a valid ref name.`);
  // Those are GitHub's own.
  if (isPullRef(ref)) throw new Refusal(422, "Reference update failed");
  const object = git.read(oid);
  if (object === undefined) throw new Refusal(422, "Object does not exist");
  if (isBranch && object.kind !== "commit") throw new Refusal(422, "Reference update failed");
  const isInTheWay = git
    .refs("refs/")
    .some(({ name }) => name.startsWith(`${ref}/`) || ref.startsWith(`${name}/`));
  if (isInTheWay) throw new Refusal(422, "Reference update failed");
}

/** @throws {Refusal} 422 */
function checkRules(act: Act, change: RefChange): void {
  const reasons = refusalsOf(act, change);
  if (reasons.length === 0) return;
  throw new Refusal(422, `Protected branch update failed for ${change.ref}\n\n${reasons.join("\n")}`);
}
