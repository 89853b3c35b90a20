/**
 * @module `hubstead facets`.
 */
import type { FacetCounts } from "../../storage/query.ts";
import type { DefineCommand } from "../command.ts";
import { addFilterOptions, type FilterOptions, readFilter, whereHelp } from "../filters.ts";
import type { Column } from "../table.ts";

const columns: readonly Column[] = [
  { title: "FIELD" },
  { title: "COUNT", align: "right" },
  { title: "VALUE", flexible: true },
];

export const define: DefineCommand = (command, run) => {
  addFilterOptions(
    command.argument("[fields...]", "type, status, or fields of the data (default: type and status)"),
  ).addHelpText(
    "after",
    `${whereHelp}

Examples:
  hubstead facets
  hubstead facets rating tags --type paper`,
  );
  command.action(
    run(async ({ withStore, output, options }, fields: readonly string[], flags: FilterOptions) => {
      const filter = readFilter(flags);
      const facets = await withStore("read", (store) =>
        store.facets(fields.length === 0 ? undefined : fields, filter),
      );
      if (options.json) return output.json(facets);
      await output.openTable(columns).rows(facetRows(facets));
    }),
  );
};

/** One row for each value of each field. */
export function facetRows(facets: Readonly<Record<string, FacetCounts>>): string[][] {
  return Object.entries(facets).flatMap(([field, counts]) =>
    counts.map(({ value, count }) => [
      field,
      String(count),
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
