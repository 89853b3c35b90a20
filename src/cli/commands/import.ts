/**
 * @module `hubstead import`.
 */
import { Option } from "commander";
import type { ImportCounts } from "../../store/store.ts";
import type { DefineCommand } from "../command.ts";
import { detectFormat, type ImportFormat, importFormats } from "../import/detect-format.ts";
import { openImportSource } from "../import/import-source.ts";
import { openReader, placed } from "../import/open-reader.ts";
import { addNoteOption } from "../write-options.ts";

interface Flags {
  readonly format?: ImportFormat;
  readonly note?: string;
}

export const define: DefineCommand = (command, run) => {
  command
    .argument("<file>", "NDJSON, a gh-store snapshot or a chora-store database; - for the standard input")
    .addOption(
      new Option("--format <format>", "instead of looking at the content").choices([...importFormats]),
    );
  addNoteOption(command).addHelpText(
    "after",
    `
NDJSON has one entity a line: {"id":"task-a","type":"task","status":"open","data":{…},
"createdAt":"…","updatedAt":"…"}; only the id is needed. An entity that is there gets the
data of the file. Importing the same again changes nothing. Of a chora-store database all
versions come along with their times.

Examples:
  hubstead import papers.ndjson
  hubstead import snapshot.json --note "from the issues"
  curl -s https://example.org/tasks.ndjson | hubstead import -`,
  );
  command.action(
    run(async (context, file: string, flags: Flags) => {
      const { io, options, output } = context;
      const source = await openImportSource(file, io);
      const progress = context.progress("importing", "entities");
      try {
        const format = flags.format ?? detectFormat(source.head, source.name);
        const reader = await openReader(format, source);
        const note = flags.note ?? reader.note;
        const counts = await context.withStore("create", (store) =>
          store
            .import(reader.records, {
              onProgress: ({ records }) => progress.report(records),
              ...(note === undefined ? {} : { note }),
              ...(io.signal === undefined ? {} : { signal: io.signal }),
            })
            .catch((error: unknown) => {
              throw placed(error, source, reader);
            }),
        );
        await progress.end();
        if (options.json) await output.json({ format, ...counts });
        else if (!options.quiet) await output.line(`${output.colors.green("imported")} ${describe(counts)}`);
      } finally {
        await progress.end();
        source.close();
      }
    }),
  );
};

function describe({ records, created, updated, unchanged }: ImportCounts): string {
  return `${records} entities: ${created} new, ${updated} changed, ${unchanged} as they were`;
}
