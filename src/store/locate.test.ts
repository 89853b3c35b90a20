import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { locateStore, prepareFolder } from "./locate.ts";

test.each([
  [".git", true],
  [".git", false],
  ["hubstead.yml", false],
])("a store lies with the project: beside %s (a folder: %s), however deep one stands", (marker, isFolder) => {
  const project = temporaryFolder();
  const inside = join(project, "src", "deep");
  mkdirSync(inside, { recursive: true });
  if (isFolder) mkdirSync(join(project, marker));
  else writeFileSync(join(project, marker), "");
  for (const from of [project, join(project, "src"), inside]) {
    expect(locateStore(from, {})).toBe(join(project, ".hubstead", "store.db"));
  }
});

test("the nearest project counts", () => {
  const outer = temporaryFolder();
  const inner = join(outer, "packages", "inner");
  mkdirSync(join(outer, ".git"));
  mkdirSync(inner, { recursive: true });
  writeFileSync(join(inner, "hubstead.yml"), "");
  expect(locateStore(join(inner), {})).toBe(join(inner, ".hubstead", "store.db"));
  expect(locateStore(join(outer, "packages"), {})).toBe(join(outer, ".hubstead", "store.db"));
});

test.runIf(process.platform === "linux")("without a project it lies in the user's data folder", () => {
  const nowhere = temporaryFolder();
  expect(locateStore(nowhere, { XDG_DATA_HOME: "/data" })).toBe("/data/hubstead/store.db");
  expect(locateStore(nowhere, {})).toBe(join(homedir(), ".local", "share", "hubstead", "store.db"));
  expect(locateStore(nowhere, { XDG_DATA_HOME: "" })).toBe(
    join(homedir(), ".local", "share", "hubstead", "store.db"),
  );
});

test("the folder of a project's store keeps itself out of git", () => {
  const project = temporaryFolder();
  const path = join(project, ".hubstead", "store.db");
  prepareFolder(path);
  expect(readFileSync(join(project, ".hubstead", ".gitignore"), "utf8")).toBe("*\n");
  writeFileSync(join(project, ".hubstead", ".gitignore"), "store.db*\n");
  prepareFolder(path);
  expect(readFileSync(join(project, ".hubstead", ".gitignore"), "utf8")).toBe("store.db*\n");
});

test("other folders are made, and nothing is put into them", () => {
  const folder = temporaryFolder();
  for (const name of ["data", "my.hubstead"]) {
    prepareFolder(join(folder, name, "store.db"));
    expect(existsSync(join(folder, name))).toBe(true);
    expect(existsSync(join(folder, name, ".gitignore"))).toBe(false);
  }
});

test("a folder that cannot be made is refused, with a hint", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "");
  expect(() => prepareFolder(join(folder, "file", "inside", "store.db"))).toThrow(
    expect.objectContaining({ code: "invalid_input", hint: expect.stringContaining("folder") }),
  );
});
