/**
 * @module Makes what a command works with: streams, the user's wishes, and the store, opened when it asks for it and
 * closed whatever happens.
 */
import { existsSync, statSync } from "node:fs";
import { createLogger, type Logger } from "../base/logger.ts";
import { HubsteadError } from "../errors.ts";
import { createColors } from "./color.ts";
import type { Context, Program } from "./command.ts";
import type { GlobalOptions } from "./globals.ts";
import { untilInterrupted } from "./interruption.ts";
import type { Io } from "./io.ts";
import { createOutput } from "./output.ts";
import { toPrintable } from "./printable.ts";
import { createClock, createProgress } from "./progress.ts";
import { findProject } from "./project.ts";
import { createStatusLine } from "./status-line.ts";

export function createContext(io: Io, options: GlobalOptions, program: Program): Context {
  const colors = createColors(io.stdout, io.env, options.color);
  const talkative = options.quiet !== true && options.json !== true;
  const logger = loggerFor(io, options);
  return {
    io,
    options,
    output: createOutput(io.stdout, colors),
    program,
    logger,
    note(text) {
      if (talkative) io.stderr.write(`${toPrintable(text)}\n`);
    },
    async withStore(use, body) {
      const { storePath, types, author } = await findProject(options, io);
      if (use !== "create" && storePath !== ":memory:" && !isThere(storePath)) throw noStore(storePath);
      const name = use === "read" ? undefined : author();
      const { openStore } = await import("../store/open.ts");
      const store = await openStore(storePath, {
        types,
        logger,
        ...(name === undefined ? {} : { author: name }),
      });
      try {
        return await untilInterrupted(body(store), io.signal);
      } finally {
        await store.close();
      }
    },
    storePath: async () => (await findProject(options, io)).storePath,
    progress: (label, unit) => createProgress(io, label, unit, talkative),
    clock: (label) => createClock(io, label, talkative),
    statusLine: (text) => createStatusLine(io, text, talkative),
  };
}

function loggerFor(io: Io, { debug, json, quiet }: GlobalOptions): Logger {
  const level = debug ? "debug" : json || quiet ? "error" : "warn";
  return createLogger({
    level,
    format: json ? "json" : "text",
    write: (line) => {
      // With --json stderr holds one line, the error, unless somebody wants to know more.
      if (!json || debug) io.stderr.write(`${toPrintable(line)}\n`);
    },
  });
}

/** An empty file is no store yet. @throws {Error} of the file system where the user may not look */
function isThere(path: string): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  return size !== undefined && (size > 0 || existsSync(`${path}-replica`));
}

function noStore(path: string): HubsteadError {
  return new HubsteadError("not_found", `there is no store at ${path}`, {
    hint: "`hubstead create`, `put` or `import` makes it; `--store PATH` names another.",
    data: { path },
  });
}
