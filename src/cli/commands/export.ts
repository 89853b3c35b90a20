/**
 * @module `hubstead export`.
 */
import { once } from "node:events";
import { createWriteStream, realpathSync, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { canonicalJson } from "../../base/json.ts";
import type { Entity } from "../../entity/entity.ts";
import { invalidInput } from "../../errors.ts";
import { filesBeside } from "../../store/files-of-store.ts";
import type { Store } from "../../store/store.ts";
import type { Context, DefineCommand } from "../command.ts";
import { addFilterOptions, type FilterOptions, readFilter, whereHelp } from "../filters.ts";
import { toPrintable, toPrintableJson } from "../printable.ts";
import { keepMemorySmall } from "../small-memory.ts";

export const define: DefineCommand = (command, run) => {
  addFilterOptions(command.argument("[file]", "default: the standard output")).addHelpText(
    "after",
    `${whereHelp}

One entity a line, in order of the ids, as canonical JSON (RFC 8785): equal stores give
equal files. \`hubstead import\` reads it back, with all times. A file that is there is
replaced in one step, when everything is written.

Examples:
  hubstead export all.ndjson
  hubstead export --type paper | gzip > papers.ndjson.gz`,
  );
  command.action(
    run(async (context, file: string | undefined, flags: FilterOptions) => {
      const filter = readFilter(flags);
      await keepMemorySmall();
      await context.withStore("read", async (store) => {
        const query = { ...filter, orderBy: "id" };
        if (file === undefined || file === "-") return exportTo(store, query, context, context.output.write);
        await exportToFile(store, query, context, file);
      });
    }),
  );
};

type ExportQuery = Parameters<Store["iterate"]>[0];

/** Enough text for one write. */
const batchLength = 65_536;

/** @returns how many entities were written */
async function exportTo(
  store: Store,
  query: ExportQuery,
  context: Context,
  write: (text: string) => Promise<void>,
): Promise<number> {
  const { io, output } = context;
  const progress = context.progress("exporting", "entities");
  const toLine = output.forPeople ? (entity: Entity) => toPrintableJson(entityToLine(entity)) : entityToLine;
  let entities = 0;
  let batch = "";
  try {
    for await (const entity of store.iterate(query)) {
      if (io.signal?.aborted) break;
      batch += `${toLine(entity)}\n`;
      entities++;
      if (batch.length < batchLength) continue;
      await write(batch);
      progress.report(entities);
      batch = "";
    }
    await write(batch);
    return entities;
  } finally {
    await progress.end();
  }
}

/** Everything but the version: that counts changes of this store. */
function entityToLine({ id, type, status, data, createdAt, updatedAt }: Entity): string {
  return canonicalJson({ id, type, status, data, createdAt, updatedAt });
}

async function exportToFile(store: Store, query: ExportQuery, context: Context, file: string): Promise<void> {
  const target = resolve(context.io.cwd, file);
  if ([store.path, ...filesBeside(store.path)].some((path) => isSameFile(target, path)))
    throw invalidInput(`${file} belongs to the store itself`, "Name another file.");
  const there = statSync(target, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw invalidInput(`${file} is a folder`, "Name a file in it.");
  // Pipes and devices are written to; only a file can be replaced in one step.
  const isReplaced = there === undefined || there.isFile();
  const part = isReplaced ? join(dirname(target), `.${basename(target)}.${process.pid}.part`) : target;
  const stream = createWriteStream(part, { flags: isReplaced ? "wx" : "w" });
  try {
    await once(stream, "open").catch((error: unknown) => {
      throw Object.assign(error as Error, { path: file });
    });
    const entities = await exportTo(store, query, context, async (text) => {
      if (!stream.write(text)) await once(stream, "drain");
    });
    stream.end();
    await once(stream, "close");
    context.io.signal?.throwIfAborted();
    if (isReplaced) await rename(part, target);
    if (context.options.json) await context.output.json({ path: target, entities });
    else context.note(`exported ${entities} entities to ${toPrintable(file)}`);
  } finally {
    stream.destroy();
    if (isReplaced) await rm(part, { force: true });
  }
}

function isSameFile(path: string, other: string): boolean {
  try {
    return realpathSync(path) === realpathSync(other);
  } catch {
    return false;
  }
}
