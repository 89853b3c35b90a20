/**
 * @module Issues opened, edited, closed, locked, moved and deleted. A part of GitHub's own schema, word by word.
 */
export const issueMutationSchema = /* GraphQL */ `
type Mutation {
  closeIssue(input: CloseIssueInput!): CloseIssuePayload
  createIssue(input: CreateIssueInput!): CreateIssuePayload
  deleteIssue(input: DeleteIssueInput!): DeleteIssuePayload
  lockLockable(input: LockLockableInput!): LockLockablePayload
  reopenIssue(input: ReopenIssueInput!): ReopenIssuePayload
  transferIssue(input: TransferIssueInput!): TransferIssuePayload
  unlockLockable(input: UnlockLockableInput!): UnlockLockablePayload
  updateIssue(input: UpdateIssueInput!): UpdateIssuePayload
}

input CreateIssueInput {
  assigneeIds: [ID!]
  body: String
  clientMutationId: String
  labelIds: [ID!]
  milestoneId: ID
  projectIds: [ID!]
  repositoryId: ID!
  title: String!
}

type CreateIssuePayload {
  clientMutationId: String
  issue: Issue
}

input UpdateIssueInput {
  assigneeIds: [ID!]
  body: String
  clientMutationId: String
  id: ID!
  labelIds: [ID!]
  milestoneId: ID
  projectIds: [ID!]
  state: IssueState
  title: String
}

type UpdateIssuePayload {
  actor: Actor
  clientMutationId: String
  issue: Issue
}

input CloseIssueInput {
  clientMutationId: String
  issueId: ID!
  stateReason: IssueClosedStateReason
}

type CloseIssuePayload {
  clientMutationId: String
  issue: Issue
}

input ReopenIssueInput {
  clientMutationId: String
  issueId: ID!
}

type ReopenIssuePayload {
  clientMutationId: String
  issue: Issue
}

input DeleteIssueInput {
  clientMutationId: String
  issueId: ID!
}

type DeleteIssuePayload {
  clientMutationId: String
  repository: Repository
}

input TransferIssueInput {
  clientMutationId: String
  createLabelsIfMissing: Boolean = false
  issueId: ID!
  repositoryId: ID!
}

type TransferIssuePayload {
  clientMutationId: String
  issue: Issue
}

input LockLockableInput {
  clientMutationId: String
  lockReason: LockReason
  lockableId: ID!
}

type LockLockablePayload {
  actor: Actor
  clientMutationId: String
  lockedRecord: Lockable
}

input UnlockLockableInput {
  clientMutationId: String
  lockableId: ID!
}

type UnlockLockablePayload {
  actor: Actor
  clientMutationId: String
  unlockedRecord: Lockable
}

enum IssueClosedStateReason {
  COMPLETED
  DUPLICATE
  NOT_PLANNED
}
`;
