/** @module Where the benchmark keeps its databases: on the disk of the checkout, since a temporary folder may be memory. */
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("./.data/", import.meta.url); // git ignores it

export function dataPath(name: string): string {
  return fileURLToPath(new URL(name, root));
}

export function removeData(): void {
  rmSync(root, { recursive: true, force: true });
}
