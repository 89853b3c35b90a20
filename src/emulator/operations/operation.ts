/**
 * @module What an operation of the REST API is, and who may call it. One file beside this one for each kind of thing.
 */
import type { Json, JsonObject } from "../../base/json.ts";
import {
  authorize,
  isGranted,
  type Level,
  membershipOf,
  type Need,
  notAccessible,
  roleOfPrincipal,
} from "../access/permissions.ts";
import { actorIdOf, type Principal } from "../access/principal.ts";
import type { Answer } from "../http/answer.ts";
import { moved, notFound, Refusal } from "../http/refusal.ts";
import type { Services } from "../services.ts";
import type { Urls } from "../shapes/urls.ts";
import type { AccountRow, RepositoryRole, TokenRow } from "../world/account-rows.ts";
import type { AppRow } from "../world/app-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";

/** One request, read and checked. */
export interface Call {
  readonly services: Services;
  /** To read from; behind the truth where lag was asked for. Writes read and write `services.world`. */
  readonly world: World;
  /** The files as lists show them. */
  readonly listedGit: Services["git"];
  readonly principal: Principal;
  /** Of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The body's fields; none where it is no object. */
  readonly body: JsonObject;
  /** The body as it came; `undefined` where there was none. */
  readonly content: Json | undefined;
  readonly headers: Headers;
  readonly method: string;
  /** The path after the host and an Enterprise Server's prefix, with its query. */
  readonly target: string;
  readonly urls: Urls;
  /** The version of the API, `2022-11-28`. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Where the repository's branches were when the request came; of operations that ask for it only. */
  readonly headsBefore?: Heads | undefined;
  /** Reads the body as a file's bytes. @param take reads all of them */
  receive<T>(take: (pieces: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T>;
  /** Checks query and body against GitHub's description. @throws {Refusal} 422 */
  check(): void;
}

/** Commits by branch, `refs/heads/main`. */
export type Heads = ReadonlyMap<string, string>;

export interface RepositoryCall extends Call {
  readonly repository: RepositoryRow;
  readonly owner: AccountRow;
  /** Of who asks. */
  readonly role: RepositoryRole;
}

export interface OrganizationCall extends Call {
  readonly organization: AccountRow;
}

export interface UserCall extends Call {
  readonly user: AccountRow;
}

export interface AppCall extends Call {
  readonly app: AppRow;
}

export interface Operation {
  /** GitHub's operation id, `issues/create`. */
  readonly name: string;
  /** Whether two requests that are under way at the same time get in each other's way, as commits on one branch do. */
  readonly races?: boolean;
  readonly answer: (call: Call) => Answer | Promise<Answer>;
  /** Whether the body is a file, of any type, and no JSON. */
  readonly takesFile?: boolean;
}

/** @throws {Refusal} 401 for nobody */
export function actorOf({ services, principal }: Call): AccountRow {
  const id = actorIdOf(principal);
  const actor = id === undefined ? undefined : services.world.accounts.get(id);
  if (actor === undefined) throw new Refusal(401, "Requires authentication");
  return actor;
}

export function forAnyone(name: string, answer: (call: Call) => Answer | Promise<Answer>): Operation {
  return {
    name,
    answer(call) {
      call.check();
      return answer(call);
    },
  };
}

export interface PersonNeed {
  /** Those of which a classic token must have one; any token will do where absent. */
  readonly scopes?: readonly string[];
  /** The permission of fine-grained tokens; any token will do where absent. */
  readonly granted?: Pick<Need, "permission" | "level">;
}

/** For a person alone: apps' tokens have no account of their own to speak for. */
export function forPerson(
  name: string,
  { scopes, granted }: PersonNeed,
  answer: (call: UserCall) => Answer | Promise<Answer>,
): Operation {
  return {
    name,
    answer(call) {
      const { principal } = call;
      if (principal.kind === "installation") throw new Refusal(403, "Resource not accessible by integration");
      const user = actorOf(call);
      if (scopes !== undefined && principal.kind === "user" && !hasScope(principal.token, scopes)) {
        throw new Refusal(404, "Not Found", undefined, { "x-accepted-oauth-scopes": scopes.join(", ") });
      }
      const isLimited = principal.kind === "user" && principal.token.kind === "fine-grained";
      if (granted !== undefined && isLimited && !isGranted(principal.token.permissions, granted))
        throw notAccessible("personal access token", granted);
      call.check();
      return answer({ ...call, user });
    },
  };
}

/** Fine-grained tokens have permissions instead. */
export function hasScope({ kind, scopes }: TokenRow, wanted: readonly string[]): boolean {
  return kind === "fine-grained" || wanted.some((scope) => scopes.includes(scope));
}

/** For an app that shows its JSON Web Token. */
export function forApp(name: string, answer: (call: AppCall) => Answer | Promise<Answer>): Operation {
  return {
    name,
    answer(call) {
      if (call.principal.kind !== "app") {
        throw new Refusal(401, "A JSON web token could not be decoded");
      }
      call.check();
      return answer({ ...call, app: call.principal.app });
    },
  };
}

/** For a repository, named by `owner` and `repo` in the path. */
export function forRepository(
  name: string,
  need: Need & { readonly evenArchived?: boolean },
  answer: (call: RepositoryCall) => Answer | Promise<Answer>,
): Operation {
  return {
    name,
    answer(call) {
      const repository = findRepository(call);
      if (repository === undefined) return redirect(call);
      authorize(call.services.world, call.principal, repository, need, namesPull(call, repository));
      if (repository.isArchived && need.level !== "read" && need.evenArchived !== true) {
        throw new Refusal(403, "Repository was archived so is read-only.");
      }
      call.check();
      const { world } = call.services;
      return answer({
        ...call,
        repository,
        owner: world.accounts.get(repository.ownerId)!,
        role: roleOfPrincipal(world, call.principal, repository),
      });
    },
  };
}

/** Whether the path names a pull request, as such or as an issue, or a comment on one. */
function namesPull({ services: { world }, params }: Call, { id }: RepositoryRow): boolean {
  const { issue_number, comment_id } = params;
  const comment = comment_id === undefined ? undefined : world.comments.get(Number(comment_id));
  const issue =
    comment === undefined
      ? world.issues.find("number", `${id}/${Number(issue_number)}`)
      : world.issues.get(comment.issueId);
  return issue?.repositoryId === id && issue.pull !== null;
}

/** The repository that the path names. */
export function findRepository({
  services: { world },
  params,
}: Pick<Call, "services" | "params">): RepositoryRow | undefined {
  const owner = world.accounts.find("login", params["owner"]!.toLowerCase());
  return owner === undefined
    ? undefined
    : world.repositories.find("fullName", `${owner.id}/${params["repo"]!.toLowerCase()}`);
}

/** To where a repository is now that was renamed or transferred. */
function redirect({ services: { world }, principal, params, target, method, urls }: Call): never {
  const { owner = "", repo = "" } = params;
  const known = world.redirects.find("fullName", `${owner}/${repo}`.toLowerCase());
  const repository = known === undefined ? undefined : world.repositories.get(known.repositoryId);
  if (repository === undefined || roleOfPrincipal(world, principal, repository) === "none") throw notFound();
  const rest = target.replace(/^\/repos\/[^/?]+\/[^/?]+/u, "");
  const url = urls.api(`/repositories/${repository.id}${rest}`);
  throw moved(method, url);
}

export interface OrganizationNeed {
  readonly permission: string;
  readonly level: Level;
  readonly role: "anyone" | "member" | "admin";
  /** Those of which a classic token must have one; any token will do where absent. */
  readonly scopes?: readonly string[];
}

/** For an organisation, named by `org` in the path. */
export function forOrganization(
  name: string,
  need: OrganizationNeed,
  answer: (call: OrganizationCall) => Answer | Promise<Answer>,
): Operation {
  return {
    name,
    answer(call) {
      const { world } = call.services;
      const organization = world.accounts.find("login", call.params["org"]!.toLowerCase());
      if (organization?.kind !== "Organization") throw notFound();
      checkOrganization(call, organization, need);
      call.check();
      return answer({ ...call, organization });
    },
  };
}

function checkOrganization(
  { services: { world }, principal }: Call,
  organization: AccountRow,
  need: OrganizationNeed,
): void {
  if (need.role === "anyone" && need.level === "read") return;
  switch (principal.kind) {
    case "anonymous":
      throw new Refusal(401, "Requires authentication");
    case "app":
      throw notAccessible("integration", need);
    case "installation":
      if (
        principal.installation.accountId !== organization.id ||
        !isGranted(principal.token.permissions, need)
      )
        throw notAccessible("integration", need);
      return;
    case "user": {
      const { token, userId } = principal;
      if (need.scopes !== undefined && !hasScope(token, need.scopes)) throw notFound();
      if (token.kind === "fine-grained" && !isGranted(token.permissions, need))
        throw notAccessible("personal access token", need);
      const membership = membershipOf(world, userId, organization.id);
      if (need.role === "anyone") return;
      if (membership === undefined) throw notFound();
      if (need.role === "admin" && membership.role !== "admin") {
        throw new Refusal(403, "You must be an admin of the organization");
      }
    }
  }
}
