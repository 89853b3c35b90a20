/**
 * @module `hubstead issues snapshot`, `update-snapshot`.
 */
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Snapshot } from "../../../issues/snapshot.ts";
import type { Context, Run } from "../../command.ts";
import { toPrintableJson } from "../../printable.ts";
import { decode } from "../../read-data.ts";
import { readInput } from "../../read-input.ts";
import { replaceFile } from "../../replace-file.ts";
import { showDone } from "./show-object.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";

interface SnapshotFlags extends StoreFlags {
  readonly output?: string;
}

interface UpdateFlags extends StoreFlags {
  readonly snapshotPath: string;
}

export function defineSnapshot(command: Command, run: Run): void {
  addStoreOptions(
    command
      .description("Write all objects into one JSON file, as gh-store does")
      .option("-o, --output <path>", "the file; default: the standard output"),
  )
    .addHelpText(
      "after",
      `
A file that is there is replaced in one step. Of a public repository it takes no credential.

Examples:
  hubstead issues snapshot --output data/snapshot.json
  hubstead issues snapshot --repo acme/data > snapshot.json`,
    )
    .action(
      run(async (context, flags: SnapshotFlags) => {
        const use = { command: "hubstead issues snapshot", access: "read-public", flags } as const;
        const snapshot = await withIssueStore(context, use, ({ store }) => store.snapshot());
        tellUnreadable(context, snapshot);
        if (flags.output === undefined) {
          const { output } = context;
          return output.write(`${output.forPeople ? toPrintableJson(snapshot.text) : snapshot.text}\n`);
        }
        await replaceFile(resolve(context.io.cwd, flags.output), snapshot.text);
        await showWritten(context, "written", flags.output, snapshot);
      }),
    );
}

export function defineUpdateSnapshot(command: Command, run: Run): void {
  addStoreOptions(
    command
      .description("Bring a snapshot up to date; where nothing has changed, the file is left alone")
      .requiredOption("--snapshot-path <path>", "a file that `snapshot` or gh-store has written"),
  )
    .addHelpText(
      "after",
      `
Asks only for what has changed since. Objects that are gone leave the file, too.

Example:
  hubstead issues update-snapshot --snapshot-path data/snapshot.json`,
    )
    .action(
      run(async (context, flags: UpdateFlags) => {
        const { snapshotPath } = flags;
        const text = await readSnapshot(context, snapshotPath);
        const use = { command: "hubstead issues update-snapshot", access: "read-public", flags } as const;
        const snapshot = await withIssueStore(context, use, ({ store }) => store.updateSnapshot(text));
        tellUnreadable(context, snapshot);
        const isSame = snapshot.text === text;
        if (!isSame) await replaceFile(resolve(context.io.cwd, snapshotPath), snapshot.text);
        await showWritten(context, isSame ? "unchanged" : "updated", snapshotPath, snapshot);
      }),
    );
}

/** @throws {HubsteadError} `not_found`, `invalid_input` */
export async function readSnapshot({ io }: Pick<Context, "io">, path: string): Promise<string> {
  const limits = { maxBytes: 268_435_456, hint: "A snapshot of so many objects is made anew." };
  return decode(await readInput(path, io, limits), path);
}

function tellUnreadable(context: Context, { unreadable }: Snapshot): void {
  for (const { id, issueNumber } of unreadable)
    context.note(`${id} is left out: the body of issue ${issueNumber} is no JSON`);
}

async function showWritten(
  context: Context,
  outcome: string,
  path: string,
  { objectCount, unreadable }: Snapshot,
): Promise<void> {
  const value = { path, outcome, objects: objectCount, unreadable };
  await showDone(context, outcome, `${path} (${objectCount} objects)`, value);
}
