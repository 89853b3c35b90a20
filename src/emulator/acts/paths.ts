/**
 * @module Which paths a file may have, and who may write it there.
 */
import { notAccessible } from "../access/permissions.ts";
import { Refusal } from "../http/refusal.ts";
import type { Act } from "./act.ts";

export const workflowFolder = ".github/workflows/";
const mostPathBytes = 4_096;

/** @throws {Refusal} 422 for what git would not check out, or would check out elsewhere */
export function checkPath(path: string): void {
  if (path.startsWith("/")) throw new Refusal(422, "path cannot start with a slash");
  const parts = path.split("/");
  const isBad = parts.some(
    (part) => part === "" || part === "." || part === ".." || isDotGit(part) || part.includes("\0"),
  );
  if (isBad || Buffer.byteLength(path) > mostPathBytes)
    throw new Refusal(422, "path contains a malformed path component");
}

/** Characters that a Mac's file system leaves out of account. */
const unseen = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/** Whether some system's files would take a name for `.git`, as `git fsck` judges. @see https://git-scm.com/docs/git-fsck#_fsck_messages */
export function isDotGit(name: string): boolean {
  return name
    .replaceAll(unseen, "")
    .split("\\")
    .some((part) => /^(?:\.git|git~1)[ .]*(?:$|:)/iu.test(part));
}

function isWorkflow(path: string): boolean {
  return path.startsWith(workflowFolder);
}

/**
 * Files of workflows need a permission, or a scope, of their own.
 *
 * @throws {Refusal} 403 for apps and fine-grained tokens, 404 for classic tokens
 */
export function checkMayWriteWorkflows(
  { principal }: Pick<Act, "principal">,
  paths: readonly string[],
): void {
  if (!paths.some(isWorkflow) || mayWriteWorkflows(principal)) return;
  if (principal.kind === "user" && principal.token.kind !== "fine-grained") {
    throw new Refusal(404, "Not Found", undefined, { "x-accepted-oauth-scopes": "workflow" });
  }
  throw notAccessible(principal.kind === "user" ? "personal access token" : "integration", {
    permission: "workflows",
    level: "write",
  });
}

export function mayWriteWorkflows(principal: Act["principal"]): boolean {
  // Nobody: a seed is being planted.
  if (principal.kind === "anonymous") return true;
  if (principal.kind === "app") return false;
  const { kind, scopes, permissions } = principal.token;
  if (kind === "classic" || kind === "oauth") return scopes.includes("workflow");
  return permissions === null || permissions["workflows"] === "write";
}
