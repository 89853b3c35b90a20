/**
 * @module Faults on request: which requests are to go wrong, and how. Drawn from a seed, so that a run can be repeated.
 */
import { createDice } from "../base/dice.ts";
import { invalidInput } from "../errors.ts";

export interface Fault {
  /** An operation's name, `issues/create`; or the beginning of one, `issues/*`; absent for all. */
  readonly operation?: string;
  /** A method, for faults that are to hit writes or reads only. */
  readonly method?: string;
  /** How often; without end where absent. */
  readonly times?: number;
  /** Lets so many matching requests pass first. */
  readonly after?: number;
  /** From 0 to 1; 1 where absent. */
  readonly probability?: number;
  /** Whether the effect has happened all the same; not where absent. */
  readonly effect?: "none" | "done";
  readonly does:
    | {
        readonly kind: "status";
        readonly status: number;
        readonly body?: unknown;
        readonly headers?: Readonly<Record<string, string>>;
      }
    /** The connection is cut without an answer. */
    | { readonly kind: "reset" }
    /** No answer comes; the connection stays open for so long. */
    | { readonly kind: "timeout"; readonly ms?: number }
    /** Only the first half of the body comes. */
    | { readonly kind: "cut" }
    /** The body is no JSON. */
    | { readonly kind: "malformed" }
    /** The right answer, late. */
    | { readonly kind: "latency"; readonly ms: number; readonly jitterMs?: number }
    /** Of a GraphQL request so many mutations take effect; then the connection is cut without an answer. */
    | { readonly kind: "prefix"; readonly mutations: number }
    /** The token that was used is revoked, and 401 is answered. */
    | { readonly kind: "revoke" };
}

export interface Faults {
  /** @returns takes it away again @throws {HubsteadError} `invalid_input` for an operation that there is not */
  add(fault: Fault): () => void;
  clear(): void;
}

/** A fault that hits a request. */
export interface Hit {
  readonly fault: Fault;
  /** For a late answer. */
  readonly delayMs: number;
}

/** @param names of everything that can be hit: a fault that could never fire would make a test green for nothing */
export function createFaults(
  seed: number,
  names: readonly string[],
): Faults & { pick(operation: string, method: string): Hit | undefined } {
  const dice = createDice(seed);
  let planned: { readonly fault: Fault; seen: number; hits: number }[] = [];
  return {
    add(fault) {
      const { operation } = fault;
      if (operation !== undefined && !names.some((name) => isNamed(operation, name))) {
        throw invalidInput(
          `there is no operation ${operation} that a fault could hit`,
          "docs/emulator.md lists what is served; `issues/*` stands for all that begin so.",
        );
      }
      const entry = { fault, seen: 0, hits: 0 };
      planned.push(entry);
      return () => {
        planned = planned.filter((other) => other !== entry);
      };
    },
    clear() {
      planned = [];
    },
    pick(operation, method) {
      for (const entry of planned) {
        const { fault } = entry;
        if (!matches(fault, operation, method) || entry.hits >= (fault.times ?? Number.POSITIVE_INFINITY))
          continue;
        if (entry.seen++ < (fault.after ?? 0)) continue;
        if (dice.fraction() >= (fault.probability ?? 1)) continue;
        entry.hits++;
        const { does } = fault;
        const delayMs = does.kind === "latency" ? does.ms + dice.fraction() * (does.jitterMs ?? 0) : 0;
        return { fault, delayMs };
      }
      return undefined;
    },
  };
}

function matches({ operation, method, does }: Fault, name: string, asked: string): boolean {
  if (does.kind === "prefix" && name !== "graphql") return false;
  if (method !== undefined && method.toUpperCase() !== asked) return false;
  return operation === undefined || isNamed(operation, name);
}

/** @param operation a name, or its beginning and `*` */
function isNamed(operation: string, name: string): boolean {
  return operation.endsWith("*") ? name.startsWith(operation.slice(0, -1)) : name === operation;
}
