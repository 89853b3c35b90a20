/**
 * @module What a mutation is, and with which rights it acts. One file beside this one for each kind of thing.
 */
import { authorize, type Need, roleOfPrincipal } from "../../access/permissions.ts";
import type { Act } from "../../acts/act.ts";
import { checkHasIssues } from "../../acts/issues.ts";
import { Refusal } from "../../http/refusal.ts";
import type { IssueRow } from "../../world/issue-rows.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { Problem } from "../problem.ts";
import type { Fields, View } from "../view.ts";

export interface Mutation {
  /** Whether people are notified: such mutations count against the limits of content. */
  readonly notifies?: boolean;
  readonly opensIssue?: boolean;
  /** @returns the payload @throws {Problem} @throws {Refusal} */
  run(view: View, input: Input): Fields;
}

/** As the schema has checked it. */
export type Input = Readonly<Record<string, unknown>>;

/**
 * People who can read may write issues and comments; apps need the permission to write, for pull requests that or the
 * one for pull requests.
 */
export const writeIssues = {
  permission: "issues",
  onPull: "pull_requests",
  level: "write",
  role: "read",
} as const;
export const triageIssues = { ...writeIssues, role: "triage" } as const;

/** @throws {Refusal} 403, 404; 410 for an issue where they are disabled */
export function actOn(view: View, issue: IssueRow, need: Need): Act {
  const act = actIn(view, repositoryById(view, issue.repositoryId), need, issue.pull !== null);
  if (issue.pull === null) checkHasIssues(act);
  return act;
}

/** @throws {Refusal} 403, 404 */
export function actIn(view: View, repository: RepositoryRow, need: Need, isPull = false): Act {
  const { services, principal, actor, urls, version } = view;
  authorize(services.world, principal, repository, need, isPull);
  if (repository.isArchived) throw new Refusal(403, "Repository was archived so is read-only.");
  return {
    services,
    principal,
    actor,
    repository,
    role: roleOfPrincipal(services.world, principal, repository),
    urls,
    version,
    nowMs: services.clock.now(),
  };
}

/** Of what hangs on a row of the world. */
function repositoryById({ world }: View, id: number): RepositoryRow {
  const repository = world.repositories.get(id);
  if (repository === undefined) throw new Problem("NOT_FOUND", "Could not resolve to a Repository.");
  return repository;
}

/** How GitHub says that somebody's role is too small for a mutation. */
export function roleProblem(view: View, name: string): Problem {
  const execute = name.slice(0, 1).toUpperCase() + name.slice(1);
  return new Problem(
    "FORBIDDEN",
    `${view.actor.login} does not have the correct permissions to execute \`${execute}\``,
  );
}
