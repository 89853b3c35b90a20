/**
 * @module `hubstead issues get`.
 */
import type { Command } from "commander";
import type { HistoryEntry } from "../../../issues/object-history.ts";
import type { Context, Run } from "../../command.ts";
import { readTime, showTime } from "../../moments.ts";
import { toPrintable } from "../../printable.ts";
import { formatDocument } from "./show-document.ts";
import { showObject } from "./show-object.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";

interface Flags extends StoreFlags {
  readonly at?: string;
}

export function defineGet(command: Command, run: Run): void {
  addStoreOptions(
    command
      .description("Show an object, now or as it was")
      .argument("<id>")
      .option(
        "--at <moment>",
        "as it was at a version (3), a time (2025-01-31T08:00:00Z) or some time ago (24h)",
      ),
  )
    .addHelpText(
      "after",
      `
Of a public repository it takes no credential, but for --at.

Examples:
  hubstead issues get metrics --repo acme/data
  hubstead issues get metrics --at 1 --json`,
    )
    .action(
      run(async (context, id: string, flags: Flags) => {
        const command = "hubstead issues get";
        if (flags.at === undefined) {
          const use = { command, access: "read-public", flags } as const;
          return showObject(context, await withIssueStore(context, use, ({ store }) => store.get(id)));
        }
        const at = readMoment(flags.at);
        const use = { command, access: "read", flags } as const;
        const entry = await withIssueStore(context, use, ({ store }) => store.getAt(id, at));
        await showVersion(context, id, entry);
      }),
    );
}

/** A version, or ISO 8601. */
function readMoment(text: string): number | string {
  return /^\d{1,15}$/u.test(text) ? Number(text) : readTime(text, Date.now()).toISOString();
}

async function showVersion({ output, options }: Context, id: string, entry: HistoryEntry): Promise<void> {
  const { version = 1, at, by, data } = entry;
  if (options.json)
    return output.write(
      `${formatDocument({ id, version, at, ...(by === undefined ? {} : { by }), data })}\n`,
    );
  const heads = { id, version: String(version), made: showTime(at), by: by ?? "a deleted account" };
  const lines = Object.entries(heads).map(
    ([name, value]) => `${output.colors.dim(name.padEnd(8))} ${toPrintable(value)}\n`,
  );
  await output.write(`${lines.join("")}\n${formatDocument(data)}\n`);
}
