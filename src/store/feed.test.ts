import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { fileStore, handClock, memoryStore } from "../../test/stores.ts";
import { createLogger, type Entity } from "../index.ts";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import type { Storage } from "../storage/storage.ts";
import { createFeed } from "./feed.ts";
import type { ChangeEvent, Observer, Store } from "./store.ts";

/** What an observer heard, one line a call. */
function listen(
  store: Store,
  more: Partial<Observer> = {},
): { readonly heard: string[]; readonly end: () => void } {
  const heard: string[] = [];
  const show = ({ id, version }: Entity) => `${id}@${version}`;
  const end = store.observe({
    onCreate: (entity) => void heard.push(`+ ${show(entity)}`),
    onUpdate: (before, after) => void heard.push(`~ ${show(before)} ${show(after)}`),
    onDelete: (entity) => void heard.push(`- ${show(entity)}`),
    ...more,
  });
  return { heard, end };
}

async function take(events: AsyncIterableIterator<ChangeEvent>, count: number): Promise<ChangeEvent[]> {
  const taken: ChangeEvent[] = [];
  while (taken.length < count) {
    const next = await events.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

describe("an observer", () => {
  test("hears of every write, before the write's promise ends", async () => {
    const store = await memoryStore();
    const { heard } = listen(store);
    await store.create({ id: "task-1" });
    expect(heard).toEqual(["+ task-1@1"]);
    await store.update("task-1", { set: { a: 1 } });
    await store.delete("task-1");
    await store.restore("task-1");
    await store.delete("task-1");
    await store.create({ id: "task-1" });
    await store.put({ id: "task-1", data: { b: 1 } });
    await store.revert("task-1", 2);
    await store.claim({ type: "task" }, { status: "paused" });
    expect(heard).toEqual([
      "+ task-1@1",
      "~ task-1@1 task-1@2",
      "- task-1@2",
      "+ task-1@4",
      "- task-1@4",
      "+ task-1@6",
      "~ task-1@6 task-1@7",
      "~ task-1@7 task-1@8",
      "~ task-1@8 task-1@9",
    ]);
  });

  test("hears of a batch and an import in their order, and of nothing that failed or changed nothing", async () => {
    const store = await memoryStore();
    const { heard } = listen(store);
    await store.batch([
      { op: "create", id: "task-1" },
      { op: "update", id: "task-1", set: { a: 1 } },
      { op: "create", id: "task-2" },
    ]);
    await store
      .batch([
        { op: "create", id: "task-3" },
        { op: "create", id: "task-1" },
      ])
      .catch(() => undefined);
    await store.update("task-1", { set: { a: 1 } });
    await store.import([{ id: "task-4" }, { id: "task-1", data: {} }]);
    expect(heard).toEqual([
      "+ task-1@1",
      "~ task-1@1 task-1@2",
      "+ task-2@1",
      "+ task-4@1",
      "~ task-1@2 task-1@3",
    ]);
  });

  test("gets frozen entities, before and after", async () => {
    const store = await memoryStore(handClock());
    const seen: Entity[] = [];
    store.observe({ onUpdate: (before, after) => void seen.push(before, after) });
    await store.create({ id: "task-1", data: { a: { b: 1 } } });
    await store.update("task-1", { set: { a: { b: 2 } }, status: "open" });
    expect(seen.map(({ data, status, version }) => ({ data, status, version }))).toEqual([
      { data: { a: { b: 1 } }, status: "active", version: 1 },
      { data: { a: { b: 2 } }, status: "open", version: 2 },
    ]);
    expect(
      seen.every(
        (entity) =>
          Object.isFrozen(entity) && Object.isFrozen(entity.data) && Object.isFrozen(entity.data["a"]),
      ),
    ).toBe(true);
  });

  test("hears nothing of what was before it, and nothing after its end", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    const { heard, end } = listen(store);
    await store.create({ id: "task-2" });
    end();
    end();
    await store.create({ id: "task-3" });
    const again = listen(store);
    await store.create({ id: "task-4" });
    expect(heard).toEqual(["+ task-2@1"]);
    expect(again.heard).toEqual(["+ task-4@1"]);
  });

  test("may observe one kind of change only", async () => {
    const store = await memoryStore();
    const deleted: string[] = [];
    store.observe({ onDelete: ({ id }) => void deleted.push(id) });
    await store.create({ id: "task-1" });
    await store.update("task-1", { status: "open" });
    await store.delete("task-1");
    expect(deleted).toEqual(["task-1"]);
  });

  test("that throws breaks no write and no other observer; `onError` gets what it threw", async () => {
    const store = await memoryStore();
    const mistake = new Error("a mistake");
    const errors: unknown[] = [];
    const throwing = () => {
      throw mistake;
    };
    store.observe({
      onCreate: throwing,
      onUpdate: throwing,
      onDelete: throwing,
      onError: (error) => void errors.push(error),
    });
    const { heard } = listen(store);
    await store.create({ id: "task-1" });
    await store.update("task-1", { status: "open" });
    await store.delete("task-1");
    expect(errors).toEqual([mistake, mistake, mistake]);
    expect(heard.length).toBe(3);
  });

  test("that rejects breaks nothing; `onError` gets what it rejected with", async () => {
    const store = await memoryStore();
    const errors: unknown[] = [];
    const mistake = new Error("a mistake");
    store.observe({
      onCreate: async () => Promise.reject(mistake),
      onError: (error) => void errors.push(error),
    });
    await store.create({ id: "task-1" });
    await vi.waitFor(() => expect(errors).toEqual([mistake]));
  });

  test("whose `onError` throws too breaks nothing: the store's log has it", async () => {
    const lines: string[] = [];
    const store = await memoryStore({ logger: createLogger({ write: (line) => void lines.push(line) }) });
    const throwing = (): never => {
      throw new Error("a mistake");
    };
    store.observe({ onCreate: throwing, onError: throwing });
    store.observe({ onCreate: async () => throwing(), onError: throwing });
    await store.create({ id: "task-1" });
    await vi.waitFor(() => expect(lines.length).toBe(2));
    expect(lines.every((line) => line.includes("an observer failed") && line.includes("a mistake"))).toBe(
      true,
    );
  });

  test("without `onError` writes its errors to the store's log, without secrets", async () => {
    const lines: string[] = [];
    const store = await memoryStore({ logger: createLogger({ write: (line) => void lines.push(line) }) });
    store.observe({
      onCreate: () => {
        throw new Error("refused: token ghp_abcdefghijklmnopqrstuvwxyz0123456789");
      },
    });
    await store.create({ id: "task-1" });
    expect(lines.length).toBe(1);
    expect(lines[0]).toMatch(/error an observer failed .*refused/u);
    expect(lines[0]).not.toContain("ghp_");
  });

  test("may write itself: its writes are heard as well", async () => {
    const store = await memoryStore();
    const { heard } = listen(store);
    let written: Promise<unknown> = Promise.resolve();
    store.observe({
      onCreate({ id }) {
        if (id === "task-1") written = store.create({ id: "note-1" });
      },
    });
    await store.create({ id: "task-1" });
    await written;
    expect(heard).toEqual(["+ task-1@1", "+ note-1@1"]);
  });

  test("hears what other processes commit to the same file", async () => {
    const store = await fileStore();
    const other = await fileStore(store.path);
    const { heard } = listen(store);
    await other.create({ id: "task-1" });
    await other.update("task-1", { status: "open" });
    await other.delete("task-1");
    await vi.waitFor(() => expect(heard).toEqual(["+ task-1@1", "~ task-1@1 task-1@2", "- task-1@2"]), {
      timeout: 5_000,
    });
  });

  test("hears every change once and in the order of the log, whoever writes", async () => {
    const store = await fileStore();
    const other = await fileStore(store.path);
    const heard: number[] = [];
    const count = (entity: Entity) => void heard.push(entity.data["n"] as number);
    store.observe({ onCreate: count, onUpdate: (_, after) => count(after) });
    await store.create({ id: "counter", data: { n: 0 } });
    const add = async (by: Store) => {
      for (let written = 0; written < 40; ) {
        const { version, data } = await by.mustGet("counter");
        try {
          await by.update("counter", { set: { n: (data["n"] as number) + 1 }, expectedVersion: version });
          written++;
        } catch {
          // Somebody else was faster.
        }
        await sleep(written % 7);
      }
    };
    await Promise.all([add(store), add(other)]);
    const expected = Array.from({ length: 81 }, (_, n) => n);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(81), { timeout: 5_000 });
    await sleep(150);
    expect(heard).toEqual(expected);
  });

  test("hears of others' changes before its own process's, each once, when several are written at once", async () => {
    const store = await fileStore();
    const other = await fileStore(store.path);
    const { heard } = listen(store);
    await other.batch([
      { op: "create", id: "task-1" },
      { op: "create", id: "task-2" },
    ]);
    await Promise.all(["task-3", "task-4", "task-5"].map((id) => store.create({ id })));
    expect(heard).toEqual(["+ task-1@1", "+ task-2@1", "+ task-3@1", "+ task-4@1", "+ task-5@1"]);
  });

  test("that has much to catch up with holds up no write, and hears of all in order", async () => {
    const store = await fileStore();
    const other = await fileStore(store.path);
    const { heard } = listen(store);
    for (let part = 0; part < 4; part++) {
      await other.batch(
        Array.from({ length: 500 }, (_, number) => ({
          op: "create",
          id: `task-${part * 500 + number}`,
        })),
      );
    }
    await store.create({ id: "task-own" });
    expect(heard.length).toBeLessThanOrEqual(500);
    await store.create({ id: "task-own2" });
    await vi.waitFor(() => expect(heard).toHaveLength(2_002));
    expect(heard).toEqual([
      ...Array.from({ length: 2_000 }, (_, number) => `+ task-${number}@1`),
      "+ task-own@1",
      "+ task-own2@1",
    ]);
    await store.create({ id: "task-own3" });
    expect(heard.at(-1)).toBe("+ task-own3@1");
  });

  test("that comes later does not hear what others had written before it", async () => {
    const store = await fileStore();
    const other = await fileStore(store.path);
    const early = listen(store);
    await other.create({ id: "task-1" });
    const late = listen(store);
    await store.create({ id: "task-2" });
    expect(early.heard).toEqual(["+ task-1@1", "+ task-2@1"]);
    expect(late.heard).toEqual(["+ task-2@1"]);
  });

  test("may be an instance of a class", async () => {
    const store = await memoryStore();
    class Counter implements Observer {
      count = 0;
      onCreate(): void {
        this.count++;
      }
    }
    const counter = new Counter();
    store.observe(counter);
    await store.create({ id: "task-1" });
    expect(counter.count).toBe(1);
  });

  test("ends with its store", async () => {
    const store = await fileStore();
    const other = await fileStore(store.path);
    const { heard } = listen(store);
    await store.close();
    await other.create({ id: "task-1" });
    await sleep(150);
    expect(heard).toEqual([]);
  });

  test("that is none is refused", async () => {
    const store = await memoryStore();
    for (const observer of [null, undefined, 3, { onCreate: 3 }, { onChange: () => undefined }]) {
      expect(() => store.observe(observer as never)).toThrow(
        expect.objectContaining({ code: "invalid_input" }),
      );
    }
  });
});

