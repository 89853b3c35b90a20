/**
 * @module Bodies as JSON, as strictly as GitHub reads them.
 */
import type { Json } from "../../base/json.ts";
import { Refusal } from "./refusal.ts";

/** GitHub's parser gives up below that. */
const mostLevels = 100;

/**
 * @returns text without half characters, which no URL and no file can hold: each is a replacement character
 * @throws {Refusal} 400
 */
export function readJson(text: string): Json {
  try {
    return whole(JSON.parse(text) as Json, 0);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError)
      throw new Refusal(400, "Problems parsing JSON");
    throw error;
  }
}

function whole(value: Json, level: number): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value !== "object" || value === null) return value;
  if (level >= mostLevels) throw new RangeError(`nested deeper than ${mostLevels} levels`);
  if (Array.isArray(value)) return value.map((item) => whole(item, level + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.toWellFormed(), whole(item, level + 1)]),
  );
}
