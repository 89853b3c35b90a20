import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  entityIds,
  type History,
  type HistoryOptions,
  playHistory,
  type Step,
  shuffle,
  steps,
} from "../../test/random-history.ts";
import { randomRuns } from "../../test/random-runs.ts";
import { createDice } from "../base/dice.ts";
import { canonicalJson, isJsonObject, type JsonObject, jsonEqual } from "../base/json.ts";
import { getAtPath, parsePointer } from "../base/json-pointer.ts";
import type { VersionVector } from "../base/version-vector.ts";
import { type CausalLog, createCausalLog } from "./causal-log.ts";
import {
  type Change,
  changeId,
  concurrent,
  encodeChange,
  type LoggedChange,
  parseChange,
  saw,
} from "./change.ts";
import { compareChanges, headsOf, orderForFold, pastOf } from "./change-order.ts";
import { applyEdit } from "./edit.ts";
import type { Conflict, EntityState } from "./entity.ts";
import { fold, foldUpTo } from "./fold.ts";
import { policyIdOf, resolverNames } from "./policy.ts";
import { policyTypesOf } from "./policy-book.ts";
import { related, type Touch, touchesOf } from "./touches.ts";

/** A history with one log that has received all of it. */
interface Played extends History {
  readonly log: CausalLog;
}

// The same steps serve many properties: all of a file's tests draw them from one seed.
const played = new Map<string, Played>();

function play(list: readonly Step[], options: HistoryOptions): Played {
  const key = JSON.stringify([list, options]);
  const known = played.get(key);
  if (known !== undefined) return known;
  const history = playHistory(list, options);
  const result = { ...history, log: receiveAll(history.changes) };
  if (played.size < 5_000) played.set(key, result);
  return result;
}

/** @param quick histories in every run; a hundred times as many with SOAK=1 */
function holds(options: HistoryOptions, quick: number, check: (history: Played, seed: number) => void): void {
  const property = fc.property(steps(), (list) =>
    check(play(list, options), list.length + (list[0]?.[2] ?? 0)),
  );
  fc.assert(property, randomRuns(quick, quick * 100));
}

const soakTimeMs = process.env.SOAK === "1" ? 3_600_000 : 60_000;

function receiveAll(changes: readonly Change[], into: CausalLog = createCausalLog()): CausalLog {
  for (const change of changes) into.receive(change);
  return into;
}

function changesOf(log: CausalLog): Change[] {
  return log.entities().flatMap((entity) => log.logOf(entity).map(({ change }) => change));
}

function policiesOf(log: CausalLog, entity: string): LoggedChange[] {
  return policyTypesOf(log.logOf(entity)).flatMap((type) => log.logOf(policyIdOf(type)));
}

function stateText(state: EntityState | undefined): string {
  return state === undefined ? "" : canonicalJson(state as unknown as JsonObject);
}

function textOf(log: CausalLog): string {
  return log
    .entities()
    .toSorted()
    .map((entity) => stateText(log.get(entity)))
    .join("\n");
}

const modes: readonly (readonly [string, HistoryOptions])[] = [
  ["policies that come and change", {}],
  ...resolverNames.map((resolver) => [resolver, { resolver }] as const),
];

