/**
 * @module `hubstead rebuild`.
 */
import type { DefineCommand } from "../command.ts";

export const define: DefineCommand = (command, run) => {
  command.addHelpText(
    "after",
    `
The log of changes is the truth; entities, indexes and search are made anew from it.

Example:
  hubstead rebuild`,
  );
  command.action(
    run(async ({ io, withStore, output, options, clock }) => {
      // One transaction: killed in it, the store is what it was.
      io.letSignalsKill?.();
      const waiting = await clock("rebuilding");
      const counts = await withStore("change", (store) => store.rebuild()).finally(() => waiting.end());
      if (options.json) return output.json(counts);
      if (!options.quiet)
        await output.line(
          `${output.colors.green("rebuilt")} ${counts.entities} entities from ${counts.changes} changes`,
        );
    }),
  );
};
