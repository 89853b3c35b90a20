/**
 * @module Repositories: made, found, listed, deleted, and who may do what in them.
 */
import type { CallOptions, Session } from "./session.ts";

export interface Repository {
  readonly id: number;
  readonly name: string;
  /** `org/repo`. */
  readonly fullName: string;
  readonly htmlUrl: string;
  readonly cloneUrl: string;
  readonly defaultBranch: string;
  readonly private: boolean;
  readonly archived: boolean;
}

export interface RepositoryMethods {
  /** @throws {HubsteadError} `not_found` also for a private repository that may not be read */
  getRepo(name: string, options?: CallOptions): Promise<Repository>;
}

/** @see https://docs.github.com/rest/repos/repos */
export function repositoryMethods(session: Session): RepositoryMethods {
  return {
    async getRepo(name, options) {
      const { owner, repo } = session.repo(name);
      const api = await session.api(`${owner}/${repo}`, options);
      const { data } = await api.request("GET /repos/{owner}/{repo}", { owner, repo });
      return toRepository(data);
    },
  };
}

interface RepositoryJson {
  readonly id: number | bigint;
  readonly name: string;
  readonly full_name: string;
  readonly html_url: string;
  readonly clone_url?: string;
  readonly default_branch?: string;
  readonly private: boolean;
  readonly archived?: boolean;
}

export function toRepository(json: RepositoryJson): Repository {
  return {
    // Octokit reads numbers beyond 2^53 as bigint; GitHub's ids are far below.
    id: Number(json.id),
    name: json.name,
    fullName: json.full_name,
    htmlUrl: json.html_url,
    cloneUrl: json.clone_url ?? `${json.html_url}.git`,
    defaultBranch: json.default_branch ?? "main",
    private: json.private,
    archived: json.archived ?? false,
  };
}
