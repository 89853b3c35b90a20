/**
 * @module Repositories made. A part of GitHub's own schema, word by word.
 */
export const repositoryMutationSchema = /* GraphQL */ `
extend type Mutation {
  createRepository(input: CreateRepositoryInput!): CreateRepositoryPayload
}

input CreateRepositoryInput {
  clientMutationId: String
  description: String
  hasIssuesEnabled: Boolean = true
  hasWikiEnabled: Boolean = false
  homepageUrl: URI
  name: String!
  ownerId: ID
  teamId: ID
  visibility: RepositoryVisibility!
}

type CreateRepositoryPayload {
  clientMutationId: String
  repository: Repository
}
`;
