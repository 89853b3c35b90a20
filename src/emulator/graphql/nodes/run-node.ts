/**
 * @module Runs of Actions, and their workflows, as objects of the schema.
 */
import { wholeSeconds } from "../../clock.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { fullNameOf } from "../../shapes/repository-json.ts";
import type { RunRow, WorkflowRow } from "../../world/action-rows.ts";
import { type Fields, upperCase, type View } from "../view.ts";

export function runToNode({ world, urls, nodes }: View, run: RunRow): Fields {
  const repository = world.repositories.get(run.repositoryId)!;
  const path = `/${fullNameOf(world, repository)}/actions/runs/${run.id}`;
  return {
    __typename: "WorkflowRun",
    id: nodeId("run", repository.id, run.id),
    databaseId: run.id,
    event: run.event,
    runNumber: run.number,
    createdAt: wholeSeconds(run.createdAt),
    updatedAt: wholeSeconds(run.updatedAt),
    resourcePath: path,
    url: urls.html(path),
    workflow: () => nodes.workflow(world.workflows.get(run.workflowId)!),
  };
}

export function workflowToNode({ world, urls }: View, workflow: WorkflowRow): Fields {
  const repository = world.repositories.get(workflow.repositoryId)!;
  const path = `/${fullNameOf(world, repository)}/actions/workflows/${workflow.path.split("/").at(-1)}`;
  return {
    __typename: "Workflow",
    id: nodeId("workflow", repository.id, workflow.id),
    databaseId: workflow.id,
    name: workflow.name,
    state: upperCase(workflow.state),
    createdAt: wholeSeconds(workflow.createdAt),
    updatedAt: wholeSeconds(workflow.updatedAt),
    resourcePath: path,
    url: urls.html(path),
  };
}
