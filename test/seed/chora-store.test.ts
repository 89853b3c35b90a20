/**
 * @module Every example of chora-store's README, in its order, in TypeScript. Sync and cloud are another matter and come later.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  backup,
  defaultStatuses,
  type Entity,
  HubsteadError,
  openStore,
  type Store,
} from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** Runs in a folder of its own, as somebody does who tries the README. */
function inFolder(): string {
  const home = process.cwd();
  const folder = temporaryFolder();
  process.chdir(folder);
  onTestFinished(() => process.chdir(home));
  return folder;
}

async function open(path = ":memory:"): Promise<Store> {
  const store = await openStore(path);
  onTestFinished(() => store.close());
  return store;
}

describe("Quick Start", () => {
  test("pip install chora-store: the package is called hubstead, and needs nothing but Node", () => {
    const manifest = JSON.parse(
      readFileSync(resolve(import.meta.dirname, "..", "..", "package.json"), "utf8"),
    );
    expect(manifest).toMatchObject({ name: "hubstead", engines: { node: expect.stringContaining("24") } });
    expect(manifest.scripts).not.toHaveProperty("install");
    expect(manifest.scripts).not.toHaveProperty("postinstall");
  });

  test("the first entity", async () => {
    const folder = inFolder();
    mkdirSync(join(folder, ".git"));

    // Makes .hubstead/store.db in the nearest project
    const store = await openStore();
    onTestFinished(() => store.close());

    const feature = await store.create({
      id: "feature-my-first-feature",
      type: "feature",
      status: "planned",
      data: { name: "My First Feature", description: "Testing chora" },
    });

    expect(`Created: ${feature.id}`).toBe("Created: feature-my-first-feature");
    expect(store.path.endsWith(join(".hubstead", "store.db"))).toBe(true);
  });
});

describe("CRUD Operations", () => {
  test("create, read, update, delete", async () => {
    inFolder();
    const store = await open("./my-project.db");

    const created = await store.create({
      id: "task-write-docs",
      type: "task",
      status: "planned",
      data: { name: "Write documentation" },
    });
    expect(created.version).toBe(1);

    const entity = await store.get("task-write-docs");
    expect(entity).toEqual(created);
    expect(await store.get("task-none")).toBeUndefined();

    const saved = await store.update({ ...entity!, status: "in_progress" });
    expect(saved).toMatchObject({ status: "in_progress", version: 2 });

    expect(await store.delete("task-write-docs")).toBe(true);
    expect(await store.delete("task-write-docs")).toBe(false);
  });
});

describe("Querying", () => {
  test("all, by type, by status, both, by pages, by text", async () => {
    const store = await open();
    await store.batch(
      Array.from({ length: 24 }, (_, number) => ({
        op: "create" as const,
        id: `${number % 2 === 0 ? "feature" : "task"}-${number}`,
        status: number % 3 === 0 ? "planned" : "in_progress",
        data: { name: number === 7 ? "Write documentation" : `Number ${number}` },
      })),
    );
    const ids = ({ entities }: { readonly entities: readonly Entity[] }) => entities.map(({ id }) => id);

    const allEntities = await store.list();
    expect(allEntities.entities.length).toBe(24);

    const features = await store.list({ type: "feature" });
    expect(features.entities.length).toBe(12);

    const active = await store.list({ status: "in_progress" });
    expect(active.entities.length).toBe(16);

    const plannedFeatures = await store.list({ type: "feature", status: "planned" });
    expect(plannedFeatures.entities.length).toBe(4);

    const page1 = await store.list({ limit: 10, offset: 0 });
    const page2 = await store.list({ limit: 10, offset: 10 });
    expect([...ids(page1), ...ids(page2)]).toEqual(ids(allEntities).slice(0, 20));

    const results = await store.search("documentation");
    expect(ids(results)).toEqual(["task-7"]);
  });
});

