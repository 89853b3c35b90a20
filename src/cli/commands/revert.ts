/**
 * @module `hubstead revert`.
 */
import type { DefineCommand } from "../command.ts";
import { readRevision } from "../moments.ts";
import { showWritten } from "../show-entity.ts";
import {
  addExpectedVersionOption,
  addNoteOption,
  readWriteOptions,
  type WriteFlags,
} from "../write-options.ts";

export const define: DefineCommand = (command, run) => {
  command.argument("<id>").argument("<to>", "a version, or a change id as `hubstead history` shows it");
  addNoteOption(addExpectedVersionOption(command, 1)).addHelpText(
    "after",
    `
It is a new change: nothing of the history is lost. It also brings a deleted entity back.

Examples:
  hubstead history task-write-docs
  hubstead revert task-write-docs 2`,
  );
  command.action(
    run(async (context, id: string, to: string, flags: WriteFlags) => {
      const revision = readRevision(to);
      const reverted = await context.withStore("change", (store) =>
        store.revert(id, revision, readWriteOptions(flags)),
      );
      await showWritten(context, "reverted", reverted);
    }),
  );
};
