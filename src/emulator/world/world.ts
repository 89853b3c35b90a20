/**
 * @module All that the emulated GitHub knows, as collections of rows.
 */
import type {
  AccountRow,
  MembershipInvitationRow,
  MembershipRow,
  TeamMemberRow,
  TeamRepositoryRow,
  TeamRow,
  TokenRow,
} from "./account-rows.ts";
import type {
  ArtifactRow,
  EnvironmentRow,
  JobRow,
  RunRow,
  SealingKeyRow,
  SecretRow,
  VariableRow,
  WorkflowRow,
} from "./action-rows.ts";
import type { AppRow, DeliveryRow, HookRow, InstallationRow } from "./app-rows.ts";
import type { CheckRunRow, CheckSuiteRow, StatusRow } from "./check-rows.ts";
import { type Collection, createCollection, type Row, type StoredCollection } from "./collection.ts";
import type {
  CommentRow,
  EventRow,
  IssueRow,
  LabelRow,
  MilestoneRow,
  MovedIssueRow,
  ReactionRow,
} from "./issue-rows.ts";
import type {
  IssueFieldOptionRow,
  IssueFieldRow,
  IssueFieldValueRow,
  IssueTypeRow,
} from "./planning-rows.ts";
import type { ReleaseAssetRow, ReleaseRow } from "./release-rows.ts";
import type {
  CollaboratorRow,
  InvitationRow,
  ProtectionRow,
  RedirectRow,
  RenamedBranchRow,
  RepositoryRow,
  RulesetRow,
  StarRow,
  SubscriptionRow,
} from "./repository-rows.ts";

import type { ReviewCommentRow, ReviewRow } from "./review-rows.ts";

export interface World {
  readonly accounts: Collection<AccountRow, "login">;
  readonly memberships: Collection<MembershipRow, "organization" | "user">;
  readonly membershipInvitations: Collection<MembershipInvitationRow, "organization" | "user">;
  readonly teams: Collection<TeamRow, "organization">;
  readonly teamMembers: Collection<TeamMemberRow, "team" | "user">;
  readonly teamRepositories: Collection<TeamRepositoryRow, "team" | "repository">;
  readonly tokens: Collection<TokenRow, "token">;
  readonly repositories: Collection<RepositoryRow, "owner" | "fullName" | "parent">;
  readonly redirects: Collection<RedirectRow, "fullName">;
  readonly collaborators: Collection<CollaboratorRow, "repository" | "user">;
  readonly invitations: Collection<InvitationRow, "repository" | "user">;
  readonly renamedBranches: Collection<RenamedBranchRow, "repository">;
  readonly protections: Collection<ProtectionRow, "repository">;
  readonly rulesets: Collection<RulesetRow, "repository">;
  readonly issues: Collection<IssueRow, "repository" | "number">;
  readonly movedIssues: Collection<MovedIssueRow, "number" | "issue" | "repository">;
  readonly comments: Collection<CommentRow, "issue" | "repository">;
  readonly reviews: Collection<ReviewRow, "issue" | "repository">;
  readonly reviewComments: Collection<ReviewCommentRow, "issue" | "repository" | "review">;
  readonly reactions: Collection<ReactionRow, "subject">;
  readonly labels: Collection<LabelRow, "repository" | "name">;
  readonly milestones: Collection<MilestoneRow, "repository">;
  readonly events: Collection<EventRow, "issue" | "repository">;
  readonly issueTypes: Collection<IssueTypeRow, "organization">;
  readonly issueFields: Collection<IssueFieldRow, "organization">;
  readonly issueFieldOptions: Collection<IssueFieldOptionRow, "field">;
  readonly issueFieldValues: Collection<IssueFieldValueRow, "issue" | "repository" | "field">;
  readonly apps: Collection<AppRow, "slug">;
  readonly installations: Collection<InstallationRow, "app" | "account">;
  readonly hooks: Collection<HookRow, "owner">;
  readonly deliveries: Collection<DeliveryRow, "hook">;
  readonly workflows: Collection<WorkflowRow, "repository">;
  readonly runs: Collection<RunRow, "repository" | "workflow" | "commit">;
  readonly jobs: Collection<JobRow, "run">;
  readonly artifacts: Collection<ArtifactRow, "repository" | "run">;
  readonly environments: Collection<EnvironmentRow, "repository" | "name">;
  readonly statuses: Collection<StatusRow, "repository" | "commit">;
  readonly checkRuns: Collection<CheckRunRow, "repository" | "commit" | "suite">;
  readonly checkSuites: Collection<CheckSuiteRow, "repository" | "commit">;
  readonly secrets: Collection<SecretRow, "scope">;
  readonly variables: Collection<VariableRow, "scope">;
  readonly stars: Collection<StarRow, "repository" | "user">;
  readonly subscriptions: Collection<SubscriptionRow, "repository" | "user">;
  readonly releases: Collection<ReleaseRow, "repository">;
  readonly releaseAssets: Collection<ReleaseAssetRow, "release" | "repository">;
  readonly sealingKeys: Collection<SealingKeyRow, "scope">;
}