describe("Entity Model", () => {
  test("an entity has its fields, and is changed by a copy", async () => {
    const store = await open();
    const entity = await store.create({
      id: "feature-user-auth", // required: starts with its type
      type: "feature", // where it is not given, it is read from the id
      status: "planned",
      data: { name: "User Auth" },
    });

    // Filled in
    expect(entity.version).toBe(1);
    expect(new Date(entity.createdAt).getTime()).toBeGreaterThan(0);
    expect(entity.updatedAt).toBe(entity.createdAt);

    // Entities cannot be changed: copies can
    expect(Object.isFrozen(entity)).toBe(true);
    const updated = { ...entity, status: "in_progress", data: { ...entity.data, started: "2025-01-15" } };
    expect(await store.update(updated)).toMatchObject({
      status: "in_progress",
      data: { name: "User Auth", started: "2025-01-15" },
      version: 2,
    });
    expect(entity.status).toBe("planned");
  });
});

test("Valid Statuses", async () => {
  const store = await open();
  const statuses =
    "planned, proposed, published, complete, completed, paused, in_progress, draft, abandoned, propagated, open, mitigated, blocked, adopted, active, deprecated, documented".split(
      ", ",
    );
  expect(statuses.length).toBe(17);
  for (const status of statuses)
    expect(await store.create({ id: `feature-${status}`, status })).toMatchObject({ status });
  expect(defaultStatuses).toEqual([...statuses, "closed"]);
});

test("Semantic IDs", async () => {
  const store = await open();
  for (const [id, type] of [
    ["feature-voice-input", "feature"],
    ["task-fix-login-bug", "task"],
    ["pattern-factory-linter", "pattern"],
  ] as const) {
    expect(await store.create({ id, type })).toMatchObject({ id, type });
  }
  const refused = await store.create({ id: "my-feature", type: "feature" }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(HubsteadError);
  expect(refused).toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining('does not start with its type "feature"'),
  });
});

test("Observer Pattern", async () => {
  const store = await open();
  const printed: string[] = [];

  store.observe({
    onCreate(entity) {
      printed.push(`Created: ${entity.id}`);
    },
    onUpdate(before, after) {
      printed.push(`Updated: ${after.id} (v${before.version} -> v${after.version})`);
    },
    onDelete(entity) {
      printed.push(`Deleted: ${entity.id}`);
    },
  });

  await store.create({ id: "task-1" });
  await store.update("task-1", { status: "in_progress" });
  await store.delete("task-1");
  expect(printed).toEqual(["Created: task-1", "Updated: task-1 (v1 -> v2)", "Deleted: task-1"]);
});

test("Advanced Search", async () => {
  const store = await open();
  await store.create({ id: "feature-auth", status: "in_progress", data: { name: "User auth" } });
  await store.create({ id: "feature-auth-tokens", status: "planned", data: { name: "Auth tokens" } });
  await store.create({ id: "task-auth", status: "in_progress", data: { name: "auth docs" } });

  const results = await store.search("auth", {
    type: "feature",
    status: "in_progress",
    facets: ["type", "status"],
  });

  const printed: string[] = [];
  for (const entity of results.entities) printed.push(entity.id);
  for (const [facet, counts] of Object.entries(results.facets)) {
    printed.push(`${facet}: ${counts.map(({ value, count }) => `${value} ${count}`).join(", ")}`);
  }
  expect(printed).toEqual(["feature-auth", "type: feature 1", "status: in_progress 1"]);
});

test("Backups", async () => {
  inFolder();
  const store = await open("./my-project.db");
  await store.create({ id: "task-1" });

  const { path: backupPath } = await store.backup.create("./backups");

  const printed: string[] = [];
  for (const { createdAt, path } of await backup.list("./backups")) printed.push(`${createdAt}: ${path}`);
  expect(printed).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z: .*\.hubstead-backup$/u)]);

  await backup.restore(backupPath, "./restored.db");
  const restored = await open("./restored.db");
  expect(await restored.get("task-1")).toEqual(await store.get("task-1"));
});

test("Testing: a checkout is tested with one command", () => {
  const root = resolve(import.meta.dirname, "..", "..");
  const readme = readFileSync(join(root, "README.md"), "utf8");
  expect(readme).toContain("npm ci && npm test");
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(manifest.scripts.test).toMatch(/vitest|check/u);
});
