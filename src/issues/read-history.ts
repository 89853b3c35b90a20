/**
 * @module The whole history of an object, through all the issues that it was in.
 */
import { HubsteadError } from "../errors.ts";
import type { StoreParts } from "./aliases.ts";
import { readIssue } from "./issue-record.ts";
import { type HistoryEntry, joinHistories, toHistory } from "./object-history.ts";
import { readObject } from "./object-state.ts";
import type { Account, Trust } from "./trust.ts";

export interface HistoryParts extends StoreParts {
  /** @param reader whose token it is */
  readonly trustFor: (reader: Account) => Trust;
}

/**
 * One request for each hundred comments.
 *
 * @throws {HubsteadError} `forbidden` where nobody has opened the issue who may write
 */
export async function readHistory(number: number, parts: HistoryParts): Promise<readonly HistoryEntry[]> {
  return (await placedHistory(number, parts)).map(({ entry }) => entry);
}

async function placedHistory(number: number, parts: HistoryParts): Promise<ReturnType<typeof toHistory>> {
  const { api, place, names, trustFor } = parts;
  const issue = await readIssue(api, { ...place, number });
  const state = await readObject(issue, trustFor(issue.reader), names, "start");
  if ("because" in state)
    throw new HubsteadError("forbidden", `issue ${number} has no history, because ${state.because}`, {
      hint: "Look at the issue: who opened it may not write here.",
      data: { issueNumber: number },
    });
  const history = toHistory(issue, state, names.uidPrefix);
  const { continues } = state.base;
  // One that goes on with a later one nobody but a forger has made.
  if (continues === undefined || continues.issue >= number) return history;
  return joinHistories(await placedHistory(continues.issue, parts), continues.comment, history);
}
