/**
 * @module What can be changed. A part of GitHub's own schema, word by word.
 */
export const mutationSchema = /* GraphQL */ `
type Mutation {
  addAssigneesToAssignable(input: AddAssigneesToAssignableInput!): AddAssigneesToAssignablePayload
  addComment(input: AddCommentInput!): AddCommentPayload
  addLabelsToLabelable(input: AddLabelsToLabelableInput!): AddLabelsToLabelablePayload
  addReaction(input: AddReactionInput!): AddReactionPayload
  clearLabelsFromLabelable(input: ClearLabelsFromLabelableInput!): ClearLabelsFromLabelablePayload
  closeIssue(input: CloseIssueInput!): CloseIssuePayload
  createCommitOnBranch(input: CreateCommitOnBranchInput!): CreateCommitOnBranchPayload
  createIssue(input: CreateIssueInput!): CreateIssuePayload
  createLabel(input: CreateLabelInput!): CreateLabelPayload
  deleteIssue(input: DeleteIssueInput!): DeleteIssuePayload
  deleteIssueComment(input: DeleteIssueCommentInput!): DeleteIssueCommentPayload
  lockLockable(input: LockLockableInput!): LockLockablePayload
  removeAssigneesFromAssignable(input: RemoveAssigneesFromAssignableInput!): RemoveAssigneesFromAssignablePayload
  removeLabelsFromLabelable(input: RemoveLabelsFromLabelableInput!): RemoveLabelsFromLabelablePayload
  removeReaction(input: RemoveReactionInput!): RemoveReactionPayload
  reopenIssue(input: ReopenIssueInput!): ReopenIssuePayload
  transferIssue(input: TransferIssueInput!): TransferIssuePayload
  unlockLockable(input: UnlockLockableInput!): UnlockLockablePayload
  updateIssue(input: UpdateIssueInput!): UpdateIssuePayload
  updateIssueComment(input: UpdateIssueCommentInput!): UpdateIssueCommentPayload
}

input AddCommentInput {
  body: String!
  clientMutationId: String
  subjectId: ID!
}

type AddCommentPayload {
  clientMutationId: String
  commentEdge: IssueCommentEdge
  subject: Node
}

input UpdateIssueCommentInput {
  body: String!
  clientMutationId: String
  id: ID!
}

type UpdateIssueCommentPayload {
  clientMutationId: String
  issueComment: IssueComment
}

input DeleteIssueCommentInput {
  clientMutationId: String
  id: ID!
}

type DeleteIssueCommentPayload {
  clientMutationId: String
}

input CreateIssueInput {
  assigneeIds: [ID!]
  body: String
  clientMutationId: String
  labelIds: [ID!]
  milestoneId: ID
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

enum IssueClosedStateReason {
  COMPLETED
  DUPLICATE
  NOT_PLANNED
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

input AddReactionInput {
  clientMutationId: String
  content: ReactionContent!
  subjectId: ID!
}

type AddReactionPayload {
  clientMutationId: String
  reaction: Reaction
  reactionGroups: [ReactionGroup!]
  subject: Reactable
}

input RemoveReactionInput {
  clientMutationId: String
  content: ReactionContent!
  subjectId: ID!
}

type RemoveReactionPayload {
  clientMutationId: String
  reaction: Reaction
  reactionGroups: [ReactionGroup!]
  subject: Reactable
}

input AddLabelsToLabelableInput {
  clientMutationId: String
  labelIds: [ID!]!
  labelableId: ID!
}

type AddLabelsToLabelablePayload {
  clientMutationId: String
  labelable: Labelable
}

input RemoveLabelsFromLabelableInput {
  clientMutationId: String
  labelIds: [ID!]!
  labelableId: ID!
}

type RemoveLabelsFromLabelablePayload {
  clientMutationId: String
  labelable: Labelable
}

input ClearLabelsFromLabelableInput {
  clientMutationId: String
  labelableId: ID!
}

type ClearLabelsFromLabelablePayload {
  clientMutationId: String
  labelable: Labelable
}

input AddAssigneesToAssignableInput {
  assignableId: ID!
  assigneeIds: [ID!]!
  clientMutationId: String
}

type AddAssigneesToAssignablePayload {
  assignable: Assignable
  clientMutationId: String
}

input RemoveAssigneesFromAssignableInput {
  assignableId: ID!
  assigneeIds: [ID!]!
  clientMutationId: String
}

type RemoveAssigneesFromAssignablePayload {
  assignable: Assignable
  clientMutationId: String
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

input CreateLabelInput {
  clientMutationId: String
  color: String!
  description: String
  name: String!
  repositoryId: ID!
}

type CreateLabelPayload {
  clientMutationId: String
  label: Label
}

input CreateCommitOnBranchInput {
  branch: CommittableBranch!
  clientMutationId: String
  expectedHeadOid: GitObjectID!
  fileChanges: FileChanges
  message: CommitMessage!
}

type CreateCommitOnBranchPayload {
  clientMutationId: String
  commit: Commit
  ref: Ref
}

input CommittableBranch {
  branchName: String
  id: ID
  repositoryNameWithOwner: String
}

input CommitMessage {
  body: String
  headline: String!
}

input FileChanges {
  additions: [FileAddition!] = []
  deletions: [FileDeletion!] = []
}

input FileAddition {
  contents: Base64String!
  path: String!
}

input FileDeletion {
  path: String!
}
`;
