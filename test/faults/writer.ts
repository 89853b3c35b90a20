/**
 * @module A process that writes without pause, all kinds of writes, and notes in a file of its own what was
 * acknowledged, after it was.
 */
import { openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createDice, type Dice } from "../../src/base/dice.ts";
import { HubsteadError } from "../../src/errors.ts";
import { openStore } from "../../src/store/open.ts";
import type { Operation, Store } from "../../src/store/store.ts";
import { readTask, tell, told } from "./told.ts";

export interface WriterTask {
  readonly path: string;
  /** What was acknowledged goes here, one JSON line each, see {@link Acknowledged}. */
  readonly acknowledged: string;
  /** Unlike any other writer's. */
  readonly name: string;
  readonly seed: number;
  readonly durability?: "normal" | "full";
  /** Time between two writes; default none. */
  readonly pauseMs?: number;
}

/** Changes carry the token as their note: it says which of them belong to one write. */
export interface Acknowledged {
  readonly token: string;
  readonly id: string;
  /** The version that the write made; absent for a delete. */
  readonly version?: number;
  /** How many changes the write consists of. */
  readonly parts: number;
}

type Write = (store: Store, dice: Dice, token: string) => Promise<Acknowledged | undefined>;

const sharedId = (dice: Dice): string => `task-${dice.below(40)}`;

const dataOf = (dice: Dice, token: string) => ({
  token,
  title: `written by ${token}`,
  [`field${dice.below(5)}`]: dice.below(1_000),
  text: "lorem ipsum ".repeat(dice.below(dice.chance(0.05) ? 1_000 : 10)),
});

const writes: readonly Write[] = [
  async (store, dice, token) => {
    const { id, version } = await store.put(
      { id: sharedId(dice), data: dataOf(dice, token) },
      { note: token },
    );
    return { token, id, version, parts: 1 };
  },
  async (store, dice, token) => {
    const { id, version } = await store.update(sharedId(dice), { set: dataOf(dice, token) }, { note: token });
    return { token, id, version, parts: 1 };
  },
  async (store, dice, token) => {
    const { id, version } = await store.create(
      { id: `note-${token}`, data: dataOf(dice, token) },
      { note: token },
    );
    return { token, id, version, parts: 1 };
  },
  async (store, dice, token) => {
    const id = sharedId(dice);
    return (await store.delete(id, { note: token })) ? { token, id, parts: 1 } : undefined;
  },
  async (store, dice, token) => {
    const first = dice.below(38);
    const operations = [0, 1, 2].map(
      (part): Operation => ({
        op: "put",
        id: `task-${first + part}`,
        data: { ...dataOf(dice, token), part },
      }),
    );
    const [result] = await store.batch(operations, { note: token });
    return { token, id: result!.id, version: result!.entity!.version, parts: 3 };
  },
  async (store, dice, token) => {
    await store.search(dice.pick(["lorem", token, "task-7"]));
    return undefined;
  },
];

async function writeUntilTold({
  path,
  acknowledged,
  name,
  seed,
  durability,
  pauseMs,
}: WriterTask): Promise<void> {
  const dice = createDice(seed);
  const store = await openStore(path, durability === undefined ? {} : { durability });
  const file = openSync(acknowledged, "a");
  await tell({ ready: name });
  for (let number = 1; !told.toStop; number++) {
    const write = dice.pick(writes);
    try {
      const done = await write(store, dice, `${name}x${number}`);
      if (done !== undefined) writeSync(file, `${JSON.stringify(done)}\n`);
    } catch (error) {
      // Others delete and create the same entities.
      if (!(error instanceof HubsteadError && ["not_found", "already_exists"].includes(error.code)))
        throw error;
    }
    // Lets the word to stop arrive.
    await (pauseMs === undefined ? new Promise(setImmediate) : sleep(pauseMs));
  }
  await store.close();
  process.exit(0);
}

await writeUntilTold(readTask());
