/**
 * @module `hubstead search`.
 */
import type { SearchQuery } from "../../storage/query.ts";
import type { SearchResult } from "../../storage/storage.ts";
import type { Context, DefineCommand } from "../command.ts";
import { addFilterOptions, collect, type FilterOptions, readFilter, whereHelp } from "../filters.ts";
import { readCount } from "../moments.ts";
import { toPrintable } from "../printable.ts";
import { type EntityColumn, fullColumns, shortColumns } from "../show-entity.ts";
import { facetRows } from "./facets.ts";

interface Flags extends FilterOptions {
  readonly limit?: number;
  readonly offset?: number;
  readonly newest?: true;
  readonly facet?: readonly string[];
  readonly highlight?: true;
  readonly total?: true;
}

export const define: DefineCommand = (command, run) => {
  addFilterOptions(
    command.argument("<words...>", "all must occur, in the id or anywhere in the data; any text is allowed"),
  )
    .option("-n, --limit <n>", "at most so many (default: 20)", readCount("--limit", 1, 1_000))
    .option("--offset <n>", "skip so many", readCount("--offset", 0, Number.MAX_SAFE_INTEGER))
    .option("--newest", "newest first (default: best match first)")
    .option("--facet <field>", "count all hits by type, status or a field of the data (repeat)", collect)
    .option("--highlight", "show where the words stand, between **")
    .option("--total", "count all hits, however many")
    .addHelpText(
      "after",
      `${whereHelp}

Examples:
  hubstead search ride hailing
  hubstead search 'C++' --type paper --newest --limit 5
  hubstead search docs --facet status --highlight`,
    );
  command.action(
    run(async (context, words: readonly string[], flags: Flags) => {
      const query = readQuery(flags);
      const result = await context.withStore("read", (store) => store.search(words.join(" "), query));
      await (context.options.json ? context.output.json(result) : show(context, result, flags));
    }),
  );
};

function readQuery(flags: Flags): SearchQuery {
  const { limit, offset, newest, facet, highlight, total } = flags;
  return {
    ...readFilter(flags),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
    ...(newest ? { order: "newest" } : {}),
    ...(facet === undefined ? {} : { facets: facet }),
    ...(highlight ? { highlight } : {}),
    ...(total ? { total } : {}),
  };
}

async function show(
  context: Context,
  { entities, total, ranked, facets, highlights }: SearchResult,
  { highlight }: Flags,
): Promise<void> {
  const { output, note } = context;
  const base = output.forPeople ? shortColumns : fullColumns;
  const columns = highlight ? withHighlights(base, highlights, output.forPeople) : base;
  await output.openTable(columns).rows(entities.map((entity) => columns.map(({ cell }) => cell(entity))));
  for (const [field, count, value] of facetRows(facets)) {
    await output.line(
      output.forPeople
        ? `${output.colors.dim(toPrintable(field!))} ${toPrintable(value!)}: ${count}`
        : `facet\t${[field, count, value].map((cell) => toPrintable(cell!)).join("\t")}`,
    );
  }
  if (entities.length === 0) note("nothing found");
  else if (total !== undefined && total > entities.length) note(`${entities.length} of ${total}`);
  if (ranked === "newest") note("very common words: only the newest 1,000 hits were ranked");
}

/** In place of the data: what was found in it. On a terminal it gets the room of the other columns, too. */
function withHighlights(
  columns: readonly EntityColumn[],
  highlights: SearchResult["highlights"],
  forPeople: boolean,
): EntityColumn[] {
  const cell: EntityColumn["cell"] = ({ id }) =>
    forPeople ? fromFirstHit(highlights[id] ?? "") : (highlights[id] ?? "");
  return [
    ...(forPeople ? columns.slice(0, 1) : columns.slice(0, -1)),
    { title: "FOUND", flexible: true, cell },
  ];
}

/** What stands before the first word found gives way to it. */
function fromFirstHit(text: string): string {
  const start = text.indexOf("**") - 16;
  return start <= 0 ? text : `…${text.slice(text.indexOf(" ", start) + 1)}`;
}
