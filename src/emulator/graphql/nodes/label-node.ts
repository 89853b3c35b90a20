/**
 * @module Labels and milestones as objects of the schema.
 */
import type { GraphQLResolveInfo } from "graphql";
import { wholeSeconds } from "../../clock.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { fullNameOf } from "../../shapes/repository-json.ts";
import type { LabelRow, MilestoneRow } from "../../world/issue-rows.ts";
import { connectIssues, type IssueArguments } from "../issue-connection.ts";
import type { Order } from "../order.ts";
import { connectPulls, type PullArguments } from "../pull-connection.ts";
import type { Fields, View } from "../view.ts";

export type LabelOrder = Order<"CREATED_AT" | "NAME">;

/** Labels tell no times; the order of their ids is that of their making. */
export const labelKeys: Readonly<Record<LabelOrder["field"], (row: LabelRow) => number | string>> = {
  CREATED_AT: ({ id }) => id,
  NAME: ({ name }) => name.toLowerCase(),
};

export function labelToNode(view: View, label: LabelRow): Fields {
  const repository = view.world.repositories.get(label.repositoryId)!;
  const path = `/${fullNameOf(view.world, repository)}/labels/${encodeURIComponent(label.name)}`;
  return {
    __typename: "Label",
    id: nodeId("label", label.repositoryId, label.id),
    name: label.name,
    color: label.color,
    description: label.description,
    isDefault: label.isDefault,
    url: view.urls.html(path),
    resourcePath: path,
    repository: () => view.nodes.repository(repository),
    issues: (args: IssueArguments, _: unknown, info: GraphQLResolveInfo) =>
      connectIssues(view, repository, args, info, ({ labelIds }) => labelIds.includes(label.id)),
    pullRequests: (args: PullArguments, _: unknown, info: GraphQLResolveInfo) =>
      connectPulls(view, repository, args, info, ({ labelIds }) => labelIds.includes(label.id)),
  };
}

export function milestoneToNode(view: View, milestone: MilestoneRow): Fields {
  const { dueOn, closedAt, state } = milestone;
  const repository = view.world.repositories.get(milestone.repositoryId)!;
  const path = `/${fullNameOf(view.world, repository)}/milestone/${milestone.number}`;
  return {
    __typename: "Milestone",
    id: nodeId("milestone", milestone.repositoryId, milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    state: state === "open" ? "OPEN" : "CLOSED",
    closed: state === "closed",
    url: view.urls.html(path),
    resourcePath: path,
    creator: () => view.nodes.accountOf(milestone.creatorId),
    dueOn: dueOn === null ? null : wholeSeconds(dueOn),
    createdAt: wholeSeconds(milestone.createdAt),
    updatedAt: wholeSeconds(milestone.updatedAt),
    closedAt: closedAt === null ? null : wholeSeconds(closedAt),
    repository: () => view.nodes.repository(repository),
    issues: (args: IssueArguments, _: unknown, info: GraphQLResolveInfo) =>
      connectIssues(view, repository, args, info, ({ milestoneId }) => milestoneId === milestone.id),
    pullRequests: (args: PullArguments, _: unknown, info: GraphQLResolveInfo) =>
      connectPulls(view, repository, args, info, ({ milestoneId }) => milestoneId === milestone.id),
  };
}
