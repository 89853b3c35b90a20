/**
 * @module `hubstead issues process-updates`.
 */
import type { Command } from "commander";
import { HubsteadError } from "../../../errors.ts";
import type { ProcessedAll } from "../../../issues/process-all.ts";
import type { Processed } from "../../../issues/process-object.ts";
import type { Context, Run } from "../../command.ts";
import { readCount, readTime } from "../../moments.ts";
import { toPrintable } from "../../printable.ts";
import type { Column } from "../../table.ts";
import { inCommandWords } from "../github/hints.ts";
import { outcomesOf } from "./process-outcomes.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";
import { addToSummary, summaryOf, warningLines, withoutCommands } from "./workflow-report.ts";

interface Flags extends StoreFlags {
  readonly issue?: number;
  readonly since?: string;
}

const columns: readonly Column[] = [
  { title: "OUTCOME" },
  { title: "ID", flexible: true },
  { title: "ISSUE", align: "right" },
  { title: "COMMENT", align: "right" },
  { title: "VERSION", align: "right" },
  { title: "BY" },
  { title: "WHY", flexible: true },
];

export function defineProcessUpdates(command: Command, run: Run): void {
  addStoreOptions(
    command
      .description("Fold the changes that wait: of one issue, or all that wait anywhere")
      .option("--issue <number>", "only of this issue", readCount("--issue", 1, Number.MAX_SAFE_INTEGER))
      .option(
        "--since <time>",
        "without --issue: look at comments of closed issues from then on only (2025-01-31, 24h)",
      ),
  )
    .addHelpText(
      "after",
      `
Changes count of those who may write to the repository; all others are refused, and told.
Safe to run again, and twice at once. One object that fails stops no other; the command then
ends with that failure's exit code. What is refused is no failure.

In GitHub Actions it also writes a table into the job's summary, and a warning for each change
that does not count.

Examples:
  hubstead issues process-updates --repo acme/data
  hubstead issues process-updates --issue 12 --json`,
    )
    .action(
      run(async (context, flags: Flags) => {
        const since = flags.since === undefined ? undefined : readTime(flags.since, Date.now()).toISOString();
        const use = { command: "hubstead issues process-updates", access: "write", flags } as const;
        const all = await withIssueStore(context, use, async ({ store }): Promise<ProcessedAll> => {
          if (flags.issue === undefined) return store.processAll(since === undefined ? {} : { since });
          return { processed: [await store.processUpdates(flags.issue)], failed: [] };
        });
        await showProcessed(context, all);
        if (all.failed.length > 0) throw partFailure(all);
      }),
    );
}

/** For people and programs, and where it runs in a job, for its page as well. */
async function showProcessed(context: Context, all: ProcessedAll): Promise<void> {
  const { output, options } = context;
  const isJob = await tellJob(context, all);
  if (options.json) return output.json(toJson(all));
  const rows = [
    ...all.processed.flatMap((processed) => toRows(processed)),
    ...all.failed.map(({ id, issueNumber, error }) => {
      return ["failed", id, String(issueNumber), "", "", "", messageOf(error)];
    }),
  ];
  await output
    .openTable(columns)
    .rows(isJob ? rows.map((cells) => cells.map((cell) => withoutCommands(cell))) : rows);
  if (rows.length === 0) context.note("nothing waits");
}

function toRows(processed: Processed): string[][] {
  return outcomesOf(processed).map((outcome) => {
    const { id, issueNumber, commentId = "", version = "", by = "", because = "" } = outcome;
    return [outcome.outcome, id, String(issueNumber), String(commentId), String(version), by, because];
  });
}

/**
 * With `--json` only in the summary: the log then holds one document.
 *
 * @returns whether this is a job of GitHub Actions
 */
export async function tellJob({ io, options, output, logger }: Context, all: ProcessedAll): Promise<boolean> {
  if (io.env["GITHUB_ACTIONS"] !== "true") return false;
  const applied = { count: 0 };
  const told = [
    ...all.failed.map(({ id, issueNumber, error }) => {
      return { outcome: "failed", id, issueNumber, by: "", because: messageOf(error) };
    }),
    ...all.processed.flatMap((processed) =>
      outcomesOf(processed).flatMap(({ outcome, id, issueNumber, by = "", because = "" }) => {
        if (outcome === "applied") applied.count++;
        const row = { outcome, id, issueNumber, by, because };
        return outcome === "applied" ? [] : [row];
      }),
    ),
  ];
  if (!options.json) for (const line of warningLines(told)) await output.line(toPrintable(line));
  const path = io.env["GITHUB_STEP_SUMMARY"];
  if (path === undefined || path === "") return true;
  const headline = `${applied.count} changes of ${all.processed.length} objects applied, ${told.length} not`;
  // What is done is done, whether the page shows it or not.
  await addToSummary(path, summaryOf(headline, told)).catch((error: unknown) =>
    logger.warn("the job's summary cannot be written", { error }),
  );
  return true;
}

function toJson({ processed, failed }: ProcessedAll) {
  return {
    processed: processed.map((object) => ({
      id: object.id,
      issueNumber: object.number,
      version: object.version,
      writes: object.writes,
      outcomes: outcomesOf(object),
    })),
    failed: failed.map(({ id, issueNumber, error }) => {
      const told = inCommandWords(error);
      return {
        id,
        issueNumber,
        error: told instanceof HubsteadError ? told.toJSON() : { message: messageOf(error) },
      };
    }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The first failure stands for all. */
function partFailure({ processed, failed }: ProcessedAll): unknown {
  const first = inCommandWords(failed[0]!.error);
  if (!(first instanceof HubsteadError)) return first;
  const all = processed.length + failed.length;
  return new HubsteadError(
    first.code,
    `${failed.length} of ${all} objects were not processed: ${first.message}`,
    {
      hint: `${first.hint ?? ""} The others are done; it is safe to run it again.`.trim(),
      data: { ...first.data, failed: failed.map(({ id, issueNumber }) => ({ id, issueNumber })) },
      cause: first,
    },
  );
}
