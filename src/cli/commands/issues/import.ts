/**
 * @module `hubstead issues import`.
 */
import { type Command, Option } from "commander";
import { HubsteadError } from "../../../errors.ts";
import type { ImportPlan, ImportReport } from "../../../issues/import-objects.ts";
import type { Context, Run } from "../../command.ts";
import { detectFormat, type ImportFormat, importFormats } from "../../import/detect-format.ts";
import { openImportSource } from "../../import/import-source.ts";
import { toImportedObjects } from "../../import/imported-objects.ts";
import { openReader, placed } from "../../import/open-reader.ts";
import { showTime } from "../../moments.ts";
import { Interrupted } from "../../report-error.ts";
import { inCommandWords } from "../github/hints.ts";
import { showDone } from "./show-object.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";

interface Flags extends StoreFlags {
  readonly format?: ImportFormat;
  readonly update?: true;
  readonly dryRun?: true;
}

export function defineImport(command: Command, run: Run): void {
  addStoreOptions(
    command
      .description("Make many objects, as fast as GitHub's limits allow")
      .argument("<file>", "NDJSON, a gh-store snapshot or a chora-store database; - for the standard input")
      .addOption(
        new Option("--format <format>", "instead of looking at the content").choices([...importFormats]),
      )
      .option("--update", "replace the data of objects that are there with other data")
      .option("-n, --dry-run", "only say what there is to do, and how long it takes"),
  )
    .addHelpText(
      "after",
      `
Says first how many requests it takes and when it will be done: GitHub takes about 150 new
issues an hour. Interrupted anywhere, the same command goes on from there; what is there
already is found by one listing, and nothing is made twice. An object that cannot be made
stops no other; the command then ends with that failure's exit code.

Examples:
  hubstead export - | hubstead issues import - --repo acme/data
  hubstead issues import snapshot.json --dry-run`,
    )
    .action(
      run(async (context, file: string, flags: Flags) => {
        const source = await openImportSource(file, context.io);
        try {
          const format = flags.format ?? detectFormat(source.head, source.name);
          const reader = await openReader(format, source);
          const objects = toImportedObjects(reader.records);
          const report = await importInto(context, flags, objects).catch((error: unknown) => {
            throw placed(error, source, reader);
          });
          await showReport(context, flags, report);
        } finally {
          source.close();
        }
      }),
    );
}

async function importInto(
  context: Context,
  flags: Flags,
  objects: ReturnType<typeof toImportedObjects>,
): Promise<ImportReport> {
  const { io } = context;
  const use = { command: "hubstead issues import", access: "write", flags } as const;
  return withIssueStore(context, use, async ({ store, status, clock }) => {
    let there = 0;
    let doing: ImportPlan | undefined;
    try {
      return await store.import(objects, {
        ...(flags.update ? { update: true } : {}),
        ...(flags.dryRun ? { dryRun: true } : {}),
        ...(io.signal === undefined ? {} : { signal: io.signal }),
        onPlan(plan) {
          doing = plan;
          status.clear();
          for (const line of describePlan(plan, clock.now())) context.note(line);
        },
        onProgress({ done, total, waitingUntil }) {
          there = done;
          status.say(`importing: ${count(done)} of ${count(total)}`);
          if (waitingUntil === undefined) return;
          status.clear();
          context.note(
            `${count(done)} of ${count(total)} done; GitHub's limits let it go on at ${showMinute(waitingUntil)}`,
          );
        },
      });
    } catch (error) {
      status.clear();
      if (doing !== undefined && flags.dryRun !== true)
        context.note(`${count(there)} objects done; the same command goes on from there`);
      throw io.signal?.aborted ? new Interrupted() : error;
    }
  });
}

function describePlan({ objects, requests, doneAt, ...counts }: ImportPlan, now: number): readonly string[] {
  const parts = [
    [counts.create, "to make"],
    [counts.finish, "to finish"],
    [counts.replace, "to replace"],
    [counts.unchanged, "there as they are"],
    [counts.differing, "there with other data"],
    [counts.failed, "that cannot be made"],
  ] as const;
  const what = parts.flatMap(([number, words]) => (number > 0 ? [`${count(number)} ${words}`] : []));
  const how =
    requests === 0
      ? "nothing to send"
      : `${count(requests)} requests, done ${showMinute(doneAt)} (${showLength(Date.parse(doneAt) - now)}) by GitHub's limits`;
  return [`${count(objects)} objects: ${what.join(", ") || "none"}`, how];
}

const minuteMs = 60_000;

function showLength(ms: number): string {
  const minutes = Math.ceil(ms / minuteMs);
  if (minutes <= 1) return "in a minute";
  return minutes < 120 ? `in ${minutes} minutes` : `in ${(minutes / 60).toFixed(1)} hours`;
}

const count = (number: number): string => number.toLocaleString("en");

/** Seconds would promise too much. */
function showMinute(iso: string): string {
  return showTime(iso).replace(/:\d\dZ$/u, "Z");
}

// Of so many failures everybody sees what is wrong; --json has all.
const mostShown = 20;

async function showReport(context: Context, { dryRun }: Flags, report: ImportReport): Promise<void> {
  const { plan, created, finished, replaced, unchanged, differing, failed } = report;
  for (const { id, issueNumber } of differing.slice(0, mostShown))
    context.note(`${id} (issue ${issueNumber}) is there with other data: --update replaces it`);
  tellMore(context, differing.length);
  for (const { id, error } of failed.slice(0, mostShown)) context.note(`failed ${id}: ${messageOf(error)}`);
  tellMore(context, failed.length);
  const errors = failed.map(({ id, error }) => {
    const told = inCommandWords(error);
    return { id, error: told instanceof HubsteadError ? told.toJSON() : { message: messageOf(error) } };
  });
  const value = { plan, created, finished, replaced, unchanged, differing, failed: errors };
  const made = `${count(created + finished)} objects: ${count(replaced)} replaced, ${count(unchanged)} as they were`;
  if (!dryRun || context.options.json) await showDone(context, "imported", made, value);
  if (failed.length > 0) throw partFailure(report);
}

function tellMore(context: Context, length: number): void {
  if (length > mostShown) context.note(`and ${count(length - mostShown)} more: --json lists them`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The first failure stands for all. */
function partFailure({ plan, failed }: ImportReport): unknown {
  const [{ error: first }] = failed as [ImportReport["failed"][number]];
  const told = inCommandWords(first);
  if (!(told instanceof HubsteadError)) return told;
  return new HubsteadError(
    told.code,
    `${failed.length} of ${plan.objects} objects were not imported: ${told.message}`,
    {
      hint: `${told.hint ?? ""} The others are done; the same command tries these again.`.trim(),
      data: { ...told.data, failed: failed.map(({ id }) => id) },
      cause: told,
    },
  );
}
