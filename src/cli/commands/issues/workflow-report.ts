/**
 * @module What a job of GitHub Actions is told: a table in its summary, and warnings. What strangers have written goes through here,
 * and must be neither Markdown nor a command to the runner.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
import { appendFile } from "node:fs/promises";

export interface ReportRow {
  readonly outcome: string;
  readonly id: string;
  readonly issueNumber: number;
  readonly by: string;
  readonly because: string;
}

// A summary holds 1 MiB, and nobody reads more.
const mostRows = 500;
// GitHub shows ten of a step; more only fill the log.
const mostWarnings = 10;
const longestCell = 300;

/** As one line of the log: a warning that the page of the run shows. */
export function warningLines(rows: readonly ReportRow[]): readonly string[] {
  const lines = rows.slice(0, mostWarnings).map(({ outcome, id, issueNumber, by, because }) => {
    const whose = by === "" ? "" : ` of ${by}`;
    return `::warning title=hubstead::${escapeData(`${id} (issue ${issueNumber}): ${outcome}${whose}, because ${because}`)}`;
  });
  const more = rows.length - lines.length;
  return more <= 0 ? lines : [...lines, `::warning title=hubstead::and ${more} more: see the summary`];
}

/** As the runner reads it back. @see https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** The runner obeys `##[…]` wherever it stands in a line, and `::…` at its beginning. */
export function withoutCommands(text: string): string {
  return text.replaceAll("##[", "# #[").replace(/^(\s*):(?=:)/u, "$1: ");
}

/** Markdown: a headline and a table. */
export function summaryOf(headline: string, rows: readonly ReportRow[]): string {
  const lines = rows
    .slice(0, mostRows)
    .map(
      ({ outcome, id, issueNumber, by, because }) =>
        `| ${[outcome, id, `#${issueNumber}`, by, because].map(toCell).join(" | ")} |`,
    );
  const head =
    rows.length === 0
      ? []
      : ["| outcome | object | issue | by | because |", "| --- | --- | --- | --- | --- |"];
  const more = rows.length - lines.length;
  return [
    `### ${toCell(headline)}`,
    "",
    ...head,
    ...lines,
    ...(more > 0 ? ["", `and ${more} more`] : []),
    "",
    "",
  ].join("\n");
}

/** Letters and digits stay; all that could be Markdown, HTML, a link or a mention is written by its number. */
function toCell(text: string): string {
  const short = text.length > longestCell ? `${text.slice(0, longestCell)}…` : text;
  return short
    .toWellFormed()
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/[^\p{L}\p{N} …-]/gu, (sign) => `&#${sign.codePointAt(0)};`);
}

/** @param path what GITHUB_STEP_SUMMARY names */
export async function addToSummary(path: string, markdown: string): Promise<void> {
  await appendFile(path, markdown);
}
