/**
 * @module `hubstead issues dedupe`.
 */
import type { Command } from "commander";
import type { Run } from "../../command.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";

interface Flags extends StoreFlags {
  readonly dryRun?: true;
}

const command = "hubstead issues dedupe";

export function defineDedupe(definition: Command, run: Run): void {
  addStoreOptions(
    definition
      .description("Make one object of several that were made with the same id")
      .argument("[id]", "default: all")
      .option("--dry-run", "only show what there is"),
  )
    .addHelpText(
      "after",
      `
The lowest issue number is the object, for everybody. What was said in the others counts there,
once, however often this is run; they are deprecated, and nothing is lost.

Examples:
  hubstead issues dedupe --dry-run
  hubstead issues dedupe metrics`,
    )
    .action(
      run(async (context, id: string | undefined, { dryRun, ...flags }: Flags) => {
        const { output, options } = context;
        if (dryRun) {
          const use = { command, access: "read-public", flags } as const;
          const all = await withIssueStore(context, use, ({ store }) => store.findDuplicates());
          const found = all.filter((duplicates) => id === undefined || duplicates.id === id);
          if (options.json) return output.json(found);
          const rows = found.map(({ id: own, issueNumbers }) => {
            return [own, String(issueNumbers[0]), issueNumbers.slice(1).join(", ")];
          });
          await output.openTable([{ title: "ID" }, { title: "OBJECT" }, { title: "DUPLICATES" }]).rows(rows);
          if (rows.length === 0) context.note("there are no duplicates");
          return;
        }
        const use = { command, access: "write", flags } as const;
        const done = await withIssueStore(context, use, ({ store }) => store.deduplicate(id));
        if (options.json) return output.json(done);
        const rows = done.map(({ id: own, kept, deprecated }) => [own, String(kept), deprecated.join(", ")]);
        await output.openTable([{ title: "ID" }, { title: "KEPT" }, { title: "DEPRECATED" }]).rows(rows);
        if (rows.length === 0) context.note("there are no duplicates");
      }),
    );
}
