/**
 * @module Files that are written whole or not at all.
 */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { replaceFile } from "./replace-file.ts";

test("a file is made, and replaced with its mode, and nothing else is left", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.json");
  await replaceFile(path, "one");
  expect(readFileSync(path, "utf8")).toBe("one");
  chmodSync(path, 0o640);
  const before = statSync(path).ino;
  await replaceFile(path, "two");
  expect(readFileSync(path, "utf8")).toBe("two");
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(statSync(path).ino).not.toBe(before);
  expect(readdirSync(folder)).toEqual(["a.json"]);
});

test("a link stays one, and what it leads to is replaced", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "real.json"), "one");
  symlinkSync("real.json", join(folder, "link.json"));
  await replaceFile(join(folder, "link.json"), "two");
  expect(lstatSync(join(folder, "link.json")).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, "real.json"), "utf8")).toBe("two");
});

test("a folder is refused, and a folder that is not there is told by the path that was given", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "inner"));
  await expect(replaceFile(join(folder, "inner"), "x")).rejects.toMatchObject({ code: "invalid_input" });
  const path = join(folder, "none", "a.json");
  await expect(replaceFile(path, "x")).rejects.toMatchObject({ code: "ENOENT", path });
  expect(readdirSync(folder)).toEqual(["inner"]);
});
