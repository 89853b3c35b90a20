/**
 * @module Which files differ between two trees. Renamed files show as one removed and one added.
 */
import type { GitRepository } from "./git-store.ts";
import { modeToKind, type TreeEntry } from "./objects.ts";
import { readTree } from "./revisions.ts";

export interface FileDifference {
  readonly path: string;
  /** Absent for a file that is new. */
  readonly before: TreeEntry | undefined;
  /** Absent for a file that is gone. */
  readonly after: TreeEntry | undefined;
}

const mostFiles = 3_000; // GitHub: a commit shows no more
/** A few small trees that name one another can have more entries below them than there is time to read. */
const mostEntries = 300_000;

/** The first 3,000, in order of their paths. @param before, after ids of trees; `undefined` for nothing */
export function diffTrees(
  git: GitRepository,
  before: string | undefined,
  after: string | undefined,
): FileDifference[] {
  const found: FileDifference[] = [];
  const waiting: FileDifference[] = [{ path: "", before: rootOf(before), after: rootOf(after) }];
  let entries = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.length === mostFiles || entries > mostEntries) break;
    if (isTree(next)) {
      const left = entriesOf(git, next.before);
      const right = entriesOf(git, next.after);
      entries += left.size + right.size;
      for (const difference of differencesOf(left, right, next.path)) waiting.push(difference);
    } else found.push(next);
  }
  return found;
}

function rootOf(oid: string | undefined): TreeEntry | undefined {
  return oid === undefined ? undefined : { mode: "040000", name: "", oid };
}

/** Either both sides are, or none. */
function isTree({ before, after }: FileDifference): boolean {
  return [before, after].some((entry) => entry !== undefined && modeToKind(entry.mode) === "tree");
}

/** By name, with a slash for trees: so they stand where the paths of their files do. */
function entriesOf(git: GitRepository, tree: TreeEntry | undefined): ReadonlyMap<string, TreeEntry> {
  const entries = readTree(git, tree?.oid);
  return new Map(
    entries.map((entry) => [modeToKind(entry.mode) === "tree" ? `${entry.name}/` : entry.name, entry]),
  );
}

/** The last one first. */
function differencesOf(
  left: ReadonlyMap<string, TreeEntry>,
  right: ReadonlyMap<string, TreeEntry>,
  above: string,
): FileDifference[] {
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort().reverse();
  return keys.flatMap((key) => {
    const [before, after] = [left.get(key), right.get(key)];
    const isSame = before?.oid === after?.oid && before?.mode === after?.mode;
    return isSame ? [] : [{ path: above + key, before, after }];
  });
}
