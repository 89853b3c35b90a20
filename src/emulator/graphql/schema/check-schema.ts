/**
 * @module What was reported of commits. A part of GitHub's own schema, word by word.
 */
export const checkSchema = /* GraphQL */ `
type StatusCheckRollup {
  commit: Commit
  contexts(after: String, before: String, first: Int, last: Int): StatusCheckRollupContextConnection!
  state: StatusState!
}

type StatusCheckRollupContextConnection {
  checkRunCount: Int!
  edges: [StatusCheckRollupContextEdge]
  nodes: [StatusCheckRollupContext]
  pageInfo: PageInfo!
  statusContextCount: Int!
  totalCount: Int!
}

type StatusCheckRollupContextEdge {
  cursor: String!
  node: StatusCheckRollupContext
}

union StatusCheckRollupContext = CheckRun | StatusContext

type CheckRun implements Node {
  checkSuite: CheckSuite!
  completedAt: DateTime
  conclusion: CheckConclusionState
  databaseId: Int
  detailsUrl: URI
  externalId: String
  id: ID!
  name: String!
  permalink: URI!
  repository: Repository!
  resourcePath: URI!
  startedAt: DateTime
  status: CheckStatusState!
  summary: String
  text: String
  title: String
  url: URI!
}

type CheckSuite {
  commit: Commit!
  conclusion: CheckConclusionState
  createdAt: DateTime!
  databaseId: Int
  repository: Repository!
  status: CheckStatusState!
  updatedAt: DateTime!
  workflowRun: WorkflowRun
}

type WorkflowRun {
  createdAt: DateTime!
  databaseId: Int
  event: String!
  runNumber: Int!
  url: URI!
  workflow: Workflow!
}

type Workflow {
  databaseId: Int
  name: String!
}

type StatusContext implements Node {
  commit: Commit
  context: String!
  createdAt: DateTime!
  creator: Actor
  description: String
  id: ID!
  state: StatusState!
  targetUrl: URI
}

enum StatusState {
  ERROR
  EXPECTED
  FAILURE
  PENDING
  SUCCESS
}

enum CheckStatusState {
  COMPLETED
  IN_PROGRESS
  PENDING
  QUEUED
  REQUESTED
  WAITING
}

enum CheckConclusionState {
  ACTION_REQUIRED
  CANCELLED
  FAILURE
  NEUTRAL
  SKIPPED
  STALE
  STARTUP_FAILURE
  SUCCESS
  TIMED_OUT
}
`;
