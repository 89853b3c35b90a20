/**
 * @module Histories as several stores would write them: replicas with wrong clocks that create, edit, delete, restore,
 * resolve and set policies, each only what is legal for what it sees; inlets whose writers saw less; partial
 * exchanges in any order. A history is played from a list of steps, so a failing one shrinks to few steps.
 */
import fc from "fast-check";
import { createDice, type Dice } from "../src/base/dice.ts";
import { type Clock, firstClock, nextClock } from "../src/base/hybrid-clock.ts";
import type { Json, JsonObject } from "../src/base/json.ts";
import { mergeVectors, type VersionVector, vectorDifference } from "../src/base/version-vector.ts";
import { type CausalLog, createCausalLog } from "../src/entity/causal-log.ts";
import { type Change, changeId, type Draft, type LoggedChange, saw } from "../src/entity/change.ts";
import { diffData } from "../src/entity/edit.ts";
import type { EntityState } from "../src/entity/entity.ts";
import { fold } from "../src/entity/fold.ts";
import type { ReplicaId } from "../src/entity/id.ts";
import { fieldRuleNames, policyIdOf, type ResolverName, resolverNames } from "../src/entity/policy.ts";

/** One thing that happens: which replica, what, and the seed of all further choices. */
export type Step = readonly [who: number, what: number, seed: number];

export interface HistoryOptions {
  /** A policy of this resolver stands before everything else and stays; otherwise policies come and change. */
  readonly resolver?: ResolverName;
  /** Ordinary edits only: no deletes, inlets, policies or kinds of later versions. */
  readonly plain?: boolean;
}

export interface History {
  /** All changes, each after all that its writer had seen. */
  readonly changes: readonly Change[];
  /** What each replica holds at the end. */
  readonly replicas: readonly CausalLog[];
  readonly entities: readonly string[];
  /** By change id: the entity as its writer saw it afterwards. Not for inlets, whose writers stood elsewhere. */
  readonly shownToWriter: ReadonlyMap<string, EntityState>;
}

export const entityIds = ["task-a", "issue-request-b"] as const;

/** The second entity is created under two types. */
const entityTypes = ["task", "issue-request", "issue"] as const;

/** Steps that shrink towards fewer, earlier replicas and smaller seeds. */
export function steps(maxSteps = 60): fc.Arbitrary<Step[]> {
  const step = fc.tuple(fc.nat(4), fc.nat(99), fc.nat(0xffff));
  return fc.array(step, { maxLength: maxSteps, size: "max" });
}

export function shuffle<T>(items: readonly T[], dice: Dice): T[] {
  const result = [...items];
  for (let at = result.length - 1; at > 0; at--) {
    const other = dice.below(at + 1);
    [result[at], result[other]] = [result[other]!, result[at]!];
  }
  return result;
}

/** A name that a replica writes under: its own, or the one for an inlet. */
interface Pen {
  readonly replica: ReplicaId;
  seq: number;
  seen: VersionVector;
}

interface Player {
  readonly log: CausalLog;
  readonly own: Pen;
  readonly inlet: Pen;
  /** Which outside events it has imported. */
  imported: number;
  clock: Clock;
  skewMs: number;
  /** Everything it has received, also what waits. */
  readonly received: Set<Change>;
  /** What it had folded at earlier moments; a remote shows people some of them. */
  readonly moments: VersionVector[];
}

interface OutsideEvent {
  readonly entity: string;
  readonly draft: Draft;
}

interface World {
  readonly players: readonly Player[];
  readonly changes: Change[];
  readonly events: OutsideEvent[];
  readonly shownToWriter: Map<string, EntityState>;
  readonly options: HistoryOptions;
  nowMs: number;
}

const dayMs = 86_400_000;

export function playHistory(list: readonly Step[], options: HistoryOptions = {}): History {
  const count = 3 + ((list[0]?.[2] ?? 0) % 3);
  const players = Array.from({ length: count }, (_, index) => createPlayer(index));
  const world: World = {
    players,
    changes: [],
    events: [],
    shownToWriter: new Map(),
    options,
    nowMs: 1_800_000_000_000,
  };
  if (options.resolver !== undefined) {
    const draft: Draft = { kind: "create", type: "policy", set: { resolver: options.resolver } };
    for (const type of entityTypes) write(world, players[0]!, policyIdOf(type), draft);
    for (const player of players.slice(1)) for (const change of world.changes) receive(player, change);
  }
  for (const [who, what, seed] of list) {
    const dice = createDice(seed);
    world.nowMs += dice.below(3);
    takeStep(world, players[who % count]!, what, dice);
  }
  const { changes, shownToWriter } = world;
  return { changes, replicas: players.map(({ log }) => log), entities: entityIds, shownToWriter };
}

