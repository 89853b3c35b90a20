/**
 * @module `hubstead issues update`, `replace`.
 */
import type { Command } from "commander";
import { invalidInput } from "../../../errors.ts";
import type { UpdateResult } from "../../../issues/issue-store.ts";
import type { Context, Run } from "../../command.ts";
import { collect } from "../../filters.ts";
import { readData } from "../../read-data.ts";
import { addDataOption, assignmentHelp } from "../../write-options.ts";
import { type Change, type ChangeFlags, readChanges, sendChanges } from "./change-options.ts";
import { type Outcome, outcomesOf } from "./process-outcomes.ts";
import { showDone } from "./show-object.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";

interface SendFlags extends StoreFlags {
  readonly process?: true;
}

interface UpdateFlags extends SendFlags, ChangeFlags {}

interface ReplaceFlags extends SendFlags {
  readonly data?: string;
}

const processHelp = `
A change waits until somebody processes it: a workflow, \`hubstead issues process-updates\`, or
--process at once. One that does not apply changes nothing, and says why.`;

export function defineUpdate(command: Command, run: Run): void {
  command
    .description("Change an object: objects are merged, lists replaced")
    .argument("<id>")
    .argument("[key=value...]", "fields of the data")
    .option("--unset <field>", "remove a field: a name or a JSON Pointer (repeat); first of all", collect)
    .option("--append <item>", "put an item at a list's end: /tags=new, /sizes:=3 (repeat)", collect)
    .option("--increment <number>", "add to a number: /count=5, /count (repeat)", collect);
  addSendOptions(command)
    .addHelpText(
      "after",
      `${assignmentHelp}
${processHelp}

Examples:
  hubstead issues update metrics count:=1 owner=ada
  hubstead issues update metrics --increment /count=41 --append /tags=new --process
  echo '{"count":2}' | hubstead issues update metrics --data -`,
    )
    .action(
      run(async (context, id: string, assignments: readonly string[], flags: UpdateFlags) => {
        const changes = await readChanges(assignments, flags, context.io);
        await send(context, { command: "hubstead issues update", id, changes, flags });
      }),
    );
}

export function defineReplace(command: Command, run: Run): void {
  command
    .description("Put other data in the place of an object's, whole")
    .argument("<id>")
    .argument("[key=value...]", "fields of the data; all others are gone afterwards");
  addSendOptions(command)
    .addHelpText(
      "after",
      `${assignmentHelp}
${processHelp}

Example:
  hubstead issues replace metrics --data @metrics.json --process`,
    )
    .action(
      run(async (context, id: string, assignments: readonly string[], flags: ReplaceFlags) => {
        const data = await readData(flags.data, assignments, context.io);
        if (data === undefined)
          throw invalidInput("there is no data", "Give key=value, or --data; --data '{}' empties it.");
        const changes = [{ op: "replace", data }] as const;
        await send(context, { command: "hubstead issues replace", id, changes, flags });
      }),
    );
}

function addSendOptions(command: Command): Command {
  return addStoreOptions(addDataOption(command).option("--process", "fold it at once"));
}

interface Sending {
  readonly command: string;
  readonly id: string;
  readonly changes: readonly Change[];
  readonly flags: SendFlags;
}

async function send(context: Context, { command, id, changes, flags }: Sending): Promise<void> {
  const use = { command, access: "write", flags } as const;
  const result = await withIssueStore(context, use, async ({ store }): Promise<UpdateResult> => {
    const sent = await sendChanges(store, id, changes);
    return flags.process ? { ...sent, processed: await store.processUpdates(sent.issueNumber) } : sent;
  });
  await showSent(context, id, result);
}

async function showSent(context: Context, id: string, result: UpdateResult): Promise<void> {
  const { issueNumber, commentId, processed } = result;
  if (processed === undefined) {
    await showDone(context, "sent", `${id} (comment ${commentId} of issue ${issueNumber})`, {
      id,
      issueNumber,
      commentId,
    });
    return context.note("it waits to be processed: `hubstead issues process-updates`, or a workflow");
  }
  const { version } = processed;
  const outcomes = outcomesOf(processed).filter((outcome) => outcome.commentId === commentId);
  const isVoid = outcomes.length > 0 && outcomes.every(({ outcome }) => outcome !== "applied");
  await showDone(context, isVoid ? "unchanged" : "updated", `${id} (version ${version})`, {
    id,
    issueNumber,
    commentId,
    version,
    outcomes,
  });
  const failed = outcomes.find(({ outcome }) => outcome !== "applied");
  if (failed !== undefined) throw notApplied(id, commentId, failed);
}

/** Asked for at once, a change that comes to nothing is a failure. */
function notApplied(id: string, commentId: number, { outcome, because = "" }: Outcome) {
  return invalidInput(
    `a change of ${JSON.stringify(id)} ${outcome === "refused" ? "does not count" : "does not apply"}, because ${because}`,
    outcome === "refused"
      ? "Use a credential of somebody who may write to the repository; what was sent stays, and changes nothing."
      : `Look at the object with \`hubstead issues get\`; all else that was sent is done.`,
    { id, commentId, outcome, because },
  );
}