describe.each(modes)("with %s", (_, options) => {
  const quick = options.resolver === undefined ? 400 : 100;
  const it = (name: string, check: (history: Played, seed: number) => void) =>
    test(name, { timeout: soakTimeMs }, () => holds(options, quick, check));

  it("replicas with the same changes show the same, whatever the order of arrival", ({
    changes,
    log,
  }, seed) => {
    const expected = textOf(log);
    const shuffled = receiveAll(shuffle(changes, createDice(seed)));
    expect(shuffled.waiting()).toEqual([]);
    expect(textOf(shuffled)).toBe(expected);
    expect(textOf(receiveAll(changes.toReversed()))).toBe(expected);
  });

  it("a change received twice counts once", ({ changes, log }, seed) => {
    const dice = createDice(seed + 1);
    const twice = shuffle([...changes, ...changes.filter(() => dice.below(2) === 0)], dice);
    expect(textOf(receiveAll(twice))).toBe(textOf(log));
    for (const entity of log.entities()) {
      const repeated = shuffle([...log.logOf(entity), ...log.logOf(entity)], dice);
      expect(stateText(fold(repeated, policiesOf(log, entity)))).toBe(stateText(log.get(entity)));
    }
  });

  it("folding change by change equals folding all at once", ({ changes }, seed) => {
    const log = createCausalLog();
    for (const change of shuffle(changes, createDice(seed + 2))) {
      log.receive(change);
      if (log.get(change.entity) === undefined) continue;
      const anew = fold(log.logOf(change.entity), policiesOf(log, change.entity));
      expect(stateText(log.get(change.entity))).toBe(stateText(anew));
    }
  });

  it("merging is commutative, associative and idempotent", ({ replicas }) => {
    const [a, b, c] = replicas.map((log) => [...changesOf(log), ...log.waiting()]) as [
      Change[],
      Change[],
      Change[],
    ];
    const merge = (...logs: readonly (readonly Change[])[]) => {
      const log = receiveAll(logs.flat());
      return [...changesOf(log), ...log.waiting()];
    };
    const text = (merged: readonly Change[]) => textOf(receiveAll(merged));
    expect(text(merge(a, b))).toBe(text(merge(b, a)));
    expect(text(merge(merge(a, b), c))).toBe(text(merge(a, merge(b, c))));
    expect(text(merge(a, a))).toBe(text(merge(a)));
  });

  it("no acknowledged edit disappears silently", ({ log }) => {
    for (const entity of entityIds) expect(lostEdits(log, entity)).toEqual([]);
  });

  it("a change id names for ever the state that its author saw plus the change", ({ log, shownToWriter }) => {
    for (const [id, state] of shownToWriter) {
      const found = foldUpTo(log.logOf(state.id), id, policiesOf(log, state.id));
      expect(stateText(found)).toBe(stateText(state));
    }
  });

  it("the data of every edit can be read back, also of those that lost", ({ changes, log }) => {
    for (const change of changes) {
      // Of several records of one outside event the first is the one that is folded.
      if (change.set === undefined || change.origin !== undefined || change.kind === "archive") continue;
      const { data } = foldUpTo(log.logOf(change.entity), changeId(change))!;
      expect(canonicalJson(applyEdit(data, { set: change.set }))).toBe(canonicalJson(data));
    }
  });

  it("a version counts every change, and each outside event once, so it never goes back", ({
    changes,
  }, seed) => {
    const log = createCausalLog();
    const versions = new Map<string, number>();
    for (const change of shuffle(changes, createDice(seed + 3))) {
      log.receive(change);
      for (const entity of log.entities()) {
        const { version } = log.get(entity)!;
        expect(version).toBeGreaterThanOrEqual(versions.get(entity) ?? 0);
        versions.set(entity, version);
      }
    }
    for (const entity of log.entities()) {
      const events = log.logOf(entity).map(({ change }) => change.origin ?? changeId(change));
      expect(log.get(entity)!.version).toBe(new Set(events).size);
    }
  });

  it("a new policy never rewrites what is decided", ({ changes, log }, seed) => {
    const dice = createDice(seed + 4);
    for (const entity of entityIds) {
      const policies = policiesOf(log, entity);
      const type = policyTypesOf(log.logOf(entity))[0];
      if (type === undefined) continue;
      const late: LoggedChange = {
        change: {
          ...(changes[0] as Change),
          replica: "e".repeat(16) as Change["replica"],
          seq: 1_000_000,
          clock: dice.pick(changes).clock,
          entity: policyIdOf(type),
          kind: policies.length === 0 ? "create" : "update",
          type: "policy",
          set: {
            resolver: dice.pick(resolverNames),
            deletes: dice.pick(["edit-wins", "delete-wins"]),
            fields: { "/n": "max", "/a": "older" },
          },
        },
        seen: log.vector(),
      };
      expect(stateText(fold(log.logOf(entity), [...policies, late]))).toBe(stateText(log.get(entity)));
    }
  });

  it("a conflict is open until a change that has seen all its heads touches the path; under defer, until a resolve does", ({
    log,
  }) => {
    for (const entity of entityIds)
      for (const entry of orderForFold(log.logOf(entity))) checkClosing(entry, log);
  });

  it("every conflict has at least two sides that had not seen each other", ({ log }) => {
    for (const entity of entityIds) {
      const byId = new Map(
        orderForFold(log.logOf(entity)).map((entry): [string, LoggedChange] => [
          changeId(entry.change),
          entry,
        ]),
      );
      for (const { heads, kind } of log.get(entity)?.conflicts ?? []) {
        const sides = heads.map((head) => byId.get(head)!);
        expect(sides).toEqual(sides.toSorted((a, b) => compareChanges(a.change, b.change)));
        expect(new Set(sides).size).toBe(sides.length);
        if (kind === "ended-life") continue;
        // Between resolutions the one that saw more has won: these are never resolved again.
        expect(sides.every(({ change }) => change.kind === "resolve")).toBe(false);
        expect(sides.length).toBeGreaterThan(1);
        expect(headsOf(sides)).toEqual(sides);
      }
    }
  });

  it("no conflict is listed twice", ({ log }) => {
    for (const entity of entityIds) {
      const keys = (log.get(entity)?.conflicts ?? []).map(({ path, kind, heads }) =>
        JSON.stringify([path, kind, heads]),
      );
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

/** The touches of edits whose effect neither shows, nor was replaced knowingly, nor stands in an open conflict. */
function lostEdits(log: CausalLog, entity: string): string[] {
  const state = log.get(entity);
  if (state === undefined) return [];
  const entries = orderForFold(log.logOf(entity));
  const isWhole = policiesOf(log, entity).some(({ change }) => JSON.stringify(change.set).includes("wins"));
  const edits = entries.filter(({ change }) =>
    ["create", "update", "restore", "resolve"].includes(change.kind),
  );
  const byId = new Map(entries.map((entry): [string, LoggedChange] => [changeId(entry.change), entry]));
  const isListed = (edit: LoggedChange, path: readonly string[]) =>
    state.conflicts.some((conflict) => {
      const heads = conflict.heads.map((head) => byId.get(head)!);
      if (conflict.path === "") return heads.some((head) => head === edit || saw(head, edit));
      return heads.includes(edit) && related(pathOf(conflict), path);
    });
  return edits.flatMap((edit) => {
    const id: string = changeId(edit.change);
    const known = entries.filter((other) => saw(other, edit));
    const isNamed = known.some(({ change }) => change.resolves?.length === 1 && change.resolves[0] === id);
    if (isNamed) return [];
    const isEnded = known.some(({ change }) => change.kind === "delete" || change.kind === "create");
    if (state.deleted && !isEnded && !isListed(edit, []))
      return [`${id} is deleted by somebody who had not seen it`];
    return lastTouches(edit.change).flatMap(({ path, effect }) => {
      const touching = (other: LoggedChange) =>
        touchesOf(other.change).some((touch) => related(touch.path, path));
      const isReplaced =
        isEnded || known.some((other) => touching(other) || (isWhole && edits.includes(other)));
      const isOutResolved =
        edit.change.kind === "resolve" &&
        edits.some(
          (other) =>
            other.change.kind === "resolve" && concurrent(other, edit) && (isWhole || touching(other)),
        );
      if (isReplaced || isOutResolved || isListed(edit, path) || isShown(state, path, effect)) return [];
      return [`${id} lost ${path.join("/")}`];
    });
  });
}

function pathOf({ path }: Conflict): readonly string[] {
  return path === "status" || path === "type" ? [path] : ["data", ...parsePointer(path)];
}

/** Without those that the same change overwrites. */
function lastTouches(change: Change): Touch[] {
  const touches = touchesOf(change);
  return touches.filter(
    ({ path }, index) => !touches.slice(index + 1).some((later) => related(later.path, path)),
  );
}

function isShown(state: EntityState, path: readonly string[], effect: Touch["effect"]): boolean {
  if (path[0] !== "data")
    return typeof effect === "object" && effect.value === state[path[0] as "status" | "type"];
  const value = getAtPath(state.data, path.slice(1));
  if (effect === "absent")
    return value === undefined || (path.length === 1 && Object.keys(state.data).length === 0);
  return effect === "object" ? isJsonObject(value) : jsonEqual(value, effect.value);
}

/** True when a change sets or removes a path, sets something below it, or replaces what is above it. */
function alters(change: Change, path: readonly string[]): boolean {
  return touchesOf(change).some((touch) => {
    if (!related(touch.path, path)) return false;
    if (touch.path.length > path.length) return touch.effect !== "absent";
    return touch.path.length === path.length || touch.effect !== "object";
  });
}

/** What was open for the writer of a change is closed by it, or still open, as the rules say. */
function checkClosing(entry: LoggedChange, log: CausalLog): void {
  const past = pastOf(log.logOf(entry.change.entity), entry);
  const policies = policiesOf(log, entry.change.entity);
  const before = fold(
    past.filter(({ change }) => change !== entry.change),
    policies,
  );
  const after = fold(past, policies)!;
  const { kind } = entry.change;
  if (before === undefined || entry.change.origin !== undefined) return;
  const beginsLife = kind === "create" && before.deleted;
  for (const conflict of before.conflicts) {
    const isOpen = after.conflicts.some(
      (other) =>
        canonicalJson(other as unknown as JsonObject) === canonicalJson(conflict as unknown as JsonObject),
    );
    const touches = conflict.path === "" || alters(entry.change, pathOf(conflict));
    const isEdit = ["create", "update", "restore", "resolve"].includes(kind);
    if (beginsLife) expect(isOpen).toBe(false);
    else if (conflict.resolver === "defer" && kind !== "resolve") expect(isOpen).toBe(true);
    else if (kind === "delete") expect(isOpen).toBe(conflict.resolver === "defer");
    else if (conflict.kind === "value" && conflict.path !== "") expect(isOpen).toBe(!(isEdit && touches));
    else if (!isEdit) expect(isOpen).toBe(true);
  }
}

describe("with ordinary edits only", () => {
  const plain = (name: string, options: HistoryOptions, check: (history: Played, seed: number) => void) =>
    test(name, { timeout: soakTimeMs }, () => holds({ ...options, plain: true }, 300, check));

  plain("per path, the later clock shows", {}, ({ log }) => {
    for (const entity of entityIds) {
      const entries = orderForFold(log.logOf(entity));
      if (entries.length === 0 || entries.some(({ change }) => change.kind === "resolve")) continue;
      const expected = entries.reduce<JsonObject>((data, { change }) => applyEdit(data, change), {});
      expect(canonicalJson(log.get(entity)!.data)).toBe(canonicalJson(expected));
      expect(log.get(entity)!.status).toBe(
        entries.findLast(({ change }) => change.status !== undefined)?.change.status ?? "active",
      );
    }
  });

  plain("two heads whose order would matter are listed, two whose order would not are not", {}, ({ log }) => {
    for (const entity of entityIds) checkListing(log, entity);
  });

  for (const resolver of ["last-write-wins", "higher-version-wins"] as const) {
    plain(
      `${resolver}: the state is what the writer of the winning head saw, plus that change`,
      { resolver },
      ({ log }) => {
        for (const entity of entityIds) {
          const entries = orderForFold(log.logOf(entity));
          const heads = headsOf(entries);
          if (heads.length === 0 || heads.some(({ change }) => change.kind === "resolve")) continue;
          const seenBy = (head: LoggedChange) => entries.filter((entry) => saw(head, entry)).length;
          const most = Math.max(...heads.map(seenBy));
          const winner =
            resolver === "last-write-wins" ? heads.at(-1)! : heads.findLast((head) => seenBy(head) === most)!;
          const seen = foldUpTo(log.logOf(entity), changeId(winner.change), policiesOf(log, entity))!;
          const state = log.get(entity)!;
          expect(canonicalJson([state.data, state.status, state.type])).toBe(
            canonicalJson([seen.data, seen.status, seen.type]),
          );
        }
      },
    );
  }
});

/** Compares what is listed with what trying both orders of two edits says. */
function checkListing(log: CausalLog, entity: string): void {
  const entries = log.logOf(entity);
  const conflicts = log.get(entity)?.conflicts ?? [];
  const isHead = (edit: LoggedChange, paths: readonly (readonly string[])[]) =>
    !entries.some(
      (other) =>
        saw(other, edit) &&
        touchesOf(other.change).some((touch) => paths.some((path) => related(touch.path, path))),
    );
  for (const a of entries) {
    for (const b of entries) {
      if (changeId(a.change) >= changeId(b.change) || !concurrent(a, b)) continue;
      // A create also stands against what a concurrent create, and edits of that, set and it does not mention.
      if ([a, b].some(({ change }) => change.kind === "resolve" || change.kind === "create")) continue;
      const [paths, others] = [a, b].map(({ change }) => touchesOf(change).map(({ path }) => path)) as [
        string[][],
        string[][],
      ];
      const listed = conflicts.some(
        ({ heads }) => heads.includes(changeId(a.change)) && heads.includes(changeId(b.change)),
      );
      const orderMatters = applyBoth(a.change, b.change) !== applyBoth(b.change, a.change);
      if (listed && conflicts.every(({ heads }) => heads.length === 2)) expect(orderMatters).toBe(true);
      if (orderMatters && isHead(a, paths) && isHead(b, others)) expect(listed).toBe(true);
    }
  }
}

function applyBoth(first: Change, second: Change): string {
  // Both orders are tried on full data: on empty data some differences would not show.
  const from = { a: { b: { c: 0 }, a: 0, c: {}, n: 0 }, b: { a: 0, b: {} }, c: [], n: 5 };
  return canonicalJson([applyEdit(applyEdit(from, first), second), second.status ?? first.status ?? ""]);
}

describe("every history", () => {
  const it = (name: string, check: (history: Played, seed: number) => void) =>
    test(name, { timeout: soakTimeMs }, () => holds({}, 400, check));

  it("the order of the fold extends causality, whatever the clocks say", ({ log }) => {
    for (const entity of log.entities()) {
      for (const later of log.logOf(entity)) {
        for (const earlier of log.logOf(entity)) {
          if (saw(later, earlier)) expect(compareChanges(earlier.change, later.change)).toBeLessThan(0);
        }
      }
    }
  });

  it("a change waits until all that its writer had seen is folded, and no longer", ({
    changes,
    log: complete,
  }, seed) => {
    const log = createCausalLog();
    const here = new Set<string>();
    const entries = complete.entities().flatMap((entity) => complete.logOf(entity));
    const mustHave = new Map<string, VersionVector>(
      entries.map(({ change, seen }) => [changeId(change), seen]),
    );
    for (const change of shuffle(changes, createDice(seed + 5))) {
      log.receive(change);
      here.add(changeId(change));
      const isComplete = (id: string): boolean =>
        Object.entries(mustHave.get(id)!).every(([replica, seq]) =>
          Array.from({ length: seq }, (_, index) => `${replica}:${index + 1}`).every((past) =>
            here.has(past),
          ),
        );
      const waiting = new Set<string>(log.waiting().map(changeId));
      for (const id of here) expect(waiting.has(id)).toBe(!isComplete(id));
    }
  });

  it("a change reads back from its bytes as it was, unknown kinds and fields included", ({ changes }) => {
    for (const change of changes) {
      const bytes = encodeChange(change);
      expect(encodeChange(parseChange(JSON.parse(bytes)))).toBe(bytes);
    }
  });

  it("sync ends by itself: when each has what the others have, nothing is left to send and all show the same", ({
    replicas,
  }) => {
    const logs = replicas.map((log) => receiveAll([...changesOf(log), ...log.waiting()]));
    for (let round = 0; round < 2; round++) {
      for (const to of logs) for (const from of logs) receiveAll(changesOf(from), to);
    }
    const vectors = logs.map((log) => canonicalJson(log.vector() as JsonObject));
    expect(new Set(vectors).size).toBe(1);
    expect(new Set(logs.map(textOf)).size).toBe(1);
    expect(logs.flatMap((log) => log.waiting())).toEqual([]);
  });

  it("replicas whose clocks and edits break the rules diverge nobody", ({ changes: honest }, seed) => {
    const dice = createDice(seed + 6);
    const kinds = ["create", "update", "delete", "restore", "resolve", "archive"];
    const changes = honest.map((change) => ({
      ...change,
      clock: dice.below(12) === 0 ? dice.pick(honest).clock : change.clock,
      kind: dice.below(4) === 0 ? dice.pick(kinds) : change.kind,
    }));
    const expected = textOf(receiveAll(changes));
    const log = createCausalLog();
    for (const change of shuffle(changes, dice)) {
      log.receive(change);
      if (log.get(change.entity) === undefined) continue;
      const anew = fold(log.logOf(change.entity), policiesOf(log, change.entity));
      expect(stateText(log.get(change.entity))).toBe(stateText(anew));
    }
    expect(textOf(log)).toBe(expected);
  });

  it("the fold alters nothing that it is given", ({ log }) => {
    for (const entity of entityIds) {
      const text = JSON.stringify(log.logOf(entity));
      fold(log.logOf(entity), policiesOf(log, entity));
      expect(JSON.stringify(log.logOf(entity))).toBe(text);
    }
  });
});
