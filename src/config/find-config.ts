/**
 * @module Finds the nearest `hubstead.yml`. Reads nothing, so that a command without one loads no parser.
 */
import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The name of a project's configuration. */
const configName = "hubstead.yml";

/**
 * The nearest `hubstead.yml`, going up to the root of the file system.
 *
 * @param from a folder; it need not exist
 */
export function findConfig(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, configName);
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
    if (dirname(folder) === folder) return undefined;
  }
}
