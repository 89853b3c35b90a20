import { expect, test } from "vitest";
import type { Query } from "../query.ts";
import type { Plan, Storage } from "../storage.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

/** 600 entities of two types and three statuses. */
async function withStorage(body: (storage: Storage) => Promise<void>): Promise<void> {
  const storage = await openSqliteStorage(":memory:");
  try {
    await storage.defineIndex({
      type: "task",
      indexes: ["/priority", "/author/name", "/Priority", `/we.ird'k"ey`],
    });
    await storage.commit(
      Array.from({ length: 600 }, (_, number): Plan => {
        const type = number % 3 === 0 ? "note" : "task";
        const status = ["open", "active", "closed"][number % 3]!;
        const set = {
          priority: number % 10,
          author: { name: `n${number}` },
          Priority: number,
          other: number,
        };
        return { target: { id: `${type}-${number}` }, plan: () => ({ kind: "create", type, status, set }) };
      }),
    );
    await body(storage);
  } finally {
    await storage.close();
  }
}

const sorts = /TEMP B-TREE/u;

test("one type and one status, newest first, are read along the list index, without a sort, on every page", async () => {
  await withStorage(async (storage) => {
    const query = { type: "task", status: "active", limit: 50 };
    const { cursor } = await storage.list(query);
    for (const page of [query, { ...query, cursor: cursor! }, { ...query, where: { other: 7 } }]) {
      const plan = (await storage.explain(page)).join("\n");
      expect(plan).toMatch(/SEARCH entity USING INDEX entity_list \(type=\? AND status=\?/u);
      expect(plan).not.toMatch(sorts);
    }
    expect((await storage.explain({ ...query, cursor: cursor! })).join("\n")).toContain("updated<?");
  });
});

test.each<[string, Query]>([
  ["all", {}],
  ["one type", { type: "task" }],
  ["one status", { status: "open" }],
  ["several types and statuses", { type: ["task", "note"], status: ["open", "closed"] }],
  ["the oldest first", { type: "task", orderBy: { field: "updatedAt", direction: "asc" } }],
])("by time, %s are merged from ranges of the list index: no whole table is read", async (_, query) => {
  await withStorage(async (storage) => {
    const plan = await storage.explain(query);
    const reads = plan.filter((step) => /^(SEARCH|SCAN) entity/u.test(step));
    expect(reads.length).toBeGreaterThan(0);
    expect(
      reads.every((step) => step.startsWith("SEARCH entity USING INDEX entity_list (type=? AND status=?")),
    ).toBe(true);
  });
});

test.each<[string, Query, string]>([
  ["an equal number", { where: { priority: 3 } }, 'field task ["priority"]'],
  ["an equal text at a path", { where: { "author.name": "n4" } }, 'field task ["author","name"]'],
  ["an equal boolean", { where: { priority: true } }, 'field task ["priority"]'],
  ["one of several", { where: { priority: { in: [1, 2] } } }, 'field task ["priority"]'],
  ["one of several decimals", { where: { priority: { in: [0.5, 1.5] } } }, 'field task ["priority"]'],
  ["a range of decimals", { where: { priority: { gt: 0.5, lt: 1.5 } } }, 'field task ["priority"]'],
  ["a range", { where: { priority: { gte: 3, lt: 5 } } }, 'field task ["priority"]'],
  ["a range with one end", { where: { priority: { gt: 8 } } }, 'field task ["priority"]'],
  ["an equal value beside a status", { status: "open", where: { priority: 3 } }, 'field task ["priority"]'],
  [
    "equality rather than a range",
    { where: { priority: { gt: 1 }, "author.name": "n4" } },
    'field task ["author","name"]',
  ],
  ["a name that differs by a capital", { where: { Priority: 3 } }, 'field task ["^Priority"]'],
  ["a name with quotes and dots", { where: { [`/we.ird'k"ey`]: 1 } }, `field task ["we.ird'k\\"ey"]`],
  ["another order", { where: { priority: 3 }, orderBy: "id" }, 'field task ["priority"]'],
])("a declared index serves %s", async (_, query, name) => {
  await withStorage(async (storage) => {
    const plan = await storage.explain({ type: "task", ...query });
    expect(plan[0]).toMatch(/^SEARCH entity USING INDEX/u);
    expect(plan[0]).toContain(name);
  });
});

test("an equal value comes newest first from its declared index, without a sort", async () => {
  await withStorage(async (storage) => {
    expect((await storage.explain({ type: "task", where: { priority: 3 } })).join("\n")).not.toMatch(sorts);
  });
});

test.each<[string, Query]>([
  ["other types", { type: "note", where: { priority: 3 } }],
  ["several types", { type: ["task", "note"], where: { priority: 3 } }],
  ["absence", { type: "task", where: { priority: { exists: false } } }],
  ["what is not equal", { type: "task", where: { priority: { ne: 3 } } }],
  ["no value at all", { type: "task", where: { priority: { in: [] } } }],
  ["null", { type: "task", where: { priority: null } }],
  ["a list", { type: "task", where: { priority: { eq: [1] } } }],
])("a declared index is left alone for %s, and the query is answered all the same", async (_, query) => {
  await withStorage(async (storage) => {
    expect((await storage.explain(query)).join("\n")).not.toContain("field task");
    expect(await storage.count(query)).toBe((await storage.list({ ...query, limit: 1_000 })).entities.length);
  });
});

test("an order by id is read along the ids", async () => {
  await withStorage(async (storage) => {
    const plan = (await storage.explain({ orderBy: "id" })).join("\n");
    expect(plan).toContain("autoindex");
    expect(plan).not.toMatch(sorts);
  });
});

test("a cursor says nothing but where the page ends: it is short, and holds no data of the filter", async () => {
  await withStorage(async (storage) => {
    const { cursor } = await storage.list({ where: { other: { ne: "x".repeat(1_000) } }, limit: 1 });
    expect(cursor!.length).toBeLessThan(80);
  });
});
