/**
 * @module The layer that keeps to GitHub's limits: a request gets its turn, is sent, and what its answer says about the limits
 * is written down for everybody.
 */
import { apiHostOf } from "../auth/hosts.ts";
import type { GitHubClock } from "../clock.ts";
import type { BudgetNews, Settlement } from "../limits/limiter-store.ts";
import type { Gate } from "./gate.ts";
import {
  type Answer,
  attemptLimitMs,
  type GovernedRequest,
  type Handler,
  requestIdOf,
} from "./governed-request.ts";
import { withEnd } from "./held-turn.ts";
import { contentWindows, type LimitPolicy, needsOf } from "./needs.ts";
import { type LimitRefusal, limitRefusalOf } from "./refusal.ts";
import { githubTime } from "./retry-after.ts";
import type { RequestEvent, Telemetry } from "./telemetry.ts";
import { TransportFailure } from "./transport.ts";

/** GitHub refused for a limit: nothing of the request took effect. */
export class LimitRefused extends Error {
  override readonly name = "LimitRefused";
  readonly refusal: LimitRefusal;
  readonly answer: Answer;

  constructor(refusal: LimitRefusal, answer: Answer) {
    super(`GitHub refused for its ${refusal.pause.reason} limit`);
    this.refusal = refusal;
    this.answer = answer;
  }
}

export interface AdmissionParts {
  readonly gate: Gate;
  readonly policy: LimitPolicy;
  readonly clock: GitHubClock;
  readonly telemetry: Telemetry;
}

// A lease outlives the longest attempt by this, so that it never ends while its request is under way.
const leaseMarginMs = 5_000;
// An attempt may be allowed to take for ever, and a download be read for ever; a process that died must not keep its place for so long.
const longestLeaseMs = 3_600_000;

export function createAdmission({ gate, policy, clock, telemetry }: AdmissionParts, next: Handler): Handler {
  /** By method and route: what GitHub counts it against, where that is not what was expected. */
  const resources = new Map<string, string>();

  return async (incoming) => {
    const request = { ...incoming, operation: withResource(incoming, resources) };
    const { operation, terms, credential, url } = request;
    const principal = principalKeyOf(request);
    const { lease, waitedMs } = await gate.enter({
      principal,
      lane: terms.lane,
      line: lineOf(request),
      needs: needsOf(operation, terms.lane, policy),
      leaseMs: leaseMsOf(request),
      waitUntil: Math.min(terms.deadlineAt, terms.waitUntil),
      deadlineAt: terms.deadlineAt,
      signal: terms.signal,
    });
    const startedAt = clock.now();
    const report = (event: Partial<RequestEvent>): void =>
      telemetry.emit({
        kind: "request",
        host: url.host,
        principal: credential.principal,
        method: request.method,
        route: operation.route,
        lane: terms.lane,
        ...(operation.resource === undefined ? {} : { resource: operation.resource }),
        durationMs: clock.now() - startedAt,
        waitedMs,
        ...event,
      });
    let settlement: Settlement = { counted: "unknown" };
    let isHeld = false;
    const leave = (): Promise<void> => gate.leave(principal, lease, settlement, terms.deadlineAt);
    try {
      const answer = await next(request);
      const refusal = limitRefusalOf(answer, operation, githubTime(answer, clock.now()));
      const budget = budgetOf(answer, clock.now());
      if (budget !== undefined) learnResource(request, budget.resource, resources);
      settlement = settlementOf(answer, request, refusal, budget);
      const requestId = requestIdOf(answer.headers);
      report({
        status: answer.status,
        ...(refusal === undefined ? {} : { isLimit: true }),
        ...(requestId === undefined ? {} : { requestId }),
        ...(budget === undefined ? {} : { budget }),
      });
      if (refusal === undefined && answer.body instanceof ReadableStream) {
        isHeld = true;
        // What its headers say is of use to others at once.
        if (budget !== undefined) void gate.leave(principal, "", settlement, terms.deadlineAt);
        const since = clock.now();
        const onEnd = (): void => {
          settlement = afterwards(settlement, clock.now() - since);
          void leave();
        };
        return { ...answer, body: withEnd(answer.body, terms.attemptTimeoutMs, clock, onEnd) };
      }
      if (refusal === undefined) return answer;
      const { reason, forMs } = refusal.pause;
      telemetry.emit({
        kind: "refusal",
        host: url.host,
        principal: credential.principal,
        route: operation.route,
        reason,
        ...(forMs === undefined ? {} : { forMs }),
      });
      // What took effect in part is not to be sent again: the caller sees what came of it.
      if (refusal.isPartial && operation.effect !== "read") return answer;
      throw new LimitRefused(refusal, answer);
    } catch (error) {
      if (error instanceof TransportFailure) {
        if (error.sent === "no") settlement = { counted: "unsent" };
        if (error.reason !== "aborted") report({ failure: error.reason });
      }
      throw error;
    } finally {
      if (!isHeld) await leave();
    }
  };
}