function createPlayer(index: number): Player {
  const letter = "abcde"[index]!;
  return {
    log: createCausalLog(),
    own: { replica: letter.repeat(16) as ReplicaId, seq: 0, seen: {} },
    inlet: { replica: `${letter}${"z".repeat(15)}` as ReplicaId, seq: 0, seen: {} },
    imported: 0,
    clock: firstClock,
    skewMs: 0,
    received: new Set(),
    moments: [{}],
  };
}

function takeStep(world: World, player: Player, what: number, dice: Dice): void {
  if (what < 35) exchange(world, player, dice);
  else if (what < 82 || world.options.plain) edit(world, player, dice);
  else if (what < 86 && world.options.resolver === undefined) setPolicy(world, player, dice);
  else if (what < 94) importEvent(world, player, dice);
  else player.skewMs = dice.pick([0, 1, -1, 5, -1000, dayMs, 30 * dayMs, -30 * dayMs]);
}

/** Takes some or all of what another one holds, in any order. */
function exchange(world: World, player: Player, dice: Dice): void {
  const other = dice.pick(world.players);
  const news = [...other.received].filter((change) => !player.received.has(change));
  const taken = dice.below(3) === 0 ? news.filter(() => dice.below(2) === 0) : news;
  for (const change of shuffle(taken, dice)) receive(player, change);
}

function receive(player: Player, change: Change): void {
  player.received.add(change);
  player.log.receive(change);
  if (change.clock > player.clock) player.clock = change.clock;
  player.moments.push(player.log.vector());
}

function write(world: World, player: Player, entity: string, draft: Draft): void {
  const change = stamp(world, player, player.own, { entity, draft, seen: player.log.vector() });
  world.shownToWriter.set(changeId(change), player.log.get(entity)!);
}

/** What a storage does in its transaction. */
function stamp(
  world: World,
  player: Player,
  pen: Pen,
  { entity, draft, seen }: { entity: string; draft: Draft; seen: VersionVector },
): Change {
  const clock = nextClock(player.clock, world.nowMs + player.skewMs);
  const { [pen.replica]: _, ...news } = vectorDifference(pen.seen, seen);
  pen.seen = mergeVectors(pen.seen, seen);
  pen.seq++;
  const change: Change = {
    ...draft,
    replica: pen.replica,
    seq: pen.seq,
    clock,
    entity,
    ...(Object.keys(news).length === 0 ? {} : { seen: news }),
  };
  world.changes.push(change);
  receive(player, change);
  return change;
}

function edit(world: World, player: Player, dice: Dice): void {
  const entity = dice.below(6) === 0 ? entityIds[1] : entityIds[0];
  const draft = draftFor(entity, player.log.get(entity), world.options, dice);
  write(world, player, entity, draft);
}

/** A draft that is legal for what its writer sees. */
function draftFor(
  entity: string,
  state: EntityState | undefined,
  options: HistoryOptions,
  dice: Dice,
): Draft {
  if (state === undefined || state.deleted) {
    if (state !== undefined && dice.below(2) === 0)
      return { kind: "restore", ...(dice.below(3) === 0 ? someEdit(dice) : {}) };
    const type = entity === entityIds[0] ? "task" : dice.pick(["issue-request", "issue-request", "issue"]);
    return {
      kind: "create",
      type,
      ...(dice.below(3) === 0 ? { status: dice.pick(statuses) } : {}),
      set: someObject(dice, 2),
    };
  }
  if (state.conflicts.length > 0 && dice.below(4) === 0) return resolution(state, dice);
  if (options.plain) return { kind: "update", ...someEdit(dice) };
  const chance = dice.below(100);
  if (chance < 12) return { kind: "delete" };
  if (chance < 15) return { kind: "archive", until: 3 } as unknown as Draft;
  if (chance < 25) return { kind: "update", status: dice.pick(statuses) };
  if (chance < 45) return { kind: "update", ...diffData(state.data, someObject(dice, 2)) };
  return { kind: "update", ...someEdit(dice) };
}

const statuses = ["active", "closed", "draft"];
const keys = ["a", "b", "c", "n", "tags", "constructor", ""];
const pointers = ["/a", "/a/b", "/b", "/c", "/n", "/tags", "/a/b/c", "/constructor", "/", ""];

