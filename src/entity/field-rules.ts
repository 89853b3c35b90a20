/**
 * @module Rules that make one value of several: `max`, `min`, `union`, `older`, `newer`, a rank of replicas. Pure.
 */
import { canonicalJson, type Json } from "../base/json.ts";
import type { FieldRule } from "./policy.ts";

/** What one head sets. */
export interface Candidate {
  readonly replica: string;
  readonly value: Json;
}

/**
 * @param candidates at least two, in the order of the fold
 * @returns `undefined` where the rule does not apply: the values cannot be compared, no replica is ranked
 */
export function applyRule(rule: FieldRule, candidates: readonly Candidate[]): Json | undefined {
  const values = candidates.map(({ value }) => value);
  if (typeof rule === "object") {
    const ranked = rule.rank.map((replica) =>
      candidates.findLast((candidate) => candidate.replica === replica),
    );
    return ranked.find((candidate) => candidate !== undefined)?.value;
  }
  switch (rule) {
    case "newer":
      return values.at(-1);
    case "older":
      return values[0];
    case "union":
      return unite(values);
    case "max":
      return comparable(values) ? values.reduce((a, b) => (isGreater(b, a) ? b : a)) : undefined;
    case "min":
      return comparable(values) ? values.reduce((a, b) => (isGreater(a, b) ? b : a)) : undefined;
  }
}

function comparable(values: readonly Json[]): boolean {
  return (
    values.every((value) => typeof value === "number") || values.every((value) => typeof value === "string")
  );
}

/** Text by code points, so that every storage agrees. */
function isGreater(a: Json, b: Json): boolean {
  if (typeof a === "string" && typeof b === "string") return compareCodePoints(a, b) > 0;
  return (a as number) > (b as number);
}

function compareCodePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = left[index]!.codePointAt(0)! - right[index]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Every element of every array once, in the order of the fold. */
function unite(values: readonly Json[]): Json | undefined {
  if (!values.every((value) => Array.isArray(value))) return undefined;
  const seen = new Set<string>();
  return (values as readonly (readonly Json[])[]).flat(1).filter((item) => {
    const key = canonicalJson(item);
    return !seen.has(key) && seen.add(key);
  });
}
