/**
 * @module Labels, and what is put on issues: labels and assignees. A part of GitHub's own schema, word by word.
 */
export const labelMutationSchema = /* GraphQL */ `
extend type Mutation {
  addAssigneesToAssignable(input: AddAssigneesToAssignableInput!): AddAssigneesToAssignablePayload
  addLabelsToLabelable(input: AddLabelsToLabelableInput!): AddLabelsToLabelablePayload
  clearLabelsFromLabelable(input: ClearLabelsFromLabelableInput!): ClearLabelsFromLabelablePayload
  createLabel(input: CreateLabelInput!): CreateLabelPayload
  deleteLabel(input: DeleteLabelInput!): DeleteLabelPayload
  removeAssigneesFromAssignable(input: RemoveAssigneesFromAssignableInput!): RemoveAssigneesFromAssignablePayload
  removeLabelsFromLabelable(input: RemoveLabelsFromLabelableInput!): RemoveLabelsFromLabelablePayload
  updateLabel(input: UpdateLabelInput!): UpdateLabelPayload
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

input UpdateLabelInput {
  clientMutationId: String
  color: String
  description: String
  id: ID!
  name: String
}

type UpdateLabelPayload {
  clientMutationId: String
  label: Label
}

input DeleteLabelInput {
  clientMutationId: String
  id: ID!
}

type DeleteLabelPayload {
  clientMutationId: String
}
`;
