/**
 * @module Patterns of names. Whatever the pattern is, matching takes time that grows with the product of both lengths: all
 * places of the pattern at which one can be are followed at once. Pure.
 *
 * No library does this: to minimatch and picomatch `?` is one character and `+` a character, or the beginning of
 * `+(…)`, where the filters of Actions repeat the character before; and neither knows the `File.fnmatch` of rulesets.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
type Takes = (char: string) => boolean;

/** A place in a pattern, and which ones one reaches from there, by their distance. */
interface Place {
  /** Without a character. */
  readonly skips: readonly number[];
  readonly steps: readonly (readonly [takes: Takes, distance: number])[];
}

export type Glob = readonly Place[];

export function matchesGlob(glob: Glob, text: string): boolean {
  let here = reachedFrom(glob, [0]);
  for (const char of text) {
    const next = [...here].flatMap((at) =>
      (glob[at]?.steps ?? []).flatMap(([takes, distance]) => (takes(char) ? [at + distance] : [])),
    );
    here = reachedFrom(glob, next);
  }
  return here.has(glob.length);
}

function reachedFrom(glob: Glob, places: readonly number[]): ReadonlySet<number> {
  const found = new Set(places);
  // What is added on the way is visited, too.
  for (const at of found) {
    for (const distance of glob[at]?.skips ?? []) found.add(at + distance);
  }
  return found;
}

const isAny: Takes = () => true;
const isSlash: Takes = (char) => char === "/";

export const isNoSlash: Takes = (char) => char !== "/";

/** One character. */
export function one(takes: Takes): Glob {
  return [{ skips: [], steps: [[takes, 1]] }];
}

/** One character, or none. */
export function optional(takes: Takes): Glob {
  return [{ skips: [1], steps: [[takes, 1]] }];
}

/** One character or several. */
export function several(takes: Takes): Glob {
  return [
    {
      skips: [],
      steps: [
        [takes, 0],
        [takes, 1],
      ],
    },
  ];
}

/** Part of a name between slashes, or nothing. */
export const star: Glob = [{ skips: [1], steps: [[isNoSlash, 0]] }];

/** Anything, slashes too. */
export const anything: Glob = [{ skips: [1], steps: [[isAny, 0]] }];

/** Any folders, each with its slash, or none. */
export const folders: Glob = [
  { skips: [1, 2], steps: [] },
  {
    skips: [],
    steps: [
      [isAny, 0],
      [isSlash, 1],
    ],
  },
];
