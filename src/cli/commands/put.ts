/**
 * @module `hubstead put`.
 */
import type { DefineCommand } from "../command.ts";
import { readData } from "../read-data.ts";
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
  readonly type?: string;
  readonly status?: string;
  readonly data?: string;
}

export const define: DefineCommand = (command, run) => {
  command
    .argument("<id>", "made where it is not there")
    .argument("[key=value...]", "fields of the data; all others are gone afterwards")
    .option("-t, --type <type>", "where it is longer than the leading letters, digits and _ of the id")
    .option("-s, --status <status>", "default: as it is; of a new one the type's default status");
  addNoteOption(addExpectedVersionOption(addDataOption(command), 0)).addHelpText(
    "after",
    `${assignmentHelp}

Examples:
  hubstead put setting-theme color=dark size:=12
  hubstead put task-ship --data @task.json --expected-version 3`,
  );
  command.action(
    run(async (context, id: string, assignments: readonly string[], flags: Flags) => {
      const data = (await readData(flags.data, assignments, context.io)) ?? {};
      const { type, status, expectedVersion } = flags;
      const entity = {
        id,
        data,
        ...(type === undefined ? {} : { type }),
        ...(status === undefined ? {} : { status }),
        ...(expectedVersion === undefined ? {} : { expectedVersion }),
      };
      const written = await context.withStore("create", (store) =>
        store.put(entity, readWriteOptions(flags)),
      );
      await showWritten(context, "put", written);
    }),
  );
};
