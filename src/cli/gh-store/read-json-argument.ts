/**
 * @module JSON as people have learned to write it on gh-store's command line: as it is, which gh-store itself does not take, or in
 * quotes once more, which is what got through. Pure.
 */
import type { Json } from "../../base/json.ts";
import { parseJson } from "../../base/json-text.ts";

/**
 * @param name of the parameter, for the error
 * @throws {HubsteadError} `invalid_input`
 */
export function readJsonArgument(text: string, name: string): Json {
  const single = /^'(.*)'$/su.exec(text.trim())?.[1];
  if (single !== undefined) return parseJson(single.replaceAll(/\\(['"\\])/gu, "$1"), name);
  const value = parseJson(text, name);
  return typeof value === "string" && /^\s*[[{]/u.test(value) ? parseJson(value, name) : value;
}
