/**
 * @module `hubstead issues history`.
 */
import type { Command } from "commander";
import type { HistoryEntry } from "../../../issues/object-history.ts";
import type { Run } from "../../command.ts";
import { showTime } from "../../moments.ts";
import type { Column } from "../../table.ts";
import { compactText, describeEdits } from "./describe-edit.ts";
import { formatDocument } from "./show-document.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";

const columns: readonly Column[] = [
  { title: "VERSION", align: "right" },
  { title: "WHEN" },
  { title: "KIND" },
  { title: "BY" },
  { title: "WHAT", flexible: true },
  { title: "COMMENT", align: "right" },
];

export function defineHistory(command: Command, run: Run): void {
  addStoreOptions(
    command
      .description("List all that happened to an object, and what did not count")
      .argument("<id>", "also one of which changes wait"),
  )
    .addHelpText(
      "after",
      `
Oldest first. What has no version has changed nothing, and says why.

Example:
  hubstead issues history metrics --json`,
    )
    .action(
      run(async (context, id: string, flags: StoreFlags) => {
        const { output, options } = context;
        const use = { command: "hubstead issues history", access: "read", flags } as const;
        const entries = await withIssueStore(context, use, ({ store }) => store.history(id));
        if (options.json) return output.write(`${formatDocument(entries)}\n`);
        await output.openTable(columns).rows(entries.map(toRow));
      }),
    );
}

function toRow({ version, at, kind, by, commentId, isPending, ...entry }: HistoryEntry): string[] {
  const what = describe(entry);
  return [
    version === undefined ? "" : String(version),
    showTime(at),
    kind,
    by ?? "a deleted account",
    isPending ? `waits: ${what}` : what,
    commentId === undefined ? "" : String(commentId),
  ];
}

function describe({ because, edits, data }: Pick<HistoryEntry, "because" | "edits" | "data">): string {
  if (because !== undefined) return `nothing, because ${because}`;
  return edits === undefined ? compactText(data) : describeEdits(edits);
}
