/**
 * @module What happened to issues and pull requests. A part of GitHub's own schema, word by word.
 */
export const timelineSchema = /* GraphQL */ `
union IssueTimelineItems = IssueComment | AssignedEvent | ClosedEvent | DemilestonedEvent | LabeledEvent | LockedEvent | MilestonedEvent | RenamedTitleEvent | ReopenedEvent | TransferredEvent | UnassignedEvent | UnlabeledEvent | UnlockedEvent

union PullRequestTimelineItems = IssueComment | MergedEvent | PullRequestCommit | AssignedEvent | ClosedEvent | DemilestonedEvent | LabeledEvent | LockedEvent | MilestonedEvent | RenamedTitleEvent | ReopenedEvent | UnassignedEvent | UnlabeledEvent | UnlockedEvent

enum IssueTimelineItemsItemType {
  ASSIGNED_EVENT
  CLOSED_EVENT
  DEMILESTONED_EVENT
  ISSUE_COMMENT
  LABELED_EVENT
  LOCKED_EVENT
  MILESTONED_EVENT
  RENAMED_TITLE_EVENT
  REOPENED_EVENT
  TRANSFERRED_EVENT
  UNASSIGNED_EVENT
  UNLABELED_EVENT
  UNLOCKED_EVENT
}

enum PullRequestTimelineItemsItemType {
  ASSIGNED_EVENT
  CLOSED_EVENT
  DEMILESTONED_EVENT
  ISSUE_COMMENT
  LABELED_EVENT
  LOCKED_EVENT
  MERGED_EVENT
  MILESTONED_EVENT
  PULL_REQUEST_COMMIT
  RENAMED_TITLE_EVENT
  REOPENED_EVENT
  TRANSFERRED_EVENT
  UNASSIGNED_EVENT
  UNLABELED_EVENT
  UNLOCKED_EVENT
}

type IssueTimelineItemsConnection {
  edges: [IssueTimelineItemsEdge]
  nodes: [IssueTimelineItems]
  pageInfo: PageInfo!
  totalCount: Int!
  updatedAt: DateTime!
}

type IssueTimelineItemsEdge {
  cursor: String!
  node: IssueTimelineItems
}

type PullRequestTimelineItemsConnection {
  edges: [PullRequestTimelineItemsEdge]
  nodes: [PullRequestTimelineItems]
  pageInfo: PageInfo!
  totalCount: Int!
  updatedAt: DateTime!
}

type PullRequestTimelineItemsEdge {
  cursor: String!
  node: PullRequestTimelineItems
}

type AssignedEvent implements Node {
  actor: Actor
  assignable: Assignable!
  assignee: Assignee
  createdAt: DateTime!
  id: ID!
  user: User
}

type ClosedEvent implements Node & UniformResourceLocatable {
  actor: Actor
  closable: Closable!
  createdAt: DateTime!
  id: ID!
  resourcePath: URI!
  stateReason: IssueStateReason
  url: URI!
}

type DemilestonedEvent implements Node {
  actor: Actor
  createdAt: DateTime!
  id: ID!
  milestoneTitle: String!
  subject: MilestoneItem!
}

type LabeledEvent implements Node {
  actor: Actor
  createdAt: DateTime!
  id: ID!
  label: Label!
  labelable: Labelable!
}

type LockedEvent implements Node {
  actor: Actor
  createdAt: DateTime!
  id: ID!
  lockReason: LockReason
  lockable: Lockable!
}

type MilestonedEvent implements Node {
  actor: Actor
  createdAt: DateTime!
  id: ID!
  milestoneTitle: String!
  subject: MilestoneItem!
}

type RenamedTitleEvent implements Node {
  actor: Actor
  createdAt: DateTime!
  currentTitle: String!
  id: ID!
  previousTitle: String!
  subject: RenamedTitleSubject!
}

type ReopenedEvent implements Node {
  actor: Actor
  closable: Closable!
  createdAt: DateTime!
  id: ID!
  stateReason: IssueStateReason
}

type TransferredEvent implements Node {
  actor: Actor
  createdAt: DateTime!
  id: ID!
  issue: Issue!
}

type UnassignedEvent implements Node {
  actor: Actor
  assignable: Assignable!
  assignee: Assignee
  createdAt: DateTime!
  id: ID!
  user: User
}

type UnlabeledEvent implements Node {
  actor: Actor
  createdAt: DateTime!
  id: ID!
  label: Label!
  labelable: Labelable!
}

type UnlockedEvent implements Node {
  actor: Actor
  createdAt: DateTime!
  id: ID!
  lockable: Lockable!
}

type MergedEvent implements Node & UniformResourceLocatable {
  actor: Actor
  commit: Commit
  createdAt: DateTime!
  id: ID!
  mergeRef: Ref
  mergeRefName: String!
  pullRequest: PullRequest!
  resourcePath: URI!
  url: URI!
}

union Assignee = Bot | Organization | User

union MilestoneItem = Issue | PullRequest

union RenamedTitleSubject = Issue | PullRequest
`;
