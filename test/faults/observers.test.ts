/**
 * @module What processes tell each other through one file: every change once, in the order of the log.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createDice } from "../../src/base/dice.ts";
import type { Entity } from "../../src/entity/entity.ts";
import { openStore } from "../../src/store/open.ts";
import type { ChangeEvent, Store } from "../../src/store/store.ts";
import { randomRuns } from "../random-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Child, startChild } from "./child.ts";
import type { WriterTask } from "./writer.ts";

const { seed, numRuns: seconds } = randomRuns(4, 60);
const dice = createDice(seed);

function startWriters(path: string, pauseMs?: number): Promise<Child[]> {
  const children = [1, 2, 3].map((number) => {
    const task: WriterTask = {
      path,
      name: `writer${number}`,
      acknowledged: `${path}-${number}`,
      seed: dice.below(2 ** 31),
      ...(pauseMs === undefined ? {} : { pauseMs }),
    };
    return startChild(new URL("./writer.ts", import.meta.url), task);
  });
  return Promise.all(
    children.map(async (child) => {
      await child.next();
      return child;
    }),
  );
}

/** All changes that the log has now. */
async function replay(store: Store): Promise<ChangeEvent[]> {
  const { changes } = await store.status();
  const events: ChangeEvent[] = [];
  if (changes === 0) return events;
  for await (const event of store.changes({ since: 0 })) {
    events.push(event);
    if (events.length === changes) break;
  }
  return events;
}

/** Waits until it holds, as long as a test may take. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

test("an iterator sees each change of three other processes once and in order, also after a break", async () => {
  const path = join(temporaryFolder(), "store.db");
  await using store = await openStore(path);
  await store.put({ id: "task-first" });
  const writers = await startWriters(path);
  const seen: ChangeEvent[] = [];
  const leaving = new AbortController();
  const following = (async () => {
    // Whoever follows stops now and then, and goes on after the last change that it knows.
    while (!leaving.signal.aborted) {
      const left = 50 + dice.below(200);
      const from = seen.length;
      for await (const event of store.changes({ since: seen.at(-1)?.cursor ?? 0, signal: leaving.signal })) {
        seen.push(event);
        if (seen.length - from >= left) break;
      }
    }
  })();
  await sleep(seconds * 1_000);
  await Promise.all(writers.map((writer) => writer.stop()));
  await store.put({ id: "task-last" });
  await until(() => seen.at(-1)?.id === "task-last");
  leaving.abort();
  await following;
  const log = await replay(store);
  expect(seen).toEqual(log);
  expect(seen.map(({ cursor }) => cursor)).toEqual(seen.map((_, index) => index + 1));
  console.info(`${seen.length} changes of other processes, each seen once`);
});

test("several iterators in one process each see every change from where they began", async () => {
  const path = join(temporaryFolder(), "store.db");
  await using store = await openStore(path);
  const ends = new AbortController();
  const follow = async (since?: number) => {
    const seen: number[] = [];
    const options = since === undefined ? { signal: ends.signal } : { since, signal: ends.signal };
    for await (const { cursor } of store.changes(options)) seen.push(cursor);
    return seen;
  };
  const [fromNow, fromStart] = [follow(), follow(0)];
  await sleep(50);
  const writers = await startWriters(path, 3);
  const late = follow();
  for (let number = 0; number < 50; number++) await store.put({ id: "task-own", data: { number } });
  await Promise.all(writers.map((writer) => writer.stop()));
  const { cursor } = (await replay(store)).at(-1)!;
  await sleep(500);
  ends.abort();
  const all = Array.from({ length: cursor }, (_, index) => index + 1);
  expect(await fromNow).toEqual(all);
  expect(await fromStart).toEqual(all);
  const seenLate = await late;
  expect(seenLate).toEqual(all.slice(-seenLate.length));
});

test("an observer hears of each change of its own and of other processes once, in order, with what was before", async () => {
  const path = join(temporaryFolder(), "store.db");
  await using store = await openStore(path);
  await store.put({ id: "task-own", data: { number: -1 } });
  const heard: { before?: Entity; after?: Entity }[] = [];
  const errors: unknown[] = [];
  const stopObserving = store.observe({
    onCreate: (after) => {
      heard.push({ after });
    },
    onUpdate: (before, after) => {
      heard.push({ before, after });
    },
    onDelete: (before) => {
      heard.push({ before });
      // Never breaks a write, nor the next call.
      throw new Error("an observer that throws");
    },
    onError: (error) => {
      errors.push(error);
    },
  });
  const writers = await startWriters(path);
  const ends = Date.now() + seconds * 1_000;
  let number = 0;
  // Writes of this process, alone and several at once, between those of the others.
  while (Date.now() < ends) {
    const own = Array.from({ length: 1 + dice.below(4) }, () =>
      store.put({ id: "task-own", data: { number: number++ } }),
    );
    await Promise.all(own);
    await sleep(dice.below(20));
  }
  await Promise.all(writers.map((writer) => writer.stop()));
  const log = (await replay(store)).slice(1);
  await until(() => heard.length >= log.length);
  await sleep(300);
  stopObserving();
  expect(heard).toHaveLength(log.length);
  const states = new Map<string, Entity | undefined>([
    ["task-own", heard.find(({ after }) => after?.id === "task-own")?.before],
  ]);
  for (const [index, { before, after }] of heard.entries()) {
    const { id, kind } = log[index]!;
    expect((before ?? after)!.id).toBe(id);
    // What was before is what was heard last.
    expect(before).toEqual(states.get(id));
    if (kind === "delete") expect(after).toBeUndefined();
    states.set(id, after);
  }
  for (const [id, state] of states) expect(await store.get(id)).toEqual(state);
  expect(errors).toHaveLength(heard.filter(({ after }) => after === undefined).length);
  expect(errors.length).toBeGreaterThan(0);
  console.info(`${heard.length} changes heard, ${number} of them of this process`);
});
