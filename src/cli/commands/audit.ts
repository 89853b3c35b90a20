/**
 * @module `hubstead audit`.
 */
import { invalidInput } from "../../errors.ts";
import type { AuditRecord } from "../../storage/storage.ts";
import type { DefineCommand } from "../command.ts";
import { csvRow } from "../csv.ts";
import { readCount, readTime, showTime } from "../moments.ts";
import { toPrintable } from "../printable.ts";
import type { Column } from "../table.ts";

interface Flags {
  readonly since?: string;
  readonly limit?: number;
  readonly csv?: true;
}

const columns: readonly Column[] = [
  { title: "WHEN" },
  { title: "WHO" },
  { title: "WHAT" },
  { title: "TARGET", flexible: true },
  { title: "WHY", flexible: true },
];

export const define: DefineCommand = (command, run) => {
  command
    .option(
      "--since <time>",
      "from this time on: 2025-01-31, 2025-01-31T08:00:00Z, or some time ago: 90m, 24h, 7d",
    )
    .option("-n, --limit <n>", "only the newest (default: 1000)", readCount("--limit", 1, 10_000_000))
    .option("--csv", "comma-separated values with a header")
    .addHelpText(
      "after",
      `
Oldest first: every change of an entity, and what was done to the store.

Examples:
  hubstead audit --since 24h
  hubstead audit --since 2025-01-01 --limit 1000000 --csv > audit.csv`,
    );
  command.action(
    run(async ({ withStore, output, options }, { since, limit, csv }: Flags) => {
      if (csv && options.json) throw invalidInput("--csv and --json exclude each other", "Choose one.");
      const query = {
        ...(since === undefined ? {} : { since: readTime(since, Date.now()) }),
        ...(limit === undefined ? {} : { limit }),
      };
      const records = await withStore("read", (store) => store.audit.list(query));
      if (options.json) return output.json(records);
      const rows = records.map(toRow);
      if (!csv)
        return output
          .openTable(columns)
          .rows(output.forPeople ? rows.map(([at, ...rest]) => [showTime(at!), ...rest]) : rows);
      const lines = [["at", "who", "what", "target", "why"], ...rows].map((cells) =>
        csvRow(output.forPeople ? cells.map(toPrintable) : cells),
      );
      await output.write(`${lines.join("\n")}\n`);
    }),
  );
};

function toRow({ at, who, what, target, why }: AuditRecord): string[] {
  return [at, who, what, target, why];
}
