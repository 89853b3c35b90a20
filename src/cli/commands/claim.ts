/**
 * @module `hubstead claim`.
 */
import { HubsteadError } from "../../errors.ts";
import type { DefineCommand } from "../command.ts";
import { readEdit } from "../edit-options.ts";
import { addFilterOptions, collect, type FilterOptions, readFilter, whereHelp } from "../filters.ts";
import { showWritten } from "../show-entity.ts";
import {
  addDataOption,
  addNoteOption,
  assignmentHelp,
  readWriteOptions,
  type WriteFlags,
} from "../write-options.ts";

interface Flags extends FilterOptions, WriteFlags {
  readonly sort?: string;
  readonly setStatus?: string;
  readonly data?: string;
  readonly unset?: readonly string[];
}

export const define: DefineCommand = (command, run) => {
  addFilterOptions(command.argument("[key=value...]", "fields to set in the entity that is taken"))
    .option(
      "--sort <field>",
      "take the first in this order, see `hubstead list --help` (default: the newest)",
    )
    .option("--set-status <status>", "the status that the entity gets")
    .option("--unset <field>", "remove a field of the entity (repeat)", collect);
  addNoteOption(addDataOption(command)).addHelpText(
    "after",
    `
Change what the filter asks for, so that nobody takes the same entity again.
Without a match it exits with 10.
${whereHelp}
${assignmentHelp}

Example, one worker of many:
  hubstead claim --type task --status open --sort createdAt:asc --set-status in_progress worker=ada`,
  );
  command.action(
    run(async (context, assignments: readonly string[], flags: Flags) => {
      const { data, unset, setStatus, sort } = flags;
      const edit = await readEdit(
        { assignments, data, unset, status: setStatus },
        "--set-status",
        context.io,
      );
      const query = { ...readFilter(flags), ...(sort === undefined ? {} : { orderBy: sort }) };
      const claimed = await context.withStore("change", (store) =>
        store.claim(query, edit, readWriteOptions(flags)),
      );
      if (claimed === undefined) {
        throw new HubsteadError("not_found", "no entity fits", {
          hint: "Try again later, or ask for less: `hubstead list` with the same filter shows what fits.",
        });
      }
      await showWritten(context, "claimed", claimed);
    }),
  );
};
