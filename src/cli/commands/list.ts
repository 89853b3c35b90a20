/**
 * @module `hubstead list`.
 */
import { getAtPath } from "../../base/json-pointer.ts";
import type { Entity } from "../../entity/entity.ts";
import { invalidInput } from "../../errors.ts";
import { parseFieldPath } from "../../storage/field-path.ts";
import type { Query } from "../../storage/query.ts";
import type { Store } from "../../store/store.ts";
import type { Context, DefineCommand } from "../command.ts";
import { csvRow } from "../csv.ts";
import { addFilterOptions, type FilterOptions, readFilter, whereHelp } from "../filters.ts";
import { readCount } from "../moments.ts";
import { toPrintable, toPrintableJson } from "../printable.ts";
import { type EntityColumn, fullColumns, shortColumns } from "../show-entity.ts";
import { keepMemorySmall } from "../small-memory.ts";

interface Flags extends FilterOptions {
  readonly sort?: string;
  readonly limit?: number;
  readonly cursor?: string;
  readonly offset?: number;
  readonly all?: true;
  readonly csv?: true;
  readonly fields?: string;
}

const defaultLimit = 50;

export const define: DefineCommand = (command, run) => {
  addFilterOptions(command)
    .option(
      "--sort <field>",
      "updatedAt, createdAt, id, type, status, version or a field of the data (data.FIELD where they meet); FIELD:desc or -FIELD turns it round (default: updatedAt:desc)",
    )
    .option("-n, --limit <n>", `at most so many (default: ${defaultLimit})`, readCount("--limit", 1, 10_000))
    .option("--cursor <text>", "go on where another page ended")
    .option(
      "--offset <n>",
      "skip so many; --cursor costs less",
      readCount("--offset", 0, Number.MAX_SAFE_INTEGER),
    )
    .option("--all", "all of them, as they come")
    .option("--csv", "comma-separated values with a header")
    .option("--fields <fields>", "show these fields of the data, with commas between, each in its own column")
    .addHelpText(
      "after",
      `${whereHelp}

On a terminal it is a table that fits; in a pipe it is tab-separated rows without
a header: id, type, status, version, createdAt, updatedAt, data.

Examples:
  hubstead list --type task --status open,in_progress
  hubstead list --type task --where 'priority<=2' --where 'title~docs' --sort priority
  hubstead list --all --csv --fields title,priority > tasks.csv`,
    );
  command.action(
    run(async (context, flags: Flags) => {
      if (flags.csv && context.options.json)
        throw invalidInput("--csv and --json exclude each other", "Choose one.");
      if (flags.all && (flags.limit !== undefined || flags.cursor !== undefined))
        throw invalidInput("--all excludes --limit and --cursor", "Choose one.");
      const query = readQuery(flags);
      await context.withStore("read", (store) =>
        flags.all ? listAll(context, store, query, flags) : listPage(context, store, query, flags),
      );
    }),
  );
};

function readQuery(flags: Flags): Query {
  const { sort, limit = defaultLimit, cursor, offset, all } = flags;
  return {
    ...readFilter(flags),
    ...(sort === undefined ? {} : { orderBy: sort }),
    ...(all ? {} : { limit }),
    ...(cursor === undefined ? {} : { cursor }),
    ...(offset === undefined ? {} : { offset }),
  };
}

async function listPage(context: Context, store: Store, query: Query, flags: Flags): Promise<void> {
  const page = await store.list(query);
  if (context.options.json) return context.output.json(page);
  await openRows(context, flags).rows(page.entities);
  if (page.entities.length === 0) context.note("nothing fits");
  if (page.cursor !== undefined) context.note(`there are more: --cursor ${page.cursor}, or --all`);
}

/** Rows that are held at a time. */
const batchSize = 100;

async function listAll(context: Context, store: Store, query: Query, flags: Flags): Promise<void> {
  const { output, options } = context;
  await keepMemorySmall();
  const rows = options.json ? openJsonList(context) : openRows(context, flags);
  let batch: Entity[] = [];
  for await (const entity of store.iterate(query)) {
    batch.push(entity);
    if (batch.length === batchSize) {
      await rows.rows(batch);
      batch = [];
    }
  }
  await rows.rows(batch);
  if (options.json) await output.write("\n  ]\n}\n");
}

/** The same document as a page, written piece by piece; an entity a line, for memory's sake. */
function openJsonList({ output }: Context) {
  let opened = false;
  return {
    async rows(entities: readonly Entity[]) {
      const items = entities.map((entity) => toPrintableJson(JSON.stringify(entity))).join(",\n    ");
      const start = opened ? ",\n    " : '{\n  "entities": [\n    ';
      await output.write(items === "" && opened ? "" : start + items);
      opened = true;
    },
  };
}

function openRows(context: Context, { csv, fields }: Flags) {
  const { output } = context;
  const columns = chooseColumns(output.forPeople && !csv ? shortColumns : fullColumns, fields);
  const toCells = (entity: Entity): string[] => columns.map(({ cell }) => cell(entity));
  if (!csv) {
    const table = output.openTable(columns);
    return { rows: (entities: readonly Entity[]) => table.rows(entities.map(toCells)) };
  }
  let opened = false;
  // A terminal would obey what a file only keeps.
  const line = (cells: readonly string[]): string =>
    `${csvRow(output.forPeople ? cells.map(toPrintable) : cells)}\n`;
  return {
    async rows(entities: readonly Entity[]) {
      const header = opened ? "" : line(columns.map(({ title }) => title));
      opened = true;
      await output.write(header + entities.map((entity) => line(toCells(entity))).join(""));
    },
  };
}

/** With `--fields` each field gets a column, in place of the data as a whole. */
function chooseColumns(
  columns: readonly EntityColumn[],
  fields: string | undefined,
): readonly EntityColumn[] {
  if (fields === undefined) return columns;
  const own = fields.split(",").map((field): EntityColumn => {
    const path = parseFieldPath(field.trim());
    return {
      title: field.trim(),
      flexible: true,
      cell: ({ data }) => {
        const value = getAtPath(data, path);
        return value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
      },
    };
  });
  return [...columns.slice(0, -1), ...own];
}
