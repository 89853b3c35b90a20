/**
 * @module Which version of hubstead this is.
 */
import { readFile } from "node:fs/promises";

export async function readVersion(): Promise<string> {
  // The same way up from src/cli and from dist/cli.
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