/** A download's turn lasts until its body has been read. */
function leaseMsOf(request: GovernedRequest): number {
  const limitMs = request.operation.isDownload ? longestLeaseMs : attemptLimitMs(request);
  return Math.min(limitMs, longestLeaseMs) + leaseMarginMs;
}

/** What an answer said a while ago. */
function afterwards(settlement: Settlement, afterMs: number): Settlement {
  const { budget } = settlement;
  if (budget === undefined) return settlement;
  return { ...settlement, budget: { ...budget, resetsInMs: budget.resetsInMs - afterMs } };
}

function withResource(
  { method, operation }: GovernedRequest,
  resources: ReadonlyMap<string, string>,
): GovernedRequest["operation"] {
  const resource = resources.get(`${method} ${operation.route}`);
  return resource === undefined ? operation : { ...operation, resource };
}

function learnResource(
  { method, operation }: GovernedRequest,
  resource: string,
  resources: Map<string, string>,
): void {
  // Routes that nobody knows have nothing in common; what is free has no allowance of its own.
  if (operation.route === "unknown" || operation.resource === undefined || operation.resource === resource)
    return;
  resources.set(`${method} ${operation.route}`, resource);
}

/** GitHub's shortest window. */
const unknownResetMs = 60_000;

/** Whom limits are counted for: somebody, on one host. */
export function principalKeyOf({ url, credential }: Pick<GovernedRequest, "url" | "credential">): string {
  return `${apiHostOf(url.host)}/${credential.principal}`;
}

function lineOf({ operation }: GovernedRequest): string {
  const { resource, cost, points, contents, issues, effect } = operation;
  return `${resource} ${cost} ${points} ${contents} ${issues} ${effect === "read"}`;
}

function settlementOf(
  answer: Answer,
  { operation, terms }: GovernedRequest,
  refusal: LimitRefusal | undefined,
  budget: BudgetNews | undefined,
): Settlement {
  const emptied = refusal && emptiedBudget(refusal, budget);
  const used = new Set(needsOf(operation, terms.lane, {}).map((need) => ("name" in need ? need.name : "")));
  return {
    counted: countedOf(answer, budget),
    ...(budget === undefined ? {} : { budget: emptied ?? budget }),
    ...(refusal === undefined || emptied !== undefined ? {} : { pause: refusal.pause }),
    ...(refusal === undefined || refusal.pause.reason === "primary"
      ? {}
      : { halve: contentWindows.filter((name) => used.has(name)) }),
  };
}

/** A server that breaks down says nothing about limits: that is not the same as having none. */
function countedOf({ status }: Answer, budget: BudgetNews | undefined): Settlement["counted"] {
  if (status === 304) return "no";
  return status >= 500 && budget === undefined ? "unknown" : "yes";
}

/** A refusal for the hourly allowance is of one allowance, and the others go on, where GitHub says which and until when. */
function emptiedBudget({ pause }: LimitRefusal, budget: BudgetNews | undefined): BudgetNews | undefined {
  if (pause.reason !== "primary" || pause.forMs === undefined) return undefined;
  if (budget === undefined || budget.limit <= 0) return undefined;
  return { ...budget, remaining: 0, resetsInMs: Math.max(budget.resetsInMs, pause.forMs) };
}

function budgetOf(answer: Answer, now: number): BudgetNews | undefined {
  const number = (name: string) => Number(answer.headers.get(`x-ratelimit-${name}`) ?? Number.NaN);
  const [limit, remaining, reset] = [number("limit"), number("remaining"), number("reset")];
  const resource = answer.headers.get("x-ratelimit-resource") ?? "core";
  if (![limit, remaining, reset].every(Number.isFinite)) return undefined;
  const resetsInMs = reset * 1_000 - githubTime(answer, now);
  // Without GitHub's time nobody knows whether the window has ended: a clock that is ahead must not make nothing into plenty.
  const isKnown = answer.headers.has("date") || resetsInMs > 0;
  return { resource, limit, remaining, resetsInMs: isKnown ? resetsInMs : unknownResetMs };
}
