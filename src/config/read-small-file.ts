/**
 * @module Reads a file that holds settings, which are small.
 */
import { readFileSync, statSync } from "node:fs";
import { HubsteadError, invalidInput } from "../errors.ts";
import { maxYamlBytes } from "./parse-yaml.ts";

/**
 * @param missing what to throw where there is none; `forbidden` else, as for one that cannot be read
 * @throws {HubsteadError} `invalid_input` for one that is too large; `forbidden`
 */
export function readSmallFile(path: string, missing?: (cause: unknown) => HubsteadError): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > maxYamlBytes)
      throw invalidInput(
        `${path} has ${size} bytes, more than ${maxYamlBytes}`,
        "Keep data in the store, not in the configuration.",
        { source: path },
      );
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof HubsteadError) throw cause;
    if (missing !== undefined && (cause as NodeJS.ErrnoException).code === "ENOENT") throw missing(cause);
    throw new HubsteadError("forbidden", `${path} cannot be read`, {
      hint: "Give yourself read permission on it.",
      data: { path, needed: "read" },
      cause,
    });
  }
}
