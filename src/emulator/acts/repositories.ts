/**
 * @module What is done to repositories as a whole.
 */
import type { MergeSettings, RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";

export interface NewRepository {
  readonly ownerId: number;
  readonly name: string;
  readonly description?: string | null;
  readonly homepage?: string | null;
  readonly visibility?: RepositoryRow["visibility"];
  readonly hasIssues?: boolean;
  readonly hasProjects?: boolean;
  readonly hasWiki?: boolean;
  readonly hasDownloads?: boolean;
  readonly hasDiscussions?: boolean;
  readonly isTemplate?: boolean;
  readonly defaultBranch?: string;
  readonly merging?: Partial<MergeSettings>;
}

const defaultMerging: MergeSettings = {
  allowSquash: true,
  allowMerge: true,
  allowRebase: true,
  allowAuto: false,
  deleteBranch: false,
  allowUpdateBranch: false,
};

/** The labels that every new repository has. */
const defaultLabels: readonly (readonly [name: string, color: string, description: string])[] = [
  ["bug", "d73a4a", "Something isn't working"],
  ["documentation", "0075ca", "Improvements or additions to documentation"],
  ["duplicate", "cfd3d7", "This issue or pull request already exists"],
  ["enhancement", "a2eeef", "New feature or request"],
  ["good first issue", "7057ff", "Good for newcomers"],
  ["help wanted", "008672", "Extra attention is needed"],
  ["invalid", "e4e669", "This doesn't seem right"],
  ["question", "d876e3", "Further information is requested"],
  ["wontfix", "ffffff", "This will not be worked on"],
];

export function addRepository(
  { repositories, labels, redirects }: World,
  given: NewRepository & { readonly ownerLogin: string },
  nowMs: number,
): RepositoryRow {
  const { ownerLogin, ...input } = given;
  const repository = repositories.put({
    id: repositories.nextId(),
    ownerId: input.ownerId,
    name: input.name,
    description: input.description ?? null,
    homepage: input.homepage ?? null,
    visibility: input.visibility ?? "public",
    isArchived: false,
    isTemplate: input.isTemplate ?? false,
    isFork: false,
    hasIssues: input.hasIssues ?? true,
    hasProjects: input.hasProjects ?? true,
    hasWiki: input.hasWiki ?? true,
    hasDownloads: input.hasDownloads ?? true,
    hasDiscussions: input.hasDiscussions ?? false,
    defaultBranch: input.defaultBranch ?? "main",
    topics: [],
    merging: { ...defaultMerging, ...input.merging },
    lastNumber: 0,
    createdAt: nowMs,
    updatedAt: nowMs,
    pushedAt: nowMs,
  });
  for (const [name, color, description] of defaultLabels) {
    labels.put({
      id: labels.nextId(),
      repositoryId: repository.id,
      name,
      color,
      description,
      isDefault: true,
    });
  }
  // A new repository takes over a name that led elsewhere.
  const old = redirects.find("fullName", `${ownerLogin}/${input.name}`.toLowerCase());
  if (old !== undefined) redirects.remove(old.id);
  return repository;
}
