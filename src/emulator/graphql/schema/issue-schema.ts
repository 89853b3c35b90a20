/**
 * @module Issues, pull requests as items beside them, comments, and edits of both. A part of GitHub's own schema, word by word.
 */
export const issueSchema = /* GraphQL */ `
type Issue implements Assignable & Closable & Comment & Deletable & Labelable & Lockable & Node & Reactable & RepositoryNode & Updatable {
  activeLockReason: LockReason
  assignees(after: String, before: String, first: Int, last: Int): UserConnection!
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  body: String!
  bodyText: String!
  closed: Boolean!
  closedAt: DateTime
  comments(after: String, before: String, first: Int, last: Int, orderBy: IssueCommentOrder): IssueCommentConnection!
  createdAt: DateTime!
  createdViaEmail: Boolean!
  databaseId: Int
  editor: Actor
  fullDatabaseId: BigInt
  id: ID!
  includesCreatedEdit: Boolean!
  labels(after: String, before: String, first: Int, last: Int, orderBy: LabelOrder = { field: CREATED_AT, direction: ASC }): LabelConnection
  lastEditedAt: DateTime
  locked: Boolean!
  milestone: Milestone
  number: Int!
  publishedAt: DateTime
  reactionGroups: [ReactionGroup!]
  reactions(after: String, before: String, content: ReactionContent, first: Int, last: Int, orderBy: ReactionOrder): ReactionConnection!
  repository: Repository!
  resourcePath: URI!
  state: IssueState!
  stateReason(enableDuplicate: Boolean = false): IssueStateReason
  title: String!
  updatedAt: DateTime!
  url: URI!
  userContentEdits(after: String, before: String, first: Int, last: Int): UserContentEditConnection
  viewerCanDelete: Boolean!
  viewerCanReact: Boolean!
  viewerCanUpdate: Boolean!
  viewerDidAuthor: Boolean!
}

type PullRequest implements Assignable & Closable & Comment & Labelable & Lockable & Node & Reactable & RepositoryNode & Updatable {
  activeLockReason: LockReason
  assignees(after: String, before: String, first: Int, last: Int): UserConnection!
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  baseRefName: String!
  body: String!
  bodyText: String!
  closed: Boolean!
  closedAt: DateTime
  comments(after: String, before: String, first: Int, last: Int, orderBy: IssueCommentOrder): IssueCommentConnection!
  createdAt: DateTime!
  createdViaEmail: Boolean!
  databaseId: Int
  editor: Actor
  fullDatabaseId: BigInt
  headRefName: String!
  id: ID!
  includesCreatedEdit: Boolean!
  isDraft: Boolean!
  labels(after: String, before: String, first: Int, last: Int, orderBy: LabelOrder = { field: CREATED_AT, direction: ASC }): LabelConnection
  lastEditedAt: DateTime
  locked: Boolean!
  merged: Boolean!
  mergedAt: DateTime
  milestone: Milestone
  number: Int!
  publishedAt: DateTime
  reactionGroups: [ReactionGroup!]
  reactions(after: String, before: String, content: ReactionContent, first: Int, last: Int, orderBy: ReactionOrder): ReactionConnection!
  repository: Repository!
  resourcePath: URI!
  state: PullRequestState!
  title: String!
  updatedAt: DateTime!
  url: URI!
  userContentEdits(after: String, before: String, first: Int, last: Int): UserContentEditConnection
  viewerCanReact: Boolean!
  viewerCanUpdate: Boolean!
  viewerDidAuthor: Boolean!
}

union IssueOrPullRequest = Issue | PullRequest

enum PullRequestState {
  CLOSED
  MERGED
  OPEN
}

type IssueConnection {
  edges: [IssueEdge]
  nodes: [Issue]
  pageInfo: PageInfo!
  totalCount: Int!
}

type IssueEdge {
  cursor: String!
  node: Issue
}

enum IssueState {
  CLOSED
  OPEN
}

enum IssueStateReason {
  COMPLETED
  DUPLICATE
  NOT_PLANNED
  REOPENED
}

input IssueFilters {
  assignee: String
  createdBy: String
  labels: [String!]
  mentioned: String
  milestone: String
  milestoneNumber: String
  since: DateTime
  states: [IssueState!]
}

input IssueOrder {
  direction: OrderDirection!
  field: IssueOrderField!
}

enum IssueOrderField {
  COMMENTS
  CREATED_AT
  UPDATED_AT
}

enum LockReason {
  OFF_TOPIC
  RESOLVED
  SPAM
  TOO_HEATED
}

type IssueComment implements Comment & Deletable & Minimizable & Node & Reactable & RepositoryNode & Updatable {
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  body: String!
  bodyText: String!
  createdAt: DateTime!
  createdViaEmail: Boolean!
  databaseId: Int
  editor: Actor
  fullDatabaseId: BigInt
  id: ID!
  includesCreatedEdit: Boolean!
  isMinimized: Boolean!
  issue: Issue!
  lastEditedAt: DateTime
  publishedAt: DateTime
  pullRequest: PullRequest
  reactionGroups: [ReactionGroup!]
  reactions(after: String, before: String, content: ReactionContent, first: Int, last: Int, orderBy: ReactionOrder): ReactionConnection!
  repository: Repository!
  resourcePath: URI!
  updatedAt: DateTime!
  url: URI!
  userContentEdits(after: String, before: String, first: Int, last: Int): UserContentEditConnection
  viewerCanDelete: Boolean!
  viewerCanReact: Boolean!
  viewerCanUpdate: Boolean!
  viewerDidAuthor: Boolean!
}

type IssueCommentConnection {
  edges: [IssueCommentEdge]
  nodes: [IssueComment]
  pageInfo: PageInfo!
  totalCount: Int!
}

type IssueCommentEdge {
  cursor: String!
  node: IssueComment
}

input IssueCommentOrder {
  direction: OrderDirection!
  field: IssueCommentOrderField!
}

enum IssueCommentOrderField {
  UPDATED_AT
}

enum CommentAuthorAssociation {
  COLLABORATOR
  CONTRIBUTOR
  FIRST_TIMER
  FIRST_TIME_CONTRIBUTOR
  MANNEQUIN
  MEMBER
  NONE
  OWNER
}

interface Comment {
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  body: String!
  bodyText: String!
  createdAt: DateTime!
  createdViaEmail: Boolean!
  editor: Actor
  id: ID!
  includesCreatedEdit: Boolean!
  lastEditedAt: DateTime
  publishedAt: DateTime
  updatedAt: DateTime!
  userContentEdits(after: String, before: String, first: Int, last: Int): UserContentEditConnection
  viewerDidAuthor: Boolean!
}

interface Labelable {
  labels(after: String, before: String, first: Int, last: Int, orderBy: LabelOrder = { field: CREATED_AT, direction: ASC }): LabelConnection
}

interface Assignable {
  assignees(after: String, before: String, first: Int, last: Int): UserConnection!
}

interface Reactable {
  databaseId: Int
  id: ID!
  reactionGroups: [ReactionGroup!]
  reactions(after: String, before: String, content: ReactionContent, first: Int, last: Int, orderBy: ReactionOrder): ReactionConnection!
  viewerCanReact: Boolean!
}

interface Lockable {
  activeLockReason: LockReason
  locked: Boolean!
}

interface Closable {
  closed: Boolean!
  closedAt: DateTime
}

interface Updatable {
  viewerCanUpdate: Boolean!
}

interface Deletable {
  viewerCanDelete: Boolean!
}

interface Minimizable {
  isMinimized: Boolean!
}

type UserContentEdit implements Node {
  createdAt: DateTime!
  deletedAt: DateTime
  deletedBy: Actor
  diff: String
  editedAt: DateTime!
  editor: Actor
  id: ID!
  updatedAt: DateTime!
}

type UserContentEditConnection {
  edges: [UserContentEditEdge]
  nodes: [UserContentEdit]
  pageInfo: PageInfo!
  totalCount: Int!
}

type UserContentEditEdge {
  cursor: String!
  node: UserContentEdit
}

type Reaction implements Node {
  content: ReactionContent!
  createdAt: DateTime!
  databaseId: Int
  id: ID!
  reactable: Reactable!
  user: User
}

type ReactionConnection {
  edges: [ReactionEdge]
  nodes: [Reaction]
  pageInfo: PageInfo!
  totalCount: Int!
  viewerHasReacted: Boolean!
}

type ReactionEdge {
  cursor: String!
  node: Reaction
}

enum ReactionContent {
  CONFUSED
  EYES
  HEART
  HOORAY
  LAUGH
  ROCKET
  THUMBS_DOWN
  THUMBS_UP
}

input ReactionOrder {
  direction: OrderDirection!
  field: ReactionOrderField!
}

enum ReactionOrderField {
  CREATED_AT
}

type ReactionGroup {
  content: ReactionContent!
  createdAt: DateTime
  reactors(after: String, before: String, first: Int, last: Int): ReactorConnection!
  subject: Reactable!
  users(after: String, before: String, first: Int, last: Int): ReactingUserConnection!
  viewerHasReacted: Boolean!
}

type ReactingUserConnection {
  edges: [ReactingUserEdge]
  nodes: [User]
  pageInfo: PageInfo!
  totalCount: Int!
}

type ReactingUserEdge {
  cursor: String!
  node: User!
  reactedAt: DateTime!
}

type ReactorConnection {
  edges: [ReactorEdge]
  nodes: [Reactor]
  pageInfo: PageInfo!
  totalCount: Int!
}

type ReactorEdge {
  cursor: String!
  node: Reactor!
  reactedAt: DateTime!
}

union Reactor = Bot | Organization | User
`;
