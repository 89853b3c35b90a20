/**
 * @module `hubstead issues delete`, `restore`.
 */
import type { Command } from "commander";
import type { Run } from "../../command.ts";
import { showDone } from "./show-object.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";

export function defineDelete(command: Command, run: Run): void {
  addStoreOptions(command.description("Delete an object; its issue and its history stay").argument("<id>"))
    .addHelpText(
      "after",
      `
Example:
  hubstead issues delete metrics`,
    )
    .action(
      run(async (context, id: string, flags: StoreFlags) => {
        const use = { command: "hubstead issues delete", access: "write", flags } as const;
        await withIssueStore(context, use, ({ store }) => store.delete(id));
        await showDone(context, "deleted", id, { id, deleted: true });
      }),
    );
}

export function defineRestore(command: Command, run: Run): void {
  addStoreOptions(command.description("Bring an object back as it was deleted").argument("<id>"))
    .addHelpText(
      "after",
      `
Example:
  hubstead issues restore metrics`,
    )
    .action(
      run(async (context, id: string, flags: StoreFlags) => {
        const use = { command: "hubstead issues restore", access: "write", flags } as const;
        const object = await withIssueStore(context, use, ({ store }) => store.restore(id));
        await showDone(context, "restored", `${id} (version ${object.version})`, object);
      }),
    );
}
