/**
 * @module `hubstead issues create`.
 */
import type { Command } from "commander";
import type { Run } from "../../command.ts";
import { collect } from "../../filters.ts";
import { readData } from "../../read-data.ts";
import { addDataOption, assignmentHelp } from "../../write-options.ts";
import { showDone } from "./show-object.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";

interface Flags extends StoreFlags {
  readonly data?: string;
  readonly label?: readonly string[];
  readonly status?: string;
  readonly type?: string;
}

export function defineCreate(command: Command, run: Run): void {
  command
    .description("Make an object; one that is there already is left as it is")
    .argument("<id>")
    .argument("[key=value...]", "fields of the data")
    .option("--label <label>", "a label of your own: a queue, say (repeat)", collect)
    .option("-s, --status <status>", "kept as the label status:<status>")
    .option("-t, --type <type>", "where the id does not begin with it");
  addStoreOptions(addDataOption(command))
    .addHelpText(
      "after",
      `${assignmentHelp}

Examples:
  hubstead issues create metrics count:=0
  hubstead issues create task-ship --data @task.json --label todo`,
    )
    .action(
      run(async (context, id: string, assignments: readonly string[], flags: Flags) => {
        const data = (await readData(flags.data, assignments, context.io)) ?? {};
        const { label, status, type } = flags;
        const use = { command: "hubstead issues create", access: "write", flags } as const;
        const made = await withIssueStore(context, use, ({ store }) =>
          store.create(id, data, {
            ...(label === undefined ? {} : { labels: label }),
            ...(status === undefined ? {} : { status }),
            ...(type === undefined ? {} : { type }),
          }),
        );
        await showDone(context, "created", `${made.id} (issue ${made.issueNumber})`, made);
      }),
    );
}