export type CollectionName = keyof World;

export interface StoredWorld {
  readonly world: World;
  /** The world as it was. @param at milliseconds since 1970, within the memory */
  asOf(at: number): World;
  /** For a place that stores it. */
  readonly stored: Readonly<Record<CollectionName, StoredCollection<Row, string>>>;
}

export interface WorldParts {
  readonly now: () => number;
  readonly memoryMs: () => number;
  readonly changed: (collection: CollectionName, id: number, row: Row | undefined) => void;
}

export function createWorld({ now, memoryMs, changed }: WorldParts): StoredWorld {
  /** @param firstId like GitHub's, which no longer fit into 32 bits where there are many */
  const collection = <R extends Row, L extends string>(
    name: CollectionName,
    firstId: number,
    lookups: Readonly<Record<L, (row: R) => string | number | undefined>>,
  ) =>
    createCollection<R, L>({
      name,
      firstId,
      lookups,
      now,
      memoryMs,
      changed: (id, row) => changed(name, id, row),
    });

  const accounts = collection("accounts", 1_001, {
    login: ({ login }: AccountRow) => login.toLowerCase(),
  });
  const world = {
    accounts,
    memberships: collection("memberships", 1, {
      organization: ({ organizationId }: MembershipRow) => organizationId,
      user: ({ userId }: MembershipRow) => userId,
    }),
    membershipInvitations: collection("membershipInvitations", 1, {
      organization: ({ organizationId }: MembershipInvitationRow) => organizationId,
      user: ({ userId }: MembershipInvitationRow) => userId,
    }),
    teams: collection("teams", 11_000_001, { organization: ({ organizationId }: TeamRow) => organizationId }),
    teamMembers: collection("teamMembers", 1, {
      team: ({ teamId }: TeamMemberRow) => teamId,
      user: ({ userId }: TeamMemberRow) => userId,
    }),
    teamRepositories: collection("teamRepositories", 1, {
      team: ({ teamId }: TeamRepositoryRow) => teamId,
      repository: ({ repositoryId }: TeamRepositoryRow) => repositoryId,
    }),
    tokens: collection("tokens", 1, { token: ({ token }: TokenRow) => token }),
    repositories: collection("repositories", 700_000_001, {
      owner: ({ ownerId }: RepositoryRow) => ownerId,
      fullName: ({ ownerId, name }: RepositoryRow) => `${ownerId}/${name.toLowerCase()}`,
      parent: ({ parentId }: RepositoryRow) => parentId,
    }),
    redirects: collection("redirects", 1, { fullName: ({ fullName }: RedirectRow) => fullName }),
    collaborators: collection("collaborators", 1, {
      repository: ({ repositoryId }: CollaboratorRow) => repositoryId,
      user: ({ userId }: CollaboratorRow) => userId,
    }),
    invitations: collection("invitations", 250_000_001, {
      repository: ({ repositoryId }: InvitationRow) => repositoryId,
      user: ({ userId }: InvitationRow) => userId,
    }),
    renamedBranches: collection("renamedBranches", 1, {
      repository: ({ repositoryId }: RenamedBranchRow) => repositoryId,
    }),
    protections: collection("protections", 1, {
      repository: ({ repositoryId }: ProtectionRow) => repositoryId,
    }),
    rulesets: collection("rulesets", 1, { repository: ({ repositoryId }: RulesetRow) => repositoryId }),
    issues: collection("issues", 2_900_000_001, {
      repository: ({ repositoryId }: IssueRow) => repositoryId,
      number: ({ repositoryId, number }: IssueRow) => `${repositoryId}/${number}`,
    }),
    movedIssues: collection("movedIssues", 1, {
      number: ({ repositoryId, number }: MovedIssueRow) => `${repositoryId}/${number}`,
      issue: ({ issueId }: MovedIssueRow) => issueId,
      repository: ({ repositoryId }: MovedIssueRow) => repositoryId,
    }),
    comments: collection("comments", 3_400_000_001, {
      issue: ({ issueId }: CommentRow) => issueId,
      repository: ({ repositoryId }: CommentRow) => repositoryId,
    }),
    reviews: collection("reviews", 3_600_000_001, {
      issue: ({ issueId }: ReviewRow) => issueId,
      repository: ({ repositoryId }: ReviewRow) => repositoryId,
    }),
    reviewComments: collection("reviewComments", 2_600_000_001, {
      issue: ({ issueId }: ReviewCommentRow) => issueId,
      repository: ({ repositoryId }: ReviewCommentRow) => repositoryId,
      review: ({ reviewId }: ReviewCommentRow) => reviewId,
    }),
    reactions: collection("reactions", 300_000_001, { subject: ({ subject }: ReactionRow) => subject }),
    labels: collection("labels", 9_000_000_001, {
      repository: ({ repositoryId }: LabelRow) => repositoryId,
      name: ({ repositoryId, name }: LabelRow) => `${repositoryId}/${name.toLowerCase()}`,
    }),
    milestones: collection("milestones", 13_000_001, {
      repository: ({ repositoryId }: MilestoneRow) => repositoryId,
    }),
    events: collection("events", 19_000_000_001, {
      issue: ({ issueId }: EventRow) => issueId,
      repository: ({ repositoryId }: EventRow) => repositoryId,
    }),
    issueTypes: collection("issueTypes", 30_000_001, {
      organization: ({ organizationId }: IssueTypeRow) => organizationId,
    }),
    issueFields: collection("issueFields", 3_000_001, {
      organization: ({ organizationId }: IssueFieldRow) => organizationId,
    }),
    issueFieldOptions: collection("issueFieldOptions", 5_000_001, {
      field: ({ fieldId }: IssueFieldOptionRow) => fieldId,
    }),
    issueFieldValues: collection("issueFieldValues", 8_000_001, {
      issue: ({ issueId }: IssueFieldValueRow) => issueId,
      repository: ({ repositoryId }: IssueFieldValueRow) => repositoryId,
      field: ({ fieldId }: IssueFieldValueRow) => fieldId,
    }),
    apps: collection("apps", 2_000_001, { slug: ({ slug }: AppRow) => slug }),
    installations: collection("installations", 90_000_001, {
      app: ({ appId }: InstallationRow) => appId,
      account: ({ accountId }: InstallationRow) => accountId,
    }),
    hooks: collection("hooks", 600_000_001, { owner: ({ owner }: HookRow) => owner }),
    deliveries: collection("deliveries", 200_000_000_001, { hook: ({ hookId }: DeliveryRow) => hookId }),
    workflows: collection("workflows", 190_000_001, {
      repository: ({ repositoryId }: WorkflowRow) => repositoryId,
    }),
    runs: collection("runs", 19_500_000_001, {
      repository: ({ repositoryId }: RunRow) => repositoryId,
      workflow: ({ workflowId }: RunRow) => workflowId,
      commit: ({ repositoryId, headSha }: RunRow) => `${repositoryId}/${headSha}`,
    }),
    jobs: collection("jobs", 55_000_000_001, { run: ({ runId }: JobRow) => runId }),
    artifacts: collection("artifacts", 4_700_000_001, {
      repository: ({ repositoryId }: ArtifactRow) => repositoryId,
      run: ({ runId }: ArtifactRow) => runId,
    }),
    environments: collection("environments", 9_800_000_001, {
      repository: ({ repositoryId }: EnvironmentRow) => repositoryId,
      name: ({ repositoryId, name }: EnvironmentRow) => `${repositoryId}/${name.toLowerCase()}`,
    }),
    statuses: collection("statuses", 36_000_000_001, {
      repository: ({ repositoryId }: StatusRow) => repositoryId,
      commit: ({ repositoryId, sha }: StatusRow) => `${repositoryId}/${sha}`,
    }),
    // Apart from the ids of jobs and of the suites of runs, which are told of in the same lists.
    checkRuns: collection("checkRuns", 45_000_000_001, {
      repository: ({ repositoryId }: CheckRunRow) => repositoryId,
      commit: ({ repositoryId, headSha }: CheckRunRow) => `${repositoryId}/${headSha}`,
      suite: ({ suiteId }: CheckRunRow) => suiteId,
    }),
    checkSuites: collection("checkSuites", 30_000_000_001, {
      repository: ({ repositoryId }: CheckSuiteRow) => repositoryId,
      commit: ({ repositoryId, headSha }: CheckSuiteRow) => `${repositoryId}/${headSha}`,
    }),
    secrets: collection("secrets", 1, { scope: ({ scope }: SecretRow) => scope }),
    variables: collection("variables", 1, { scope: ({ scope }: VariableRow) => scope }),
    stars: collection("stars", 1, {
      repository: ({ repositoryId }: StarRow) => repositoryId,
      user: ({ userId }: StarRow) => userId,
    }),
    subscriptions: collection("subscriptions", 1, {
      repository: ({ repositoryId }: SubscriptionRow) => repositoryId,
      user: ({ userId }: SubscriptionRow) => userId,
    }),
    releases: collection("releases", 230_000_001, {
      repository: ({ repositoryId }: ReleaseRow) => repositoryId,
    }),
    releaseAssets: collection("releaseAssets", 290_000_001, {
      release: ({ releaseId }: ReleaseAssetRow) => releaseId,
      repository: ({ repositoryId }: ReleaseAssetRow) => repositoryId,
    }),
    sealingKeys: collection("sealingKeys", 1, { scope: ({ scope }: SealingKeyRow) => scope }),
  };
  return {
    world,
    asOf: (at) =>
      Object.fromEntries(
        Object.entries(world).map(([name, rows]) => [name, rows.asOf(at)]),
      ) as unknown as World,
    stored: world as unknown as StoredWorld["stored"],
  };
}
