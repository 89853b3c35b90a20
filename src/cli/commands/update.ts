/**
 * @module `hubstead update`.
 */
import type { DefineCommand } from "../command.ts";
import { readEdit } from "../edit-options.ts";
import { collect } from "../filters.ts";
import { showWritten } from "../show-entity.ts";
import {
  addDataOption,
  addExpectedVersionOption,
  addNoteOption,
  assignmentHelp,
  readWriteOptions,
  type WriteFlags,
} from "../write-options.ts";

interface Flags extends WriteFlags {
  readonly status?: string;
  readonly data?: string;
  readonly unset?: readonly string[];
}

export const define: DefineCommand = (command, run) => {
  command
    .argument("<id>")
    .argument("[key=value...]", "fields of the data; objects are merged, lists replaced")
    .option("-s, --status <status>", "the new status")
    .option(
      "--unset <field>",
      "remove a field: a name or a JSON Pointer (repeat); before anything is set",
      collect,
    );
  addNoteOption(addExpectedVersionOption(addDataOption(command), 1)).addHelpText(
    "after",
    `${assignmentHelp}

Examples:
  hubstead update task-write-docs --status in_progress priority:=2
  hubstead update task-write-docs --unset priority --note "no longer urgent"
  hubstead update task-write-docs title="New title" --expected-version 3`,
  );
  command.action(
    run(async (context, id: string, assignments: readonly string[], flags: Flags) => {
      const { data, unset, status, expectedVersion } = flags;
      const edit = await readEdit({ assignments, data, unset, status }, "--status", context.io);
      const expectation = expectedVersion === undefined ? {} : { expectedVersion };
      let versionBefore = 0;
      const updated = await context.withStore("change", (store) =>
        store.update(
          id,
          ({ version }) => {
            versionBefore = version;
            return { ...edit, ...expectation };
          },
          readWriteOptions(flags),
        ),
      );
      await showWritten(context, updated.version === versionBefore ? "unchanged" : "updated", updated);
    }),
  );
};
