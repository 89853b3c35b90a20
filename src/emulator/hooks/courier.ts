/**
 * @module Brings what happened to the webhooks that are to hear of it, and notes how that went. In order, one after the
 * other for each webhook, unless it was asked for the disorder of the real GitHub.
 */
import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { createDice } from "../../base/dice.ts";
import type { EmulatorClock } from "../clock.ts";
import type { DeliveryRow, HookRow } from "../world/app-rows.ts";
import type { World } from "../world/world.ts";
import type { Happening } from "./happening.ts";
import { encodePayload, eventPayload, headersFor, withInstallation } from "./payload.ts";
import { type Posted, postHook } from "./post.ts";
import { recipientsOf } from "./recipients.ts";

/** How the webhooks of the emulator behave. */
export interface Webhooks {
  /** Waits until everything that happened so far was delivered, or has failed to be. */
  settled(): Promise<void>;
  /** Whether deliveries come in another order than they happened: they are held until nothing happens for a moment. */
  shuffle(on: boolean): void;
  /** The chance that a delivery does not arrive. It is listed as failed, and can be delivered again. */
  drop(probability: number): void;
  /** By how much each delivery is late. */
  delay(ms: number): void;
  /** How long a webhook may take to answer. 10 seconds on GitHub. */
  timeoutMs: number;
}

export interface Courier extends Webhooks {
  send(happening: Happening): void;
  redeliver(hook: HookRow, delivery: DeliveryRow): void;
  /** Calls nobody any more. */
  close(): Promise<void>;
}

export interface CourierParts {
  readonly world: World;
  readonly clock: EmulatorClock;
  readonly seed: number;
  /** Hosts that may be called besides this machine. */
  readonly allowHosts: readonly string[];
  /** After a delivery was noted. */
  readonly noted: () => void;
}

interface Parcel {
  readonly hookId: number;
  readonly facts: Pick<
    DeliveryRow,
    "guid" | "event" | "action" | "repositoryId" | "installationId" | "isRedelivery"
  >;
  readonly json: string;
}

/** GitHub sends nothing that is larger. */
const mostPayloadBytes = 26_214_400;
const keptMs = 3 * 86_400_000;
/** After so long without anything new, what was held for shuffling goes out. */
const holdMs = 50;

export function createCourier(parts: CourierParts): Courier {
  const { world, clock } = parts;
  const dice = createDice(parts.seed);
  const closing = new AbortController();
  const lines = new Map<number, Promise<void>>();
  const open = new Set<Promise<void>>();
  let held: Parcel[] = [];
  let holding: NodeJS.Timeout | undefined;
  let isShuffled = false;
  let chanceToDrop = 0;
  let delayMs = 0;

  const bring = async (parcel: Parcel): Promise<void> => {
    const hook = world.hooks.get(parcel.hookId);
    if (hook === undefined || closing.signal.aborted) return;
    const body = encodePayload(hook, parcel.json);
    const headers = headersFor(hook, { ...parcel.facts, body });
    const isDropped = chanceToDrop > 0 && dice.chance(chanceToDrop);
    const posted: Posted = isDropped
      ? {
          duration: 0,
          statusCode: 0,
          status: "failed to connect to host",
          response: { headers: {}, payload: "" },
        }
      : await postHook(
          hook,
          { headers, body },
          { timeoutMs: courier.timeoutMs, allowHosts: parts.allowHosts, signal: closing.signal },
        );
    if (closing.signal.aborted) return;
    note(hook, parcel, headers, posted);
  };

  const note = (
    hook: HookRow,
    { facts, json }: Parcel,
    headers: Record<string, string>,
    posted: Posted,
  ): void => {
    const { deliveries } = world;
    for (const { id, deliveredAt } of deliveries.by("hook", hook.id)) {
      if (deliveredAt < clock.now() - keptMs) deliveries.remove(id);
    }
    deliveries.put({
      id: deliveries.nextId(),
      hookId: hook.id,
      deliveredAt: clock.now(),
      ...facts,
      ...posted,
      request: { headers, payload: json },
    });
    parts.noted();
  };

  const track = (work: Promise<void>): Promise<void> => {
    open.add(work);
    const end = () => void open.delete(work);
    // Who waits hears of a failure; it ends nobody's process.
    work.then(end, end);
    return work;
  };
  const queue = (parcel: Parcel): void => {
    const before = lines.get(parcel.hookId) ?? Promise.resolve();
    // Not before the request that led to it was answered.
    const next = () => nextTurn();
    lines.set(parcel.hookId, track(before.then(next, next).then(() => bring(parcel))));
  };
  const start = (parcel: Parcel): void => {
    if (delayMs === 0) queue(parcel);
    else {
      const stop = () => undefined;
      void track(sleep(delayMs, undefined, { signal: closing.signal }).then(() => queue(parcel), stop));
    }
  };
  const release = (): void => {
    clearTimeout(holding);
    const waiting = held;
    held = [];
    while (waiting.length > 0) {
      const [parcel] = waiting.splice(dice.below(waiting.length), 1);
      start(parcel!);
    }
  };
  const post = (parcel: Parcel): void => {
    if (closing.signal.aborted || Buffer.byteLength(parcel.json) > mostPayloadBytes) return;
    if (!isShuffled) {
      start(parcel);
      return;
    }
    held.push(parcel);
    clearTimeout(holding);
    holding = setTimeout(release, holdMs);
  };

  const courier: Courier = {
    timeoutMs: 10_000,
    async settled() {
      release();
      while (open.size > 0) await Promise.all(open);
    },
    shuffle(on) {
      isShuffled = on;
      if (!on) release();
    },
    drop(probability) {
      chanceToDrop = probability;
    },
    delay(ms) {
      delayMs = ms;
    },
    send(happening) {
      const recipients = recipientsOf(world, happening);
      if (recipients.length === 0) return;
      const payload = eventPayload(world, happening);
      const guid = randomUUID();
      for (const { hook, installation } of recipients) {
        post({
          hookId: hook.id,
          facts: {
            guid,
            event: happening.event,
            action: happening.action ?? null,
            repositoryId: happening.repositoryId ?? null,
            installationId: installation?.id ?? null,
            isRedelivery: false,
          },
          json: JSON.stringify(withInstallation(payload, installation)),
        });
      }
    },
    redeliver(hook, { guid, event, action, repositoryId, installationId, request }) {
      post({
        hookId: hook.id,
        facts: { guid, event, action, repositoryId, installationId, isRedelivery: true },
        json: request.payload,
      });
    },
    async close() {
      clearTimeout(holding);
      held = [];
      closing.abort();
      await courier.settled();
    },
  };
  return courier;
}
