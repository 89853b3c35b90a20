/**
 * @module Repositories: made, found, listed, deleted, and who may do what in them.
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import { type CreateRepoOptions, createRepository } from "./create-repository.ts";
import { withNeeded } from "./github-error.ts";
import { type ListReposOptions, listRepositories } from "./list-repositories.ts";
import { namingNeeds } from "./needed-of.ts";
import { type Repository, toRepository } from "./repository.ts";
import type { CallOptions, Session } from "./session.ts";

export interface DeleteRepoOptions extends CallOptions {
  /** The repository's full name, `org/repo`: a repository is not deleted by mistake. */
  readonly confirm: string;
}

/** What somebody may do in a repository. */
export interface UserPermission {
  /** Stays when the login changes hands. */
  readonly userId: number;
  readonly login: string;
  /** `read`, `triage`, `write`, `maintain`, `admin`, `none`, or the name of a role that the organisation has made. */
  readonly roleName: string;
  /** The older word, which takes `maintain` for `write` and `triage` for `read`. */
  readonly permission: string;
}

/** All take `OWNER/REPO`, or a bare name of the configured organisation. */
export interface RepositoryMethods {
  /**
   * Makes a repository, private unless said otherwise, in an organisation or for the user whose token is used.
   *
   * @param options or its description, and after it perhaps whether it is private
   * @throws {HubsteadError} `already_exists`; `ambiguous_write` where the answer was lost and nobody can tell whether a
   *   repository of that name is the one that was made
   */
  createRepo(name: string, options?: string | CreateRepoOptions, isPrivate?: boolean): Promise<Repository>;
  /** @throws {HubsteadError} `not_found` also for a private repository that may not be read */
  getRepo(name: string, options?: CallOptions): Promise<Repository>;
  /**
   * All repositories of an owner that the credential may see; of an App's installation, those that it was given.
   *
   * @param options or the owner
   * @throws {HubsteadError} `busy` where they change faster than they can be read: never a part of them
   */
  listRepos(options?: string | ListReposOptions): Promise<readonly Repository[]>;
  /**
   * Deletes a repository with everything in it, for good.
   *
   * @throws {HubsteadError} `invalid_input` unless `confirm` is the full name that it has now; `not_found`
   */
  deleteRepo(name: string, options: DeleteRepoOptions): Promise<void>;
  getDefaultBranch(name: string, options?: CallOptions): Promise<string>;
  /**
   * @param username a login
   * @throws {HubsteadError} `not_found` for somebody who is not there; `forbidden`. Who gets an error knows nothing, and must
   *   grant nothing.
   */
  getPermission(name: string, username: string, options?: CallOptions): Promise<UserPermission>;
}

/** @see https://docs.github.com/rest/repos/repos */
export function repositoryMethods(session: Session): RepositoryMethods {
  const getRepo: RepositoryMethods["getRepo"] = async (name, options) => {
    const { owner, repo } = session.repo(name);
    const api = await session.api(`${owner}/${repo}`, options);
    return toRepository((await api.request("GET /repos/{owner}/{repo}", { owner, repo })).data);
  };
  return namingNeeds<RepositoryMethods>({
    getRepo,
    createRepo(name, given = {}, isPrivate = undefined) {
      const options = typeof given === "string" ? { description: given } : given;
      return createRepository(session, name, {
        ...options,
        ...(isPrivate === undefined ? {} : { private: isPrivate }),
      });
    },
    listRepos: (given = {}) =>
      listRepositories(session, typeof given === "string" ? { owner: given } : given),
    async deleteRepo(name, options) {
      const { owner, repo } = session.repo(name);
      const { confirm, ...call } = (options ?? {}) as Partial<DeleteRepoOptions>;
      checkConfirmed(confirm, `${owner}/${repo}`);
      // A renamed repository answers to its old name as well: that must not delete it.
      checkConfirmed(confirm, (await getRepo(name, call)).fullName);
      const api = await session.api(`${owner}/${repo}`, call);
      await api.request("DELETE /repos/{owner}/{repo}", { owner, repo }).catch((error: unknown) => {
        throw namingScope(error, "delete_repo");
      });
    },
    getDefaultBranch: async (name, options) => (await getRepo(name, options)).defaultBranch,
    async getPermission(name, username, options) {
      const { owner, repo } = session.repo(name);
      if (!/^[\w-]+(?:\[bot\])?$/u.test(username))
        throw invalidInput(`${JSON.stringify(username)} is no login`, "Write it as GitHub does: octocat.");
      const api = await session.api(`${username} in ${owner}/${repo}`, options);
      const { data } = await api.request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
        owner,
        repo,
        username,
      });
      if (data.user === null)
        throw new HubsteadError("not_found", `GitHub does not say who ${username} is`, {
          hint: "The account may be gone: grant nothing.",
          data: { username },
        });
      return {
        userId: Number(data.user.id),
        login: data.user.login,
        roleName: data.role_name,
        permission: data.permission,
      };
    },
  });
}

/** A scope that GitHub does not name where the account may not do it either. */
function namingScope(error: unknown, scope: string): unknown {
  if (!(error instanceof HubsteadError) || error.code !== "forbidden") return error;
  const { scopes } = error.data as { readonly scopes?: readonly string[] };
  return scopes === undefined || scopes.includes(scope) ? error : withNeeded(error, `scope ${scope}`);
}

function checkConfirmed(confirm: string | undefined, fullName: string): void {
  if (confirm?.toLowerCase() === fullName.toLowerCase()) return;
  throw invalidInput(
    `${fullName} was not deleted: the confirmation does not name it`,
    `Pass { confirm: ${JSON.stringify(fullName)} } to delete it with everything in it.`,
    { path: "confirm", expected: fullName },
  );
}
