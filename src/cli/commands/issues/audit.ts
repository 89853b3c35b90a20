/**
 * @module `hubstead issues audit`.
 */
import type { Command } from "commander";
import type { AuditEntry } from "../../../issues/audit.ts";
import type { Run } from "../../command.ts";
import { readTime, showTime } from "../../moments.ts";
import type { Column } from "../../table.ts";
import { describeEdits } from "./describe-edit.ts";
import { formatDocument } from "./show-document.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";

interface Flags extends StoreFlags {
  readonly since?: string;
}

const columns: readonly Column[] = [
  { title: "WHEN" },
  { title: "OUTCOME" },
  { title: "ID", flexible: true },
  { title: "ISSUE", align: "right" },
  { title: "COMMENT", align: "right" },
  { title: "BY" },
  { title: "WHY", flexible: true },
  { title: "WHAT", flexible: true },
];

export function defineAudit(definition: Command, run: Run): void {
  addStoreOptions(
    definition
      .description("List who has changed objects or tried to, what became of it, and why")
      .argument("[id]", "default: all objects")
      .option("--since <time>", "from then on: 2025-01-31, 2025-01-31T08:00:00Z, 24h"),
  )
    .addHelpText(
      "after",
      `
The oldest first. It is made of what GitHub keeps: of all objects it takes a request for each
hundred comments of each of them.

Examples:
  hubstead issues audit metrics
  hubstead issues audit --since 24h --json`,
    )
    .action(
      run(async (context, id: string | undefined, { since, ...flags }: Flags) => {
        const { output, options } = context;
        const from = since === undefined ? 0 : readTime(since, Date.now()).getTime();
        const use = { command: "hubstead issues audit", access: "read", flags } as const;
        const all = await withIssueStore(context, use, ({ store }) => store.audit(id));
        const entries = all.filter(({ at }) => Date.parse(at) >= from);
        if (options.json) return output.write(`${formatDocument(entries)}\n`);
        await output.openTable(columns).rows(entries.map(toRow));
        if (entries.length === 0) context.note("there is nothing");
      }),
    );
}

function toRow({ at, outcome, id, issueNumber, commentId, by, because, edits = [] }: AuditEntry): string[] {
  return [
    showTime(at),
    outcome,
    id,
    String(issueNumber),
    commentId === undefined ? "" : String(commentId),
    by ?? "a deleted account",
    because,
    describeEdits(edits),
  ];
}
