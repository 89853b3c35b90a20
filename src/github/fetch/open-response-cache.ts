/**
 * @module Opens a cache of answers. SQLite is loaded with the first one.
 */
import type { ResponseCache, ResponseCacheOptions } from "./response-cache.ts";

/** @throws {HubsteadError} `not_found`, `forbidden`, `corrupt`, `unsupported_format` for a file that cannot be opened */
export async function openResponseCache(options: ResponseCacheOptions): Promise<ResponseCache> {
  const { openAnswers } = await import("./response-cache.ts");
  return openAnswers(options);
}
