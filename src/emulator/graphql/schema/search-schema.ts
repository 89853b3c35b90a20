/**
 * @module Searches. A part of GitHub's own schema, word by word.
 */
export const searchSchema = /* GraphQL */ `
enum SearchType {
  ISSUE
  REPOSITORY
  USER
}

union SearchResultItem = Issue | Organization | PullRequest | Repository | User

type SearchResultItemConnection {
  edges: [SearchResultItemEdge]
  issueCount: Int!
  nodes: [SearchResultItem]
  pageInfo: PageInfo!
  repositoryCount: Int!
  userCount: Int!
}

type SearchResultItemEdge {
  cursor: String!
  node: SearchResultItem
}
`;