describe("the changes", () => {
  test("are replayed from a cursor on, and then followed", async () => {
    const store = await memoryStore(handClock());
    await store.create({ id: "task-1", status: "open", data: { a: 1 } }, { author: "ada", note: "new" });
    await store.update("task-1", { unset: ["/a"] });
    const events = store.changes({ since: 0 });
    const first = await take(events, 2);
    expect(first.map(({ change: _, ...event }) => event)).toEqual([
      {
        cursor: 1,
        kind: "create",
        id: "task-1",
        at: "2026-01-31T12:00:00.000Z",
        author: "ada",
        note: "new",
        status: "open",
        set: { a: 1 },
      },
      { cursor: 2, kind: "update", id: "task-1", at: "2026-01-31T12:00:00.000Z", unset: ["/a"] },
    ]);
    expect(first.map(({ change }) => change)).toEqual(
      (await store.history("task-1")).map(({ change }) => change),
    );
    const next = take(events, 1);
    await store.delete("task-1");
    expect(await next).toMatchObject([{ cursor: 3, kind: "delete", id: "task-1" }]);
    await events.return?.();
    const rest = store.changes({ since: 2 });
    expect(await take(rest, 1)).toMatchObject([{ cursor: 3 }]);
    await rest.return?.();
  });

  test("without a cursor are those that come after the call", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    const events = store.changes();
    await store.create({ id: "task-2" });
    const next = take(events, 2);
    await store.create({ id: "task-3" });
    expect((await next).map(({ id }) => id)).toEqual(["task-2", "task-3"]);
    await events.return?.();
  });

  test("of other processes are followed too", async () => {
    const store = await fileStore();
    const other = await fileStore(store.path);
    const events = store.changes();
    const next = take(events, 3);
    for (const id of ["task-1", "task-2", "task-3"]) await other.create({ id });
    expect((await next).map(({ id }) => id)).toEqual(["task-1", "task-2", "task-3"]);
    await events.return?.();
  });

  test("are many more than one page", async () => {
    const store = await memoryStore();
    await store.batch(
      Array.from({ length: 1_201 }, (_, number) => ({ op: "create" as const, id: `task-${number}` })),
    );
    const events = store.changes({ since: 0 });
    expect((await take(events, 1_201)).map(({ cursor }) => cursor)).toEqual(
      Array.from({ length: 1_201 }, (_, at) => at + 1),
    );
    await events.return?.();
  });

  test("end when the signal aborts, also one that has aborted already", async () => {
    const store = await memoryStore();
    const control = new AbortController();
    const ended = take(store.changes({ signal: control.signal }), 1);
    await sleep(5);
    control.abort();
    expect(await ended).toEqual([]);
    expect(await take(store.changes({ since: 0, signal: AbortSignal.abort() }), 1)).toEqual([]);
  });

  test("end when the store closes, between two changes and while waiting", async () => {
    const store = await memoryStore();
    await store.batch([
      { op: "create", id: "task-1" },
      { op: "create", id: "task-2" },
    ]);
    const reading = store.changes({ since: 0 });
    await take(reading, 1);
    const waiting = take(store.changes(), 1);
    await sleep(5);
    await store.close();
    expect(await waiting).toEqual([]);
    expect((await reading.next()).done).toBe(true);
  });

  test("can be left while the next one is awaited", async () => {
    const store = await memoryStore();
    const events = store.changes();
    const next = events.next();
    expect((await events.return!()).done).toBe(true);
    expect((await next).done).toBe(true);
  });

  test("are left by breaking out of the loop", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    const ids: string[] = [];
    for await (const { id } of store.changes({ since: 0 })) {
      ids.push(id);
      break;
    }
    expect(ids).toEqual(["task-1"]);
  });

  test.each([
    ["text", "x"],
    ["no number", Number.NaN],
    ["a negative number", -1],
    ["a fraction", 0.5],
  ])("since %s are refused", async (_, since) => {
    const store = await memoryStore();
    await expect((async () => store.changes({ since: since as never }).next())()).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});

