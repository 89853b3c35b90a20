/** @module The results as Markdown, for the terminal and for the README alike. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Comparison, Measured } from "./compare.ts";
import type { Description } from "./engine-client.ts";
import type { JobResult } from "./extras/github-client.ts";
import type { IssueCost } from "./extras/issue-costs.ts";
import type { LimitResult } from "./extras/limit.ts";
import { judge } from "./goals.ts";
import { floorName, oursName } from "./options.ts";

const readme = new URL("./README.md", import.meta.url);
const begin = "<!-- results: begin -->";
const end = "<!-- results: end -->";

const labels: Readonly<Record<Measured, string>> = {
  create: "durable single create",
  update: "durable single update",
  put: "durable single put",
  import: "bulk import, entities",
  importAndIndex: "bulk import until searchable, entities",
  get: "get",
  list50: "list of 50 by type and status, newest first",
  searchRare: "search, rare word, top 20",
  searchCommonNewest: "search, common word, newest 20",
  history: "history of one entity",
};

export function comparisonToMarkdown(comparison: Comparison): string {
  const peers = [...comparison.descriptionsByEngine].filter(
    ([name]) => name !== floorName && name !== oursName,
  );
  const peerTitles = peers.map(([, peer]) => peerTitle(peer));
  const header = ["operations per second", "floor", "ours", "ours/floor", "goal", "", ...peerTitles];
  const rows = (Object.keys(labels) as Measured[]).map((measured) => {
    const { goal, share, misses } = judge(measured, comparison);
    return [
      labels[measured],
      formatRate(comparison.rate(measured, floorName)),
      formatRate(comparison.rate(measured, oursName)),
      share === undefined ? "–" : share.toFixed(2),
      goal,
      misses === undefined ? "" : verdict(misses),
      ...peers.map(([name]) => formatRate(comparison.rate(measured, name))),
    ];
  });
  return `### ${comparison.title}\n\n${table(header, rows)}`;
}

export function limitsToMarkdown(results: readonly LimitResult[]): string {
  const rows = results.map(({ what, measured, goal, missed }) => {
    return [what, measured, goal, goal === "" ? "" : verdict(missed ? ["above the limit"] : [])];
  });
  return `### Limits\n\n${table(["", "ours", "goal", ""], rows)}`;
}

/** What every column means: the engines and their settings. */
export function settingsToMarkdown(comparison: Comparison): string {
  const rows = [...comparison.descriptionsByEngine.values()].map(({ label, setting }) => [label, setting]);
  return `### Settings\n\n${table(["engine", "durability of an awaited write"], rows)}`;
}

export function missesOf(comparison: Comparison): string[] {
  return (Object.keys(labels) as Measured[]).flatMap((measured) => {
    const misses = judge(measured, comparison).misses ?? [];
    return misses.map((miss) => `${comparison.title}: ${labels[measured]}: ${miss}`);
  });
}

export function writeResults(markdown: string): void {
  const text = readFileSync(readme, "utf8");
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`bench/README.md lost its "${begin}" marks`);
  writeFileSync(readme, `${before}${begin}\n\n${markdown}\n\n${end}${after}`);
}

function peerTitle({ label, durable, judged }: Description): string {
  if (!durable) return `${label} (not durable)`;
  return judged ? label : `${label} (not judged)`;
}

function verdict(misses: readonly string[]): string {
  return misses.length === 0 ? "pass" : `**FAIL**: ${misses.join(", ")}`;
}

function formatRate(rate: number | undefined): string {
  return rate === undefined ? "–" : Number(rate.toPrecision(3)).toLocaleString("en");
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const ruler = header.map((_, column) => (rows.every((row) => isNumber(row[column])) ? "---:" : "---"));
  return [line(header), line(ruler), ...rows.map(line)].join("\n");
}

function isNumber(cell: string | undefined): boolean {
  return cell !== undefined && /^(–|[\d.,]+)$/.test(cell);
}

/** The same job by each client. */
export function jobToMarkdown(size: number, results: readonly JobResult[]): string {
  const rows = results.map(({ client, seconds, sent, counted, refused, failed }) => [
    client,
    `${seconds.toFixed(0)} s`,
    ...[sent, counted, refused, failed].map((figure) => figure.toLocaleString("en-US")),
  ]);
  const title = `### A job of ${size.toLocaleString("en-US")} requests: reads of 200 issues again and again, each hundredth a comment`;
  return `${title}\n\n${table(["", "time", "sent", "counted by GitHub", "refused for a limit", "failed"], rows)}`;
}

/** Requests for objects in issues. */
export function issueCostsToMarkdown(costs: readonly IssueCost[]): string {
  const rows = costs.map(({ operation, ours, counted, limit, npmClient, ghStore, missed }) => [
    operation,
    counted === ours ? `${ours}` : `${ours}, ${counted === 0 ? "none" : counted} of them counted by GitHub`,
    `${limit}`,
    verdict(missed ? ["above the limit"] : []),
    npmClient ?? "–",
    ghStore,
  ]);
  const header = [
    "requests for",
    "ours, counted in this run",
    "at most",
    "",
    "gh-store's npm client, counted in this run",
    "gh-store, as its format's description tells",
  ];
  return `### Objects in issues\n\n${table(header, rows)}`;
}
