/**
 * @module `hubstead delete`.
 */
import type { DefineCommand } from "../command.ts";
import { toPrintable } from "../printable.ts";
import {
  addExpectedVersionOption,
  addNoteOption,
  readWriteOptions,
  type WriteFlags,
} from "../write-options.ts";

export const define: DefineCommand = (command, run) => {
  command.argument("<id>");
  addNoteOption(addExpectedVersionOption(command, 0)).addHelpText(
    "after",
    `
Deleting what is not there is no error: the answer says so.

Examples:
  hubstead delete task-write-docs --note "done elsewhere"
  hubstead restore task-write-docs`,
  );
  command.action(
    run(async ({ withStore, output, options }, id: string, flags: WriteFlags) => {
      const deleted = await withStore("change", (store) => store.delete(id, readWriteOptions(flags)));
      if (options.json) return output.json({ id, deleted });
      if (options.quiet) return;
      await output.line(
        deleted ? `${output.colors.green("deleted")} ${toPrintable(id)}` : `${toPrintable(id)} did not exist`,
      );
    }),
  );
};