test("a process with an observer or a waiting iterator still ends when its store closes", async () => {
  const store = await fileStore();
  listen(store);
  const waiting = store.changes().next();
  await store.close();
  expect((await waiting).done).toBe(true);
  onTestFinished(() => store.close());
});

test("a storage that cannot say whether others have committed is an error for the log, once, and no crash", async () => {
  const storage = await openSqliteStorage(":memory:");
  onTestFinished(() => storage.close());
  const mistake = new Error("a mistake");
  const errors: unknown[] = [];
  const failing: Storage = {
    ...storage,
    commitStamp() {
      throw mistake;
    },
  };
  const feed = createFeed(failing, (error) => void errors.push(error));
  feed.observe({ onCreate: () => undefined });
  await vi.waitFor(() => expect(errors).toEqual([mistake]));
  await sleep(250);
  expect(errors).toEqual([mistake]);
  feed.close();
});

test("a log that cannot be read does not fail the write whose change is told", async () => {
  const storage = await openSqliteStorage(":memory:");
  onTestFinished(() => storage.close());
  const mistake = new Error("a mistake");
  const errors: unknown[] = [];
  const failing: Storage = { ...storage, changesSince: () => Promise.reject(mistake) };
  const feed = createFeed(failing, (error) => void errors.push(error));
  feed.observe({ onCreate: () => undefined });
  const create = (id: string) =>
    storage.commit([{ target: { id }, plan: () => ({ kind: "create", type: "task", set: {} }) }]);
  await create("task-1");
  await feed.announce(await create("task-2"));
  expect(errors).toEqual([mistake]);
  feed.close();
});
