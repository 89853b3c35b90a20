/**
 * @module Faults on request: which requests are to go wrong, and how. Drawn from a seed, so that a run can be repeated.
 */
import { z } from "zod";
import { createDice } from "../base/dice.ts";
import { nearestName } from "../config/nearest-name.ts";
import { invalidInput } from "../errors.ts";
import { parseSettings, type ReadOnly } from "./settings.ts";

const status = z.strictObject({
  kind: z.literal("status"),
  status: z.int().min(200).max(599),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

const does = z.discriminatedUnion("kind", [
  status,
  /** The connection is cut without an answer. */
  z.strictObject({ kind: z.literal("reset") }),
  /** No answer comes; the connection stays open for so long. */
  z.strictObject({ kind: z.literal("timeout"), ms: z.number().min(0).optional() }),
  /** Only the first half of the body comes. */
  z.strictObject({ kind: z.literal("cut") }),
  /** The body is no JSON. */
  z.strictObject({ kind: z.literal("malformed") }),
  /** The right answer, late. */
  z.strictObject({
    kind: z.literal("latency"),
    ms: z.number().min(0),
    jitterMs: z.number().min(0).optional(),
  }),
  /** Of a GraphQL request so many mutations take effect; then the connection is cut without an answer. */
  z.strictObject({ kind: z.literal("prefix"), mutations: z.int().min(0) }),
  /** The token that was used is revoked, and 401 is answered. */
  z.strictObject({ kind: z.literal("revoke") }),
]);

const faultSchema = z.strictObject({
  /** An operation's name, `issues/create`; or the beginning of one, `issues/*`; absent for all. */
  operation: z.string().optional(),
  /** A method, for faults that are to hit writes or reads only. */
  method: z
    .string()
    .regex(/^(?:get|head|post|put|patch|delete)$/iu, "Expected GET, HEAD, POST, PUT, PATCH or DELETE")
    .optional(),
  /** How often; without end where absent. */
  times: z.number().min(0).optional(),
  /** Lets so many matching requests pass first. */
  after: z.number().min(0).optional(),
  /** From 0 to 1; 1 where absent. */
  probability: z.number().min(0).max(1).optional(),
  /** Whether the effect has happened all the same; not where absent. */
  effect: z.enum(["none", "done"]).optional(),
  does,
});

/** What is to go wrong, and when. */
export type Fault = ReadOnly<z.infer<typeof faultSchema>>;

const settings = z.strictObject({
  /** Where chances come from; the same seed gives the same ones. */
  seed: z.number().optional(),
  /** Those that there are from the start. */
  list: z.array(faultSchema).optional(),
});

/** What a test says of faults when the emulator starts. */
export type FaultSettings = ReadOnly<z.infer<typeof settings>>;

/** @throws {HubsteadError} `invalid_input` */
export function parseFault(value: unknown): Fault {
  return parseSettings(faultSchema, value, "the fault");
}

/** @param value settings, or a list alone @throws {HubsteadError} `invalid_input` */
export function parseFaultSettings(value: unknown): FaultSettings {
  return parseSettings(settings, Array.isArray(value) ? { list: value } : value, "the list of faults");
}

export interface Faults {
  /**
   * @returns takes it away again
   * @throws {HubsteadError} `invalid_input` for what is no fault, or could never hit anything
   */
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
    add(given) {
      const fault = parseFault(given);
      checkCanHit(fault, names);
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

function checkCanHit({ operation, does: { kind } }: Fault, names: readonly string[]): void {
  if (operation === undefined) return;
  if (!names.some((name) => isNamed(operation, name))) {
    const meant = nearestName(operation, names);
    throw invalidInput(
      `there is no operation ${operation} that a fault could hit`,
      `${meant === undefined ? "" : `Did you mean "${meant}"? `}docs/emulator.md lists what is served; \`issues/*\` stands for all that begin so.`,
    );
  }
  if (kind === "prefix" && !isNamed(operation, "graphql")) {
    throw invalidInput(
      `a prefix of mutations is for graphql, not for ${operation}`,
      "Leave the operation out.",
    );
  }
}

function matches({ operation, method, does }: Fault, name: string, asked: string): boolean {
  if (does.kind === "prefix" && name !== "graphql") return false;
  const wanted = method?.toUpperCase();
  // HEAD is a GET whose body is kept back.
  const isHeadOfGet = wanted === "GET" && asked === "HEAD";
  if (wanted !== undefined && wanted !== asked && !isHeadOfGet) return false;
  return operation === undefined || isNamed(operation, name);
}

/** @param operation a name, or its beginning and `*` */
function isNamed(operation: string, name: string): boolean {
  return operation.endsWith("*") ? name.startsWith(operation.slice(0, -1)) : name === operation;
}
