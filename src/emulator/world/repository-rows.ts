/**
 * @module What is kept of repositories. Their files lie in git.
 */
import type { RepositoryRole } from "./account-rows.ts";
import type { Row } from "./collection.ts";

export interface RepositoryRow extends Row {
  readonly ownerId: number;
  readonly name: string;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly visibility: "public" | "private" | "internal";
  readonly isArchived: boolean;
  readonly isTemplate: boolean;
  readonly isFork: boolean;
  /** Of a fork: the repository that it was made of, while that one is there. */
  readonly parentId?: number;
  readonly hasIssues: boolean;
  readonly hasProjects: boolean;
  readonly hasWiki: boolean;
  readonly hasDownloads: boolean;
  readonly hasDiscussions: boolean;
  readonly defaultBranch: string;
  readonly topics: readonly string[];
  readonly merging: MergeSettings;
  /** The number of the newest issue or pull request. */
  readonly lastNumber: number;
  /** The number of the newest milestone that there ever was; absent before the first one. */
  readonly lastMilestone?: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly pushedAt: number;
}

export interface MergeSettings {
  readonly allowSquash: boolean;
  readonly allowMerge: boolean;
  readonly allowRebase: boolean;
  readonly allowAuto: boolean;
  readonly deleteBranch: boolean;
  readonly allowUpdateBranch: boolean;
}

/** A name that a repository once had. */
export interface RedirectRow extends Row {
  /** `owner/name`, in lower case. */
  readonly fullName: string;
  readonly repositoryId: number;
}

export interface CollaboratorRow extends Row {
  readonly repositoryId: number;
  readonly userId: number;
  readonly role: RepositoryRole;
}

/** Somebody likes a repository. */
export interface StarRow extends Row {
  readonly repositoryId: number;
  readonly userId: number;
  readonly createdAt: number;
}

/** Whether somebody is told of all that happens in a repository, or of nothing. */
export interface SubscriptionRow extends Row {
  readonly repositoryId: number;
  readonly userId: number;
  readonly isSubscribed: boolean;
  readonly isIgnored: boolean;
  readonly createdAt: number;
}

/** Somebody is asked to become a collaborator, and has not said yes. */
export interface InvitationRow extends Row {
  readonly repositoryId: number;
  readonly userId: number;
  readonly inviterId: number;
  readonly role: RepositoryRole;
  readonly createdAt: number;
}

/** Protection of one branch, as it was put, in the API's own form. */
export interface ProtectionRow extends Row {
  readonly repositoryId: number;
  readonly branch: string;
  readonly settings: ProtectionSettings;
}

/** People by login, teams and apps by slug. */
export interface Chosen {
  readonly users: readonly string[];
  readonly teams: readonly string[];
  readonly apps: readonly string[];
}

/** What must have been reported of a commit. */
export interface RequiredCheck {
  readonly context: string;
  /** The app that must report it; `null`: anybody may. */
  readonly appId: number | null;
}

export interface ProtectionSettings {
  readonly requiredStatusChecks: {
    readonly strict: boolean;
    readonly checks: readonly RequiredCheck[];
  } | null;
  readonly enforceAdmins: boolean;
  readonly requiredReviews: {
    readonly dismissStale: boolean;
    readonly codeOwners: boolean;
    readonly count: number;
    readonly lastPushApproval: boolean;
    /** Who may dismiss reviews; `null`: everybody who may write. */
    readonly dismissal: Chosen | null;
    /** Who needs no pull request. */
    readonly bypass: Chosen | null;
  } | null;
  readonly restrictions: Chosen | null;
  readonly blockCreations: boolean;
  readonly forkSyncing: boolean;
  readonly linearHistory: boolean;
  readonly allowForcePushes: boolean;
  readonly allowDeletions: boolean;
  readonly conversationResolution: boolean;
  readonly lockBranch: boolean;
}

export interface RulesetRow extends Row {
  readonly repositoryId: number;
  readonly name: string;
  readonly target: "branch" | "tag";
  readonly enforcement: "disabled" | "active" | "evaluate";
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rules: readonly {
    readonly type: string;
    readonly parameters?: Readonly<Record<string, unknown>>;
  }[];
  readonly bypass: readonly Readonly<Record<string, unknown>>[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A name that a branch once had. */
export interface RenamedBranchRow extends Row {
  readonly repositoryId: number;
  readonly from: string;
  readonly to: string;
}
