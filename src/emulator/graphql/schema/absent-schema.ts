/**
 * @module What GitHub has and nothing here can make: reviews, projects, statuses, merges to come. Lists of it are empty. A part of GitHub's own schema, word by word.
 */
export const absentSchema = /* GraphQL */ `
type PullRequestReview {
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  body: String!
  commit: Commit
  createdAt: DateTime!
  databaseId: Int
  id: ID!
  reactionGroups: [ReactionGroup!]
  state: PullRequestReviewState!
  submittedAt: DateTime
  updatedAt: DateTime!
  url: URI!
}

type PullRequestReviewConnection {
  edges: [PullRequestReviewEdge]
  nodes: [PullRequestReview]
  pageInfo: PageInfo!
  totalCount: Int!
}

type PullRequestReviewEdge {
  cursor: String!
  node: PullRequestReview
}

enum PullRequestReviewState {
  APPROVED
  CHANGES_REQUESTED
  COMMENTED
  DISMISSED
  PENDING
}

type ReviewRequest {
  asCodeOwner: Boolean!
  id: ID!
  requestedReviewer: RequestedReviewer
}

type ReviewRequestConnection {
  edges: [ReviewRequestEdge]
  nodes: [ReviewRequest]
  pageInfo: PageInfo!
  totalCount: Int!
}

type ReviewRequestEdge {
  cursor: String!
  node: ReviewRequest
}

union RequestedReviewer = Bot | Team | User

type ProjectCard {
  column: ProjectColumn
  id: ID!
  project: Project!
}

type ProjectCardConnection {
  edges: [ProjectCardEdge]
  nodes: [ProjectCard]
  pageInfo: PageInfo!
  totalCount: Int!
}

type ProjectCardEdge {
  cursor: String!
  node: ProjectCard
}

type ProjectColumn {
  id: ID!
  name: String!
}

type Project {
  id: ID!
  name: String!
  number: Int!
}

type ProjectV2ItemConnection {
  edges: [ProjectV2ItemEdge]
  nodes: [ProjectV2Item]
  pageInfo: PageInfo!
  totalCount: Int!
}

type ProjectV2ItemEdge {
  cursor: String!
  node: ProjectV2Item
}

type ProjectV2Item {
  fieldValueByName(name: String!): ProjectV2ItemFieldValue
  id: ID!
  project: ProjectV2!
}

type ProjectV2 {
  id: ID!
  number: Int!
  title: String!
  url: URI!
}

union ProjectV2ItemFieldValue = ProjectV2ItemFieldSingleSelectValue

type ProjectV2ItemFieldSingleSelectValue {
  id: ID!
  name: String
  optionId: String
}

type StatusContext implements RequirableByPullRequest {
  context: String!
  createdAt: DateTime!
  description: String
  id: ID!
  isRequired(pullRequestId: ID, pullRequestNumber: Int): Boolean!
  state: StatusState!
  targetUrl: URI
}

type StatusContextStateCount {
  count: Int!
  state: StatusState!
}

type AutoMergeRequest {
  authorEmail: String
  commitBody: String
  commitHeadline: String
  enabledAt: DateTime
  enabledBy: Actor
  mergeMethod: PullRequestMergeMethod!
}
`;
