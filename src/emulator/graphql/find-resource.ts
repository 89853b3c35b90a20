/**
 * @module Finds what stands at a web address of this host: `resource(url)`.
 */
import { findRepository } from "./find-repository.ts";
import { Problem } from "./problem.ts";
import { checkReadsIssue, type Fields, type View } from "./view.ts";

/** @returns `null` for what is not there, or not here @throws {Refusal} 403 */
export function findResource(view: View, url: string): Fields | null {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.origin !== new URL(view.urls.html("/")).origin) return null;
  const path = parsed.pathname.replace(/^\/api\/v3(?=\/)/u, "").replace(/\/$/u, "");
  const [login = "", name, kind, id, ...more] = path.split("/").slice(1).map(decode);
  if (more.length > 0) return null;
  if (name === undefined) {
    const account = view.world.accounts.find("login", login.toLowerCase());
    return account === undefined || account.kind === "Bot" ? null : view.nodes.account(account);
  }
  try {
    return resourceIn(view, `${login}/${name}`, kind, id);
  } catch (error) {
    if (error instanceof Problem && error.type === "NOT_FOUND") return null;
    throw error;
  }
}

function resourceIn(
  view: View,
  fullName: string,
  kind: string | undefined,
  id: string | undefined,
): Fields | null {
  const [owner = "", name = ""] = fullName.split("/");
  const repository = findRepository(view, owner, name);
  const { world, nodes } = view;
  if (kind === undefined) return nodes.repository(repository);
  switch (kind) {
    case "issues":
    case "pull": {
      const issue = world.issues.find("number", `${repository.id}/${Number(id)}`);
      if (issue === undefined) return null;
      checkReadsIssue(view, issue);
      return nodes.issue(issue);
    }
    case "milestone": {
      const milestones = world.milestones.by("repository", repository.id);
      const milestone = milestones.find(({ number }) => number === Number(id));
      return milestone === undefined ? null : nodes.milestone(milestone);
    }
    case "commit":
      return /^[0-9a-f]{40}$/u.test(id ?? "") ? nodes.gitObject(repository, id!) : null;
    default:
      return null;
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
