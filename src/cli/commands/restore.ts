/**
 * @module `hubstead restore`.
 */
import type { DefineCommand } from "../command.ts";
import { showWritten } from "../show-entity.ts";
import {
  addExpectedVersionOption,
  addNoteOption,
  readWriteOptions,
  type WriteFlags,
} from "../write-options.ts";

export const define: DefineCommand = (command, run) => {
  command.argument("<id>", "a deleted entity; one that is there stays as it is");
  addNoteOption(addExpectedVersionOption(command, 1)).addHelpText(
    "after",
    `
Example:
  hubstead restore task-write-docs`,
  );
  command.action(
    run(async (context, id: string, flags: WriteFlags) => {
      await context.withStore("change", async (store) => {
        const isThere = (await store.get(id)) !== undefined;
        const restored = await store.restore(id, readWriteOptions(flags));
        await showWritten(context, isThere ? "unchanged" : "restored", restored);
      });
    }),
  );
};
