/**
 * @module `hubstead issues list`.
 */
import type { Command } from "commander";
import type { IssueStore } from "../../../issues/issue-store.ts";
import type { ObjectList } from "../../../issues/list-objects.ts";
import type { Context, Run } from "../../command.ts";
import { collect } from "../../filters.ts";
import { readTime } from "../../moments.ts";
import { objectColumns, toRow } from "./show-object.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";

interface Flags extends StoreFlags {
  readonly label?: readonly string[];
  readonly since?: string;
}

export function defineList(command: Command, run: Run): void {
  addStoreOptions(
    command
      .description("List objects, the oldest first")
      .option("--label <label>", "only those that have this label of yours (repeat: all of them)", collect)
      .option("--since <time>", "changed then or later: 2025-01-31, 2025-01-31T08:00:00Z, 24h"),
  )
    .addHelpText(
      "after",
      `
Of a public repository it takes no credential.

Examples:
  hubstead issues list --repo acme/data
  hubstead issues list --label todo --json
  hubstead issues list --since 24h`,
    )
    .action(
      run(async (context, { label = [], since, ...flags }: Flags) => {
        const from = since === undefined ? undefined : readTime(since, Date.now()).toISOString();
        const use = { command: "hubstead issues list", access: "read-public", flags } as const;
        const found = await withIssueStore(context, use, ({ store }) => listObjects(store, label, from));
        await showList(context, found);
      }),
    );
}

async function listObjects(
  store: IssueStore,
  labels: readonly string[],
  since: string | undefined,
): Promise<ObjectList> {
  if (since === undefined) return labels.length === 0 ? store.list() : store.find(labels);
  const found = await store.listUpdatedSince(since);
  if (labels.length === 0) return found;
  // GitHub holds labels for the same whatever their case.
  const has = (own: readonly string[], label: string) =>
    own.some((name) => name.toLowerCase() === label.toLowerCase());
  const objects = found.objects.filter((object) => labels.every((label) => has(object.labels, label)));
  return { ...found, objects };
}

async function showList(context: Context, list: ObjectList): Promise<void> {
  const { output, options } = context;
  if (options.json) return output.json(list);
  const { objects, unreadable, duplicates } = list;
  await output.openTable(objectColumns).rows(objects.map(toRow));
  if (objects.length === 0) context.note("there are no objects");
  for (const { id, issueNumber, because } of unreadable)
    context.note(`${id} (issue ${issueNumber}) cannot be shown, because ${because}`);
  for (const { id, issueNumber } of duplicates)
    context.note(`issue ${issueNumber} is a second one of ${id}: \`hubstead issues dedupe\``);
}
