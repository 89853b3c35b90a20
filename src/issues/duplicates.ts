/**
 * @module Issues of one id, as writers make them who do not look first: the lowest number is the object. What was said in the others is
 * carried over; then they are deprecated, as gh-store does it, and stay to be looked at.
 */
import { mustFindLive, type StoreParts } from "./aliases.ts";
import { asHeir, type CarryParts, carryOver } from "./carry-over.ts";
import { findIssues, liveById, type SameId } from "./find-object.ts";
import { readIssue } from "./issue-record.ts";
import { listIssues } from "./list-objects.ts";
import { deprecationLabels } from "./object-life.ts";
import { readObject } from "./object-state.ts";
import { relabel } from "./relabel.ts";
import type { Account, Trust } from "./trust.ts";

export interface Duplicates {
  readonly id: string;
  /** The object's own first. */
  readonly issueNumbers: readonly number[];
}

export interface Deduplicated {
  readonly id: string;
  /** The number of the object's issue. */
  readonly kept: number;
  readonly deprecated: readonly number[];
}

export async function findDuplicates(parts: StoreParts): Promise<readonly Duplicates[]> {
  return duplicatesAmong(liveById((await listIssues(parts.api, parts.place, parts.names)).issues));
}

function duplicatesAmong(live: ReadonlyMap<string, SameId>): readonly Duplicates[] {
  return [...live].flatMap(([id, { object, duplicates }]) =>
    duplicates.length === 0
      ? []
      : [{ id, issueNumbers: [object, ...duplicates].map(({ issue }) => issue.number) }],
  );
}

export interface DeduplicateParts extends StoreParts {
  /** @param reader whose token it is */
  readonly trustFor: (reader: Account) => Trust;
  readonly process: (issueNumber: number) => Promise<unknown>;
  readonly signer?: CarryParts["signer"];
}

/**
 * Each change counts once, however often this is run, and wherever it ends. What the objects were made of fills what the lowest one
 * has not; changes that were made to them later apply.
 *
 * @param id `undefined` for all
 * @throws {HubsteadError} `not_found` for an object that there is not
 */
export async function deduplicate(
  id: string | undefined,
  parts: DeduplicateParts,
): Promise<readonly Deduplicated[]> {
  const done: Deduplicated[] = [];
  for (const found of await duplicatesOf(id, parts)) {
    const [kept, ...others] = found.issueNumbers as [number, ...number[]];
    for (const number of others) await mergeInto(kept, { number, id: found.id }, parts);
    await parts.process(kept);
    done.push({ id: found.id, kept, deprecated: others });
  }
  return done;
}

async function duplicatesOf(id: string | undefined, parts: StoreParts): Promise<readonly Duplicates[]> {
  if (id === undefined) return findDuplicates(parts);
  await mustFindLive(id, parts);
  return duplicatesAmong(liveById((await findIssues(parts.api, parts.place, id, parts.names)).issues));
}

/** Deprecated last: until then it is found again. */
async function mergeInto(
  kept: number,
  { number, id }: { readonly number: number; readonly id: string },
  { api, place, names, trustFor, process, signer }: DeduplicateParts,
): Promise<void> {
  const issue = await readIssue(api, { ...place, number });
  const parts: CarryParts = { api, place, names, trust: trustFor(issue.reader), signer };
  const state = await readObject(issue, parts.trust, names, "start");
  // Of one that nobody has opened who may, nothing counts.
  if (!("because" in state)) {
    await process(number);
    const here = await readIssue(api, { ...place, number });
    const now = await readObject(here, parts.trust, names, "start");
    const heir = await asHeir(await readIssue(api, { ...place, number: kept }), number, parts);
    if (!("because" in now)) await carryOver(here, now, heir, { ...parts, fills: true });
  }
  await relabel(api, { ...place, number }, { add: deprecationLabels(id, kept, names), remove: [names.base] });
  // What was said there meanwhile.
  if (!("because" in state)) await process(number);
}
