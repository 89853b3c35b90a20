/**
 * @module In which repositories somebody searches: those that one may read, narrowed down by `repo:`, `org:` and `user:`.
 */
import { isGranted, roleOfPrincipal } from "../access/permissions.ts";
import { actorIdOf } from "../access/principal.ts";
import { hasRole } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { Call } from "./operation.ts";
import { type SearchTerm, searchRefusal } from "./search-query.ts";

/** What a search works with, whichever API it came by. */
export type SearchCall = Pick<Call, "services" | "world" | "principal" | "query">;

type Test = (repository: RepositoryRow) => boolean;

/** @param permission of tokens that have some, for what is not public */
export function mayFind(
  { services: { world }, principal }: SearchCall,
  repository: RepositoryRow,
  permission: "issues" | "contents",
): boolean {
  if (!hasRole(roleOfPrincipal(world, principal, repository), "read")) return false;
  if (repository.visibility === "public" || principal.kind === "anonymous" || principal.kind === "app")
    return repository.visibility === "public";
  const { kind, permissions } = principal.token;
  return kind === "classic" || kind === "oauth" || isGranted(permissions, { permission, level: "read" });
}

/** Several places are alternatives. @throws {Refusal} 422 where one may see one of them not */
export function placeTest(
  call: SearchCall,
  terms: readonly SearchTerm[],
  permission: "issues" | "contents",
): Test {
  const where = terms.filter(({ key }) => key === "repo" || key === "org" || key === "user");
  const testOf = ({ key, value }: SearchTerm): Test =>
    key === "repo" ? repositoryTest(call, value, permission) : ownerTest(call, value);
  const wanted = where.filter(({ isNegated }) => !isNegated).map(testOf);
  const unwanted = where.filter(({ isNegated }) => isNegated).map(testOf);
  return (repository) =>
    mayFind(call, repository, permission) &&
    !unwanted.some((test) => test(repository)) &&
    (wanted.length === 0 || wanted.some((test) => test(repository)));
}

/** Forks are found where they are asked for: `fork:true`, `fork:only`. @throws {Refusal} 422 */
export function forkTest(terms: readonly SearchTerm[]): Test {
  const forks = terms.find(({ key }) => key === "fork")?.value.toLowerCase();
  if (forks !== undefined && !["true", "false", "only"].includes(forks))
    throw searchRefusal(`${JSON.stringify(forks)} is nothing that fork can be.`, "invalid");
  return ({ isFork }) => (isFork ? forks === "true" || forks === "only" : forks !== "only");
}

function repositoryTest(call: SearchCall, fullName: string, permission: "issues" | "contents"): Test {
  const { world } = call;
  const [login = "", name = ""] = fullName.toLowerCase().split("/", 2);
  const owner = world.accounts.find("login", login);
  const repository = owner && world.repositories.find("fullName", `${owner.id}/${name}`);
  if (repository === undefined || !mayFind(call, repository, permission)) throw unsearchable();
  return ({ id }) => id === repository.id;
}

function ownerTest(call: SearchCall, login: string): Test {
  const id = searchedAccountId(call, login);
  if (id === undefined) throw unsearchable();
  return ({ ownerId }) => ownerId === id;
}

function unsearchable() {
  return searchRefusal(
    "The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.",
    "invalid",
  );
}

/** @param login with or without an at sign; `@me` is who asks */
export function searchedAccountId({ world, principal }: SearchCall, login: string): number | undefined {
  if (login.toLowerCase() === "@me") return actorIdOf(principal);
  return world.accounts.find("login", login.replace(/^@/u, "").toLowerCase())?.id;
}