function someEdit(dice: Dice): Pick<Draft, "set" | "unset" | "status"> {
  const unset = Array.from({ length: dice.below(3) }, () => dice.pick(pointers));
  const set = dice.below(4) === 0 ? {} : someObject(dice, 2);
  return {
    ...(unset.length === 0 ? {} : { unset }),
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(dice.below(6) === 0 ? { status: dice.pick(statuses) } : {}),
  };
}

function someObject(dice: Dice, depth: number): JsonObject {
  const entries = Array.from({ length: dice.below(3) + (depth === 2 ? 1 : 0) }, (): [string, Json] => {
    const key = dice.pick(dice.below(8) === 0 ? keys : keys.slice(0, 4));
    return [key, someValue(dice, depth)];
  });
  return Object.fromEntries(entries);
}

function someValue(dice: Dice, depth: number): Json {
  const kind = dice.below(depth > 0 ? 8 : 5);
  if (kind < 2) return dice.below(3);
  if (kind === 2) return dice.pick(["x", "y", ""]);
  if (kind === 3) return [dice.below(3), dice.below(3)];
  if (kind === 4) return dice.pick([null, true]);
  return someObject(dice, depth - 1);
}

function resolution(state: EntityState, dice: Dice): Draft {
  const conflict = dice.pick(state.conflicts);
  const draft = { kind: "resolve", resolves: conflict.heads } as const;
  if (conflict.path === "status") return { ...draft, status: dice.pick(statuses) };
  if (conflict.path === "type") return { ...draft, type: dice.pick(["issue-request", "issue"]) };
  if (conflict.path === "") return { ...draft, ...someEdit(dice) };
  if (dice.below(4) === 0) return { ...draft, unset: [conflict.path] };
  const keysOfPath = conflict.path.slice(1).split("/");
  return {
    ...draft,
    set: keysOfPath.reduceRight<Json>((inner, key) => ({ [key]: inner }), dice.below(3)) as JsonObject,
  };
}

function setPolicy(world: World, player: Player, dice: Dice): void {
  const id = policyIdOf(dice.below(4) === 0 ? dice.pick(entityTypes) : "task");
  const state = player.log.get(id);
  const set = {
    resolver: dice.pick(resolverNames),
    deletes: dice.pick(["edit-wins", "delete-wins"]),
    fields: Object.fromEntries(
      ["/n", "/tags", "/a", "/a/b", "status"]
        .filter(() => dice.below(3) === 0)
        .map((path) => [path, someRule(dice)]),
    ),
  };
  const gone = state === undefined || state.deleted;
  if (!gone && dice.below(8) === 0) write(world, player, id, { kind: "delete" });
  else write(world, player, id, gone ? { kind: "create", type: "policy", set } : { kind: "update", set });
}

function someRule(dice: Dice): Json {
  return dice.below(6) === 0
    ? { rank: [dice.pick(["b", "c"]).repeat(16), "a".repeat(16)] }
    : dice.pick(fieldRuleNames);
}

/** Takes in the next outside event, or a new one, whose author had been shown less than the importer has folded. */
function importEvent(world: World, player: Player, dice: Dice): void {
  const pen = player.inlet;
  const later = player.moments.filter((moment) =>
    Object.entries(pen.seen).every(([replica, seq]) => (moment[replica] ?? 0) >= seq),
  );
  const shown = { ...dice.pick(later), [pen.replica]: pen.seq };
  const next = world.events[player.imported];
  if (next === undefined) {
    const entity = dice.below(6) === 0 ? entityIds[1] : entityIds[0];
    const draft = draftFor(
      entity,
      stateSeenWith(player.log, entity, mergeVectors(pen.seen, shown)),
      world.options,
      dice,
    );
    const origin = `comment-${world.events.length}`;
    const time = new Date(world.nowMs - dice.below(1000)).toISOString();
    world.events.push({ entity, draft: { ...draft, origin, time } });
  }
  const { entity, draft } = world.events[player.imported++]!;
  stamp(world, player, pen, { entity, draft, seen: shown });
}

function stateSeenWith(log: CausalLog, entity: string, seen: VersionVector): EntityState | undefined {
  const reader = { change: {} as Change, seen };
  const past = (id: string): LoggedChange[] => log.logOf(id).filter((entry) => saw(reader, entry));
  return fold(
    past(entity),
    entityTypes.flatMap((type) => past(policyIdOf(type))),
  );
}
