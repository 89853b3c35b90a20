/**
 * @module `hubstead create`.
 */
import type { DefineCommand } from "../command.ts";
import { readData } from "../read-data.ts";
import { showWritten } from "../show-entity.ts";
import {
  addDataOption,
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
    .argument("<id>", "starts with its type: task-write-docs, paper:arxiv.2301.1")
    .argument("[key=value...]", "fields of the data")
    .option("-t, --type <type>", "where it is longer than the leading letters, digits and _ of the id")
    .option("-s, --status <status>", "default: the type's default status");
  addNoteOption(addDataOption(command)).addHelpText(
    "after",
    `${assignmentHelp}

Examples:
  hubstead create task-write-docs title="Write the docs" priority:=1
  hubstead create task-ship --status planned --data @task.json
  echo '{"title":"From a pipe"}' | hubstead create task-pipe --data -`,
  );
  command.action(
    run(async (context, id: string, assignments: readonly string[], flags: Flags) => {
      const data = await readData(flags.data, assignments, context.io);
      const { type, status } = flags;
      const entity = {
        id,
        ...(type === undefined ? {} : { type }),
        ...(status === undefined ? {} : { status }),
        ...(data === undefined ? {} : { data }),
      };
      const created = await context.withStore("create", (store) =>
        store.create(entity, readWriteOptions(flags)),
      );
      await showWritten(context, "created", created);
    }),
  );
};
