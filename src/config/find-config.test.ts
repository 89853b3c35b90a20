import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findConfig } from "./find-config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hubstead-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the nearest file counts, going up", () => {
  mkdirSync(join(folder, "a", "b"), { recursive: true });
  writeFileSync(join(folder, "hubstead.yml"), "");
  expect(findConfig(join(folder, "a", "b"))).toBe(join(folder, "hubstead.yml"));
  writeFileSync(join(folder, "a", "hubstead.yml"), "");
  expect(findConfig(join(folder, "a", "b"))).toBe(join(folder, "a", "hubstead.yml"));
});

test("without a file the search ends at the root", () => {
  expect(findConfig(folder)).toBeUndefined();
  expect(findConfig(join(folder, "not", "there"))).toBeUndefined();
});

test("a folder of that name is no configuration", () => {
  mkdirSync(join(folder, "hubstead.yml"));
  expect(findConfig(folder)).toBeUndefined();
});
