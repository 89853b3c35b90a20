import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll } from "vitest";
import { describeStorage } from "../storage.conformance.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

const root = mkdtempSync(join(tmpdir(), "hubstead-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const pathOf = (place: string) => join(root, `${place}.db`);

describeStorage("SQLite in memory", ({ place: _, ...options }) => openSqliteStorage(":memory:", options));

describeStorage("SQLite in a file", ({ place, ...options }) => openSqliteStorage(pathOf(place), options), {
  targetOf: pathOf,
  lock(place) {
    const holder = new DatabaseSync(pathOf(place));
    holder.exec("BEGIN IMMEDIATE");
    return () => holder.close();
  },
});
