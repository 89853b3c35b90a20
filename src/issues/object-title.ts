/**
 * @module Which object an issue is, by its title and its labels.
 */
import type { IssueRecord } from "./issue-record.ts";
import { ghStoreLabels } from "./store-labels.ts";
import type { Trust } from "./trust.ts";
import { isLabelOf } from "./wire/object-label.ts";
import { readTitle, type Title } from "./wire/title.ts";

/** What a title says that fits a label; the label alone, where the title says something of its own. */
export function titleOf(
  { title, labels }: Pick<IssueRecord, "title" | "labels">,
  prefix: string,
): Title | undefined {
  return fitting(title, labels, prefix) ?? titleFromLabel(labels, prefix);
}

function titleFromLabel(labels: readonly string[], prefix: string): Title | undefined {
  const [label] = labelsOf(labels, prefix);
  return label === undefined ? undefined : { id: label.slice(prefix.length) };
}

function labelsOf(labels: readonly string[], prefix: string): readonly string[] {
  const lower = prefix.toLowerCase();
  return labels.filter((name) => name.toLowerCase().startsWith(lower));
}

function fitting(title: string, labels: readonly string[], prefix: string): Title | undefined {
  // Until 0.2 the id itself was the label.
  const isBare = labels.includes(ghStoreLabels.base) && labelsOf(labels, prefix).length === 0;
  return readTitle(title).find(({ id }) =>
    labels.some((label) => isLabelOf(label, prefix, id) || (isBare && label === id)),
  );
}

/** The newest title of somebody who may write: the author of an issue may rename it without that. */
export async function trustedTitleOf(
  { title, author, renames, labels }: IssueRecord,
  prefix: string,
  trust: Trust,
): Promise<Title | undefined> {
  // Before the oldest rename that is known; its author's where that is the first one.
  const first = { title: renames[0]?.from ?? title, by: renames.length < mostRenames ? author : undefined };
  for (const { title: text, by } of [...renames.toReversed(), first]) {
    const found = fitting(text, labels, prefix);
    if (found !== undefined && (await trust.verdictOn(by)).may) return found;
  }
  return titleFromLabel(labels, prefix);
}

// As many as are read.
const mostRenames = 100;
