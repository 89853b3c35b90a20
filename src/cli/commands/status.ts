/**
 * @module `hubstead status`.
 */
import type { DefineCommand } from "../command.ts";
import { toPrintable } from "../printable.ts";

export const define: DefineCommand = (command, run) => {
  command.addHelpText(
    "after",
    `
Example:
  hubstead status --json`,
  );
  command.action(
    run(async ({ withStore, output, options }) => {
      const status = await withStore("read", async (store) => ({
        path: store.path,
        ...(await store.status()),
      }));
      if (options.json) return output.json(status);
      const {
        path,
        entities,
        deleted,
        changes,
        conflicts,
        unindexed,
        sizeBytes,
        replica,
        engine,
        schemaVersion,
      } = status;
      const lines = {
        store: path,
        entities: `${entities} (and ${deleted} deleted)`,
        changes: String(changes),
        conflicts: String(conflicts),
        search: unindexed === 0 ? "complete" : `${unindexed} changes to go; a search does them first`,
        size: `${(sizeBytes / 1_048_576).toFixed(1)} MiB`,
        replica,
        engine: `${engine}, schema ${schemaVersion}`,
      };
      await output.write(
        Object.entries(lines)
          .map(([name, value]) => `${output.colors.dim(name.padEnd(9))} ${toPrintable(value)}\n`)
          .join(""),
      );
    }),
  );
};
