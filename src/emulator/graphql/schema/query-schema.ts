/**
 * @module Where queries begin, and what all connections have. A part of GitHub's own schema, word by word.
 */
export const querySchema = /* GraphQL */ `
type Query implements Node {
  id: ID!
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  organization(login: String!): Organization
  rateLimit(dryRun: Boolean = false): RateLimit
  repository(followRenames: Boolean = true, name: String!, owner: String!): Repository
  repositoryOwner(login: String!): RepositoryOwner
  resource(url: URI!): UniformResourceLocatable
  search(after: String, before: String, first: Int, last: Int, query: String!, type: SearchType!): SearchResultItemConnection!
  user(login: String!): User
  viewer: User!
}

type RateLimit {
  cost: Int!
  limit: Int!
  nodeCount: Int!
  remaining: Int!
  resetAt: DateTime!
  used: Int!
}

type PageInfo {
  endCursor: String
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
  startCursor: String
}

interface Node {
  id: ID!
}

scalar DateTime

scalar URI

scalar GitObjectID

scalar BigInt

scalar Base64String

scalar HTML

enum OrderDirection {
  ASC
  DESC
}
`;
