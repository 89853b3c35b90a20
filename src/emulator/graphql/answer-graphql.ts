/**
 * @module Answers one GraphQL request: whether the limits allow it, and what becomes of each of its fields.
 */
import { execute, GraphQLError, type OperationDefinitionNode } from "graphql";
import { actorIdOf, budgetKeyOf, type Principal } from "../access/principal.ts";
import { secondaryRefusal } from "../http/admission.ts";
import type { Answer } from "../http/answer.ts";
import { ok } from "../http/answer.ts";
import type { Admitted, ServerParts } from "../http/exchange.ts";
import type { Incoming } from "../http/incoming.ts";
import { Refusal } from "../http/refusal.ts";
import { isRateLimit } from "./cost.ts";
import type { Errors, Unanswerable } from "./document-errors.ts";
import { mutationRoot } from "./mutations/mutation-root.ts";
import { withNodes } from "./nodes/nodes.ts";
import { Problem, refusalToProblem } from "./problem.ts";
import { queryRoot } from "./query-root.ts";
import { type GraphqlRequest, readRequest, schema } from "./request.ts";
import type { View } from "./view.ts";

const readPoints = 1;
const writePoints = 5;

/** @throws {Refusal} 400, 401, 403 */
export async function answerGraphql(
  parts: ServerParts,
  incoming: Incoming,
  admitted: Admitted,
): Promise<Answer> {
  const { principal } = admitted;
  const actorId = actorIdOf(principal);
  const actor = actorId === undefined ? undefined : parts.services.world.accounts.get(actorId);
  if (actor === undefined) throw new Refusal(401, "This endpoint requires you to be authenticated.");
  const request = await readRequest(await admitted.readContent());
  if ("errors" in request) return refuse(request);
  const refusal = admitRequest(parts, principal, request);
  if (refusal !== undefined) return refusal;
  const { operation, usage } = request;
  const isMutation = operation.operation === "mutation";
  const { world } = parts.services;
  const view = withNodes({
    services: parts.services,
    world: isMutation ? world : parts.worldFor("graphql/get", "GET"),
    lists: isMutation ? world : parts.worldFor("graphql/list", "GET"),
    principal,
    actor,
    urls: incoming.urls,
    version: admitted.version,
    usage,
  });
  return carryOut(parts, view, request, admitted);
}

/** As the REST API's 501, and for clients of GraphQL that look at `errors` only. */
function refuse({ errors, isUnserved }: Unanswerable): Answer {
  if (isUnserved !== true) return ok({ errors });
  return { status: 501, body: { message: errors[0]?.["message"], errors } };
}

/** @returns an answer for a request that is one too many */
function admitRequest(
  { budgets, limits, secondary }: ServerParts,
  principal: Principal,
  { operation, usage, rootFields, isDryRun }: GraphqlRequest,
): Answer | undefined {
  const { remaining } = budgets.look(principal, "graphql");
  // What is left pays for one more query, however much that costs: whoever is refused has nothing left.
  if (!isDryRun && remaining === 0) {
    const who =
      principal.kind === "installation"
        ? `installation ID ${principal.installation.id}`
        : `user ID ${actorIdOf(principal)}`;
    const message = `API rate limit already exceeded for ${who}.`;
    return ok({ errors: [{ type: "RATE_LIMITED", message }] });
  }
  if (!isDryRun) budgets.take(principal, "graphql", Math.min(usage.cost, remaining));
  if (secondary === undefined || limits.secondary === false) return undefined;
  const points = operation.operation === "mutation" ? writePoints * rootFields : readPoints;
  const refused = secondary.count(budgetKeyOf(principal), { api: "graphql", points, contents: 0, issues: 0 });
  if (refused === undefined) return undefined;
  return secondaryRefusal(limits.secondary, "graphql", refused.retryAfterSeconds);
}

async function carryOut(
  { secondary }: ServerParts,
  view: View,
  { document, operation, variables, isDryRun }: GraphqlRequest,
  { fault }: Admitted,
): Promise<Answer> {
  const key = budgetKeyOf(view.principal);
  const rootValue =
    operation.operation === "mutation"
      ? mutationRoot(view, {
          survivors: fault?.does.kind === "prefix" ? fault.does.mutations : Number.POSITIVE_INFINITY,
          admits: ({ notifies, opensIssue }) =>
            secondary?.count(key, {
              api: "graphql",
              points: 0,
              contents: notifies === true ? 1 : 0,
              issues: opensIssue === true ? 1 : 0,
            }) === undefined,
        })
      : queryRoot(view);
  const executed = isDryRun ? withLimitOnly(operation) : operation;
  const { data, errors = [] } = await execute({
    schema,
    document: {
      ...document,
      definitions: document.definitions.map((definition) =>
        definition === operation ? executed : definition,
      ),
    },
    rootValue,
    variableValues: variables,
    ...(operation.name === undefined ? {} : { operationName: operation.name.value }),
  });
  return ok({ data, ...(errors.length === 0 ? {} : { errors: errors.map(fieldError) }) });
}

function withLimitOnly(operation: OperationDefinitionNode): OperationDefinitionNode {
  const { selectionSet } = operation;
  const selections = selectionSet.selections.filter(isRateLimit);
  return { ...operation, selectionSet: { ...selectionSet, selections } };
}

/** One entry of `errors` for a field that could not be answered. @throws what is a bug of ours */
function fieldError(error: GraphQLError): Errors[number] {
  const { path, locations, originalError } = error;
  const problem = originalError instanceof Refusal ? refusalToProblem(originalError) : originalError;
  if (!(problem instanceof Problem)) {
    // A RangeError is a query that is nested too deeply to be executed; anything else is a bug of ours.
    const isOfQuery =
      problem === undefined || problem instanceof GraphQLError || problem instanceof RangeError;
    if (!isOfQuery) throw problem;
    return { path, locations, message: error.message };
  }
  return {
    type: problem.type,
    path,
    ...(problem.type === "FORBIDDEN" ? { extensions: { saml_failure: false } } : {}),
    ...(problem.type === "NOT_SERVED" ? { extensions: { code: "notServed" } } : {}),
    locations,
    message: problem.message,
  };
}
