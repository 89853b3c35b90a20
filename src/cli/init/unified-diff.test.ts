import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { unifiedDiff } from "./unified-diff.ts";

test("what changes is shown with three lines around it", () => {
  const before = [..."abcdefghijkl"].map((line) => `${line}\n`).join("");
  expect(unifiedDiff("x", before, before.replace("f\n", "F\n"))).toBe(
    "--- a/x\n+++ b/x\n@@ -3,7 +3,7 @@\n c\n d\n e\n-f\n+F\n g\n h\n i\n",
  );
  expect(unifiedDiff("x", undefined, "a\nb\n")).toBe("--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n");
  expect(unifiedDiff("x", "a\n", "a\n")).toBe("");
});

test("git makes the new file of the old one and the diff", () => {
  const folder = mkdtempSync(join(tmpdir(), "hubstead-diff-"));
  const text = fc
    .array(fc.constantFrom("a", "b", "c", "", "+ d"), { minLength: 1, maxLength: 30 })
    .map((lines) => lines.map((line) => `${line}\n`).join(""));
  try {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after);
        writeFileSync(join(folder, "x"), before);
        execFileSync("git", ["apply", "--unsafe-paths", "--whitespace=nowarn", "-p1", "-"], {
          cwd: folder,
          input: unifiedDiff("x", before, after),
          env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() },
        });
        expect(execFileSync("cat", [join(folder, "x")], { encoding: "utf8" })).toBe(after);
      }),
      { numRuns: 30 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
