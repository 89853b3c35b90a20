/**
 * @module Lets a request in, or answers that it was one too many.
 */
import { actorIdOf, budgetKeyOf, type Principal } from "../access/principal.ts";
import type { Limits, SecondaryLimits } from "../limits/limits.ts";
import type { LimitedResource, PrimaryBudgets } from "../limits/primary-budgets.ts";
import type { Load, SecondaryGuard } from "../limits/secondary-limits.ts";
import { type Answer, ok } from "./answer.ts";
import { Refusal } from "./refusal.ts";
import { refusalToAnswer } from "./response.ts";

const docs = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";

const secondaryMessage =
  "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

export interface Gate {
  readonly limits: Limits;
  readonly budgets: PrimaryBudgets;
  /** Absent where secondary limits are off. */
  readonly secondary: SecondaryGuard | undefined;
}

/** What a request asks of the limits. */
export interface Demand {
  readonly resource: LimitedResource;
  /** Of the primary budget; 0 for what is free. */
  readonly cost: number;
  readonly load: Load;
}

/** @returns what is to be called when the request is answered, or the refusal */
export function admit(
  gate: Gate,
  principal: Principal,
  demand: Demand,
  address: string,
): { readonly leave: () => void } | { readonly refusal: Answer } {
  const { resource, cost, load } = demand;
  if (cost > 0 && gate.budgets.take(principal, resource, cost) === undefined) {
    return { refusal: primaryRefusal(principal, address) };
  }
  return enter(gate, principal, load);
}

/** The secondary limits alone. */
function enter(
  { limits, secondary }: Gate,
  principal: Principal,
  load: Load,
): { readonly leave: () => void } | { readonly refusal: Answer } {
  if (secondary === undefined || limits.secondary === false) return { leave: () => undefined };
  const entered = secondary.enter(budgetKeyOf(principal), load);
  if ("leave" in entered) return entered;
  return { refusal: secondaryRefusal(limits.secondary, load.api, entered.retryAfterSeconds) };
}

/** What a request hears that came too soon after others; in GraphQL that may be HTTP 200. */
export function secondaryRefusal(
  { status, graphqlStatus, saysWhen }: SecondaryLimits,
  api: Load["api"],
  retryAfterSeconds: number,
): Answer {
  const headers = saysWhen ? { "retry-after": String(retryAfterSeconds) } : {};
  if (api === "graphql" && graphqlStatus === 200)
    return { ...ok({ errors: [{ type: "RATE_LIMITED", message: secondaryMessage }] }), headers };
  return refusalToAnswer(
    new Refusal(api === "graphql" ? graphqlStatus : status, secondaryMessage, undefined, headers),
    `${docs}#about-secondary-rate-limits`,
  );
}

function primaryRefusal(principal: Principal, address: string): Answer {
  if (principal.kind === "anonymous") {
    const message = `API rate limit exceeded for ${address}. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)`;
    return refusalToAnswer(new Refusal(403, message), `${docs}#primary-rate-limit-for-unauthenticated-users`);
  }
  const who =
    principal.kind === "user"
      ? `user ID ${actorIdOf(principal)}`
      : `installation ID ${principal.kind === "installation" ? principal.installation.id : principal.app.id}`;
  return refusalToAnswer(
    new Refusal(403, `API rate limit exceeded for ${who}.`),
    `${docs}#primary-rate-limit-for-authenticated-users`,
  );
}
