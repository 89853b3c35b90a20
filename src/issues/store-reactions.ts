/**
 * @module Reactions by which people and gh-store see what became of a comment. Which they are may be set; the truth is the fold.
 */
import { nearestName } from "../config/nearest-name.ts";
import { invalidInput } from "../errors.ts";

/** As the REST API writes them, and GraphQL. @see https://docs.github.com/rest/reactions/reactions#about-reactions */
const reactionContents = {
  "+1": "THUMBS_UP",
  "-1": "THUMBS_DOWN",
  laugh: "LAUGH",
  confused: "CONFUSED",
  heart: "HEART",
  hooray: "HOORAY",
  rocket: "ROCKET",
  eyes: "EYES",
} as const;

export type ReactionName = keyof typeof reactionContents;
const reactionNames = Object.keys(reactionContents) as readonly ReactionName[];

export interface StoreReactions {
  /** On an update that was applied. */
  readonly processed: ReactionName;
  /** On an update that could be none, or is not theirs to make who wrote it. */
  readonly refused: ReactionName;
  /** On initial states, which costs a request each. gh-store sets `rocket`, and reads none. Absent: none is set. */
  readonly initialState?: ReactionName;
}

const usualReactions: StoreReactions = { processed: "+1", refused: "confused" };

/** For GraphQL. */
export function contentOf(name: ReactionName): string {
  return reactionContents[name];
}

/** @throws {HubsteadError} `invalid_input` with `data.path` for what GitHub has no reaction for */
export function checkReactions(given: Partial<StoreReactions>): StoreReactions {
  for (const name of ["processed", "refused", "initialState"] as const) {
    const value: unknown = given[name];
    if (value === undefined || reactionNames.includes(value as ReactionName)) continue;
    throw noReaction(value, `reactions.${name}`);
  }
  const { processed = usualReactions.processed, initialState } = given;
  // One sign for both would say nothing, and hold updates back from gh-store.
  const { refused = processed === usualReactions.refused ? "-1" : usualReactions.refused } = given;
  if (refused === processed)
    throw invalidInput(
      `what was applied and what was refused would both be marked with ${processed}`,
      "Give them different reactions.",
      { path: "reactions.refused" },
    );
  return { processed, refused, ...(initialState === undefined ? {} : { initialState }) };
}

function noReaction(value: unknown, path: string) {
  const meant = nearestName(String(value), reactionNames);
  return invalidInput(
    `GitHub has no reaction ${JSON.stringify(value)}`,
    meant === undefined ? `Use one of ${reactionNames.join(", ")}.` : `Did you mean "${meant}"?`,
    { path },
  );
}
