/**
 * @module `hubstead history`.
 */
import { HubsteadError } from "../../errors.ts";
import type { HistoryEntry } from "../../store/store.ts";
import type { DefineCommand } from "../command.ts";
import { readCount, showTime } from "../moments.ts";
import type { Column } from "../table.ts";

const columns: readonly Column[] = [
  { title: "VERSION", align: "right" },
  { title: "WHEN" },
  { title: "KIND" },
  { title: "AUTHOR" },
  { title: "WHAT", flexible: true },
  { title: "NOTE", flexible: true },
  { title: "CHANGE" },
];

export const define: DefineCommand = (command, run) => {
  command
    .argument("<id>", "deleted entities have a history too")
    .option("-n, --limit <n>", "only the newest", readCount("--limit", 1, 1_000_000))
    .addHelpText(
      "after",
      `
Oldest first. The change ids name each state for ever: \`get --at\`, \`diff\` and \`revert\` take them.

Example:
  hubstead history task-write-docs --limit 10`,
    );
  command.action(
    run(async ({ withStore, output, options }, id: string, flags: { readonly limit?: number }) => {
      const entries = await withStore("read", (store) => store.history(id, flags));
      if (entries.length === 0) {
        throw new HubsteadError("not_found", `${id} does not exist and never did`, {
          hint: "Check the id; `hubstead search` finds entities by their words.",
          data: { id },
        });
      }
      if (options.json) return output.json(entries);
      await output.openTable(columns).rows(entries.map(toRow));
    }),
  );
};

function toRow({ version, at, kind, author, note, change, ...edit }: HistoryEntry): string[] {
  return [String(version), showTime(at), kind, author ?? "", describe(edit), note ?? "", change];
}

function describe({ status, set, unset = [] }: Pick<HistoryEntry, "status" | "set" | "unset">): string {
  const parts = [
    ...(status === undefined ? [] : [`status=${status}`]),
    ...Object.entries(set ?? {}).map(([field, value]) => `${field}=${JSON.stringify(value)}`),
    ...unset.map((pointer) => `-${pointer}`),
  ];
  return parts.join(" ");
}
