/**
 * @module `hubstead backup create`, `list`, `restore`.
 */
import { dirname, join, resolve } from "node:path";
import type { BackupInfo } from "../../store/store.ts";
import type { Context, DefineCommand } from "../command.ts";
import { showTime } from "../moments.ts";
import { toPrintable } from "../printable.ts";
import type { Column } from "../table.ts";

const columns: readonly Column[] = [
  { title: "CREATED" },
  { title: "ENTITIES", align: "right" },
  { title: "CHANGES", align: "right" },
  { title: "BYTES", align: "right" },
  { title: "PATH" },
];

export const define: DefineCommand = (command, run) => {
  command
    .command("create")
    .description("Make a verified copy of the store, while others go on writing")
    .argument("[folder]", "default: the folder `backups` beside the store")
    .action(
      run(async (context, folder: string | undefined) => {
        const target = await readFolder(context, folder);
        const waiting = await context.clock("backing up");
        const info = await context
          .withStore("change", (store) => store.backup.create(target))
          .finally(() => waiting.end());
        await show(context, "backed up to", info);
      }),
    );
  command
    .command("list")
    .description("List the backups of a folder, newest first")
    .argument("[folder]", "default: the folder `backups` beside the store")
    .action(
      run(async (context, folder: string | undefined) => {
        const target = await readFolder(context, folder);
        const { backup } = await import("../../store/open.ts");
        const infos = await backup.list(target);
        if (context.options.json) return context.output.json(infos);
        await context.output.openTable(columns).rows(infos.map(toRow));
        for (const { path, problem } of infos) if (problem !== undefined) context.note(`${path}: ${problem}`);
        if (infos.length === 0) context.note(`there are no backups in ${target}`);
      }),
    );
  command
    .command("restore")
    .description("Make a new store file from a backup, verified")
    .argument("<file>", "a backup, as `hubstead backup list` shows it")
    .argument("<target>", "the new store's file; one that is there is never overwritten")
    .action(
      run(async (context, file: string, target: string) => {
        const { backup } = await import("../../store/open.ts");
        const waiting = await context.clock("restoring");
        const { cwd } = context.io;
        const info = await backup
          .restore(resolve(cwd, file), resolve(cwd, target))
          .finally(() => waiting.end());
        await show(context, "restored to", info);
      }),
    );
  command.addHelpText(
    "after",
    `
Examples:
  hubstead backup create
  hubstead backup list
  hubstead backup restore .hubstead/backups/FILE restored.db`,
  );
};

async function readFolder({ storePath, io }: Context, folder: string | undefined): Promise<string> {
  return folder === undefined ? join(dirname(await storePath()), "backups") : resolve(io.cwd, folder);
}

async function show({ output, options }: Context, done: string, info: BackupInfo): Promise<void> {
  if (options.json) return output.json(info);
  if (options.quiet) return;
  await output.line(
    `${output.colors.green(done)} ${toPrintable(info.path)} (${info.entities} entities, ${info.changes} changes)`,
  );
}

function toRow({ createdAt, entities, changes, sizeBytes, path }: BackupInfo): string[] {
  return [showTime(createdAt), String(entities), String(changes), String(sizeBytes), path];
}
