/**
 * @module People, organisations and apps' bots. A part of GitHub's own schema, word by word.
 */
export const accountSchema = /* GraphQL */ `
interface Actor {
  avatarUrl(size: Int): URI!
  login: String!
  resourcePath: URI!
  url: URI!
}

interface RepositoryOwner {
  avatarUrl(size: Int): URI!
  id: ID!
  login: String!
  repositories(after: String, before: String, first: Int, last: Int, orderBy: RepositoryOrder): RepositoryConnection!
  repository(followRenames: Boolean = true, name: String!): Repository
  resourcePath: URI!
  url: URI!
}

type User implements Actor & Node & RepositoryOwner {
  avatarUrl(size: Int): URI!
  createdAt: DateTime!
  databaseId: Int
  email: String!
  id: ID!
  isSiteAdmin: Boolean!
  isViewer: Boolean!
  login: String!
  name: String
  repositories(after: String, before: String, first: Int, last: Int, orderBy: RepositoryOrder): RepositoryConnection!
  repository(followRenames: Boolean = true, name: String!): Repository
  resourcePath: URI!
  updatedAt: DateTime!
  url: URI!
}

type Organization implements Actor & Node & RepositoryOwner {
  avatarUrl(size: Int): URI!
  createdAt: DateTime!
  databaseId: Int
  email: String
  id: ID!
  login: String!
  name: String
  repositories(after: String, before: String, first: Int, last: Int, orderBy: RepositoryOrder): RepositoryConnection!
  repository(followRenames: Boolean = true, name: String!): Repository
  resourcePath: URI!
  updatedAt: DateTime!
  url: URI!
}

type Bot implements Actor & Node {
  avatarUrl(size: Int): URI!
  createdAt: DateTime!
  databaseId: Int
  id: ID!
  login: String!
  resourcePath: URI!
  updatedAt: DateTime!
  url: URI!
}

type UserConnection {
  edges: [UserEdge]
  nodes: [User]
  pageInfo: PageInfo!
  totalCount: Int!
}

type UserEdge {
  cursor: String!
  node: User
}
`;
