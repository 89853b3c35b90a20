/**
 * @module The frozen log format: what is written in `test/vectors/change-log.json` must be written and folded the same
 * way by every later version. A difference here means that logs of users would change; do not update the file.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Clock, clockTimeMs, nextClock, parseClock } from "../base/hybrid-clock.ts";
import { canonicalJson, type Json } from "../base/json.ts";
import { readJson } from "../base/json-reader.ts";
import { createCausalLog } from "./causal-log.ts";
import { changeId, encodeChange, parseChange } from "./change.ts";

interface Vectors {
  readonly clocks: readonly { clock: string; timeMs: number }[];
  readonly malformedClocks: readonly string[];
  readonly nextClocks: readonly { last: string; nowMs: number; next: string }[];
  readonly changes: readonly { about: string; change: object; id: string; bytes: string }[];
  readonly logs: readonly {
    about: string;
    changes: readonly string[];
    states: Readonly<Record<string, Json>>;
  }[];
}

const vectors = readJson(
  readFileSync(new URL("../../test/vectors/change-log.json", import.meta.url), "utf8"),
) as Vectors;

describe("clocks", () => {
  test.each(vectors.clocks)("$clock shows $timeMs", ({ clock, timeMs }) => {
    expect(clockTimeMs(parseClock(clock))).toBe(timeMs);
  });

  test.each(vectors.malformedClocks)("%j is malformed", (clock) => {
    expect(() => parseClock(clock)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  test.each(vectors.nextClocks)("after $last at $nowMs comes $next", ({ last, nowMs, next }) => {
    expect(nextClock(last as Clock, nowMs)).toBe(next);
  });
});

describe("the bytes of a change", () => {
  test.each(vectors.changes)("$about", ({ change, id, bytes }) => {
    expect(encodeChange(parseChange(change))).toBe(bytes);
    expect(encodeChange(parseChange(readJson(bytes)))).toBe(bytes);
    expect(changeId(parseChange(change))).toBe(id);
  });

  test("every kind and every field is among them", () => {
    const all = vectors.changes.map(({ change }) => change as Record<string, unknown>);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(
      new Set(["create", "update", "delete", "restore", "resolve", "archive"]),
    );
    const fields =
      "author clock entity kind note origin replica resolves seen seq set status time type unset";
    for (const field of fields.split(" "))
      expect(all.some((change) => Object.hasOwn(change, field))).toBe(true);
  });
});

describe("what a log folds to", () => {
  test.each(vectors.logs)("$about", ({ changes, states }) => {
    for (const order of [changes, changes.toReversed()]) {
      const log = createCausalLog();
      for (const bytes of order) log.receive(parseChange(readJson(bytes)));
      expect(log.waiting()).toEqual([]);
      expect(log.entities().toSorted()).toEqual(Object.keys(states).toSorted());
      for (const [entity, state] of Object.entries(states)) {
        expect(canonicalJson(log.get(entity) as unknown as Json)).toBe(canonicalJson(state));
      }
    }
  });
});
