/**
 * @module A folder that lives as long as one test.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Makes an empty folder; it is removed with all that is in it when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "hubstead-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
