/**
 * @module A repository as the client shows it.
 */
export interface Repository {
  readonly id: number;
  /** For GraphQL. */
  readonly nodeId: string;
  readonly name: string;
  readonly owner: string;
  /** `org/repo`. */
  readonly fullName: string;
  readonly description: string | undefined;
  readonly htmlUrl: string;
  readonly cloneUrl: string;
  /** Of an empty repository, the branch that the first commit will make. */
  readonly defaultBranch: string;
  readonly private: boolean;
  readonly visibility: "public" | "private" | "internal";
  readonly archived: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Of one without a push, when it was made. */
  readonly pushedAt: string | undefined;
}

/** What all of GitHub's forms of a repository have in common. */
export interface RepositoryJson {
  readonly id: number | bigint;
  readonly node_id: string;
  readonly name: string;
  readonly full_name: string;
  readonly owner: { readonly login: string };
  readonly description: string | null;
  readonly html_url: string;
  readonly clone_url?: string;
  readonly default_branch?: string;
  readonly private: boolean;
  readonly visibility?: string;
  readonly archived?: boolean;
  readonly created_at?: string | null;
  readonly updated_at?: string | null;
  readonly pushed_at?: string | null;
}

export function toRepository(json: RepositoryJson): Repository {
  return {
    // Octokit reads numbers beyond 2^53 as bigint; GitHub's ids are far below.
    id: Number(json.id),
    nodeId: json.node_id,
    name: json.name,
    owner: json.owner.login,
    fullName: json.full_name,
    description: json.description || undefined,
    htmlUrl: json.html_url,
    cloneUrl: json.clone_url ?? `${json.html_url}.git`,
    defaultBranch: json.default_branch ?? "main",
    private: json.private,
    visibility: visibilityOf(json),
    archived: json.archived ?? false,
    createdAt: json.created_at ?? "",
    updatedAt: json.updated_at ?? "",
    pushedAt: json.pushed_at ?? undefined,
  };
}

function visibilityOf({ visibility, private: isPrivate }: RepositoryJson): Repository["visibility"] {
  if (visibility === "internal") return visibility;
  return isPrivate ? "private" : "public";
}
