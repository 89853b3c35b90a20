/**
 * @module `hubstead get`.
 */
import { HubsteadError } from "../../errors.ts";
import type { DefineCommand } from "../command.ts";
import { readMoment } from "../moments.ts";
import { showEntity } from "../show-entity.ts";

export const define: DefineCommand = (command, run) => {
  command
    .argument("<id>")
    .option(
      "--at <moment>",
      "as it was at a version (3), a change id, a time (2025-01-31T08:00:00Z) or some time ago (24h)",
    )
    .addHelpText(
      "after",
      `
Examples:
  hubstead get task-write-docs
  hubstead get task-write-docs --at 1 --json
  hubstead get task-write-docs --at 24h`,
    );
  command.action(
    run(async (context, id: string, { at }: { readonly at?: string }) => {
      const moment = at === undefined ? undefined : readMoment(at, Date.now());
      const entity = await context.withStore("read", (store) =>
        moment === undefined ? store.mustGet(id) : store.getAt(id, moment),
      );
      if (entity === undefined) {
        throw new HubsteadError("not_found", `${id} did not exist at ${at}`, {
          hint: `\`hubstead history ${id}\` shows when it did.`,
          data: { id, at },
        });
      }
      await showEntity(context, entity);
    }),
  );
};
