/**
 * @module The reader of a format, and errors with the line that they are about.
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import type { ImportFormat } from "./detect-format.ts";
import type { ImportReader } from "./import-reader.ts";
import type { ImportSource } from "./import-source.ts";

/** @throws {HubsteadError} `invalid_input`, `unsupported_format` */
export async function openReader(format: ImportFormat, source: ImportSource): Promise<ImportReader> {
  switch (format) {
    case "ndjson":
      return (await import("./ndjson.ts")).readNdjson(source);
    case "gh-store":
      return (await import("./gh-store-snapshot.ts")).readGhStoreSnapshot(source);
    case "chora-store": {
      if (source.path === undefined)
        throw invalidInput("a database cannot be read from the standard input", "Name its file.");
      return (await import("./chora-database.ts")).readChoraDatabase(source.path, source.name);
    }
  }
}

/** The store counts records; people look for a line. */
export function placed(error: unknown, source: ImportSource, reader: ImportReader): unknown {
  const record = error instanceof HubsteadError ? error.data.record : undefined;
  if (!(error instanceof HubsteadError) || typeof record !== "number") return error;
  const place = reader.placeOf?.(record);
  return new HubsteadError(
    error.code,
    `${source.name}${place === undefined ? "" : ` ${place}`} ${error.message.replace(/^record \d+ /u, "")}`,
    {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      data: { ...error.data, source: source.name },
      cause: error,
    },
  );
}
