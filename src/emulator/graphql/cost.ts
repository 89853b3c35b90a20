/**
 * @module What a query costs, known before it is executed: from the sizes of the pages that it asks for.
 *
 * @see https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { Usage } from "./view.ts";

/** As graphql-js prepares them. */
type VariableValues = Parameters<typeof getArgumentValues>[2];

const requestsPerPoint = 100;

interface Demand {
  /** How many connections are asked for, each once for every node above it. */
  readonly requests: number;
  readonly nodes: number;
}

const nothing: Demand = { requests: 0, nodes: 0 };

export interface CostParts {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: VariableValues;
}

/** @param parts of a document that is valid */
export function usageOf({ schema, operation, fragments, variables }: CostParts): Usage {
  // What a fragment asks for is the same wherever it is spread: else nested fragments could take for ever.
  const known = new Map<string, Demand>();

  const ofSelections = (set: SelectionSetNode | undefined, type: GraphQLNamedType): Demand =>
    (set?.selections ?? []).map((selection) => ofSelection(selection, type)).reduce(add, nothing);

  const ofSelection = (selection: SelectionNode, type: GraphQLNamedType): Demand => {
    if (isLeftOut(selection, variables)) return nothing;
    switch (selection.kind) {
      case "Field":
        return ofField(selection, type);
      case "InlineFragment": {
        const name = selection.typeCondition?.name.value;
        return ofSelections(
          selection.selectionSet,
          name === undefined ? type : (schema.getType(name) ?? type),
        );
      }
      case "FragmentSpread":
        return ofFragment(selection.name.value, type);
    }
  };

  const ofFragment = (name: string, type: GraphQLNamedType): Demand => {
    const fragment = fragments.get(name);
    if (fragment === undefined) return nothing;
    const demand =
      known.get(name) ??
      ofSelections(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value) ?? type);
    known.set(name, demand);
    return demand;
  };

  const ofField = (node: FieldNode, type: GraphQLNamedType): Demand => {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    if (field === undefined) return nothing;
    const fieldType = getNamedType(field.type);
    const inner = ofSelections(node.selectionSet, fieldType);
    if (!fieldType.name.endsWith("Connection")) return inner;
    const { first, last } = getArgumentValues(field, node, variables);
    const size = Math.max(0, Number(first ?? last ?? 0));
    return { requests: 1 + size * inner.requests, nodes: size + size * inner.nodes };
  };

  const { requests, nodes } = ofSelections(operation.selectionSet, schema.getRootType(operation.operation)!);
  return { cost: Math.max(1, Math.round(requests / requestsPerPoint)), nodeCount: nodes };
}

/** How many fields an operation begins with, those in fragments included: for a mutation, how many it runs. */
export function countRootFields({
  operation,
  fragments,
}: Pick<CostParts, "operation" | "fragments">): number {
  const keys = new Set<string>();
  const seen = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === "Field") keys.add(selection.alias?.value ?? selection.name.value);
      else if (selection.kind === "InlineFragment") collect(selection.selectionSet);
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) collect(fragment.selectionSet);
      }
    }
  };
  collect(operation.selectionSet);
  keys.delete("__typename");
  return keys.size;
}

/** Whether `rateLimit(dryRun: true)` asks what a query would cost, without evaluating it. */
export function isDryRun({ schema, operation, variables }: Omit<CostParts, "fragments">): boolean {
  const field = schema.getRootType(operation.operation)?.getFields()["rateLimit"];
  if (field === undefined) return false;
  return operation.selectionSet.selections.some(
    (selection) =>
      isRateLimit(selection) && getArgumentValues(field, selection, variables)["dryRun"] === true,
  );
}

export function isRateLimit(selection: SelectionNode): selection is FieldNode {
  return selection.kind === "Field" && selection.name.value === "rateLimit";
}

function add(a: Demand, b: Demand): Demand {
  return { requests: a.requests + b.requests, nodes: a.nodes + b.nodes };
}

function isLeftOut(selection: SelectionNode, variables: VariableValues): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variables)?.["if"] === true ||
    getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.["if"] === false
  );
}
