/**
 * @module What GitHub has and nothing here can make: projects, merges to come, followers. Lists of it are empty. A part of GitHub's own schema, word by word.
 */
export const absentSchema = /* GraphQL */ `
type FollowerConnection {
  edges: [UserEdge]
  nodes: [User]
  pageInfo: PageInfo!
  totalCount: Int!
}

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

type AutoMergeRequest {
  authorEmail: String
  commitBody: String
  commitHeadline: String
  enabledAt: DateTime
  enabledBy: Actor
  mergeMethod: PullRequestMergeMethod!
}
`;
