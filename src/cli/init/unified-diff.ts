/**
 * @module What changes in a small file, as `diff -u` shows it. Pure.
 */

/** How many lines around a change are shown. */
const context = 3;

interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/**
 * @param before `undefined` for a file that is not there yet
 * @returns empty where nothing changes
 */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return "";
  const lines = compareLines(linesOf(before ?? ""), linesOf(after));
  const from = before === undefined ? "/dev/null" : `a/${path}`;
  const hunks = hunksOf(lines).map(([start, end]) => showHunk(lines, start, end));
  return `--- ${from}\n+++ b/${path}\n${hunks.join("")}`;
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/u, "").split("\n");
}

/** By the longest common subsequence: files of a few hundred lines. */
function compareLines(old: readonly string[], young: readonly string[]): readonly Line[] {
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(young.length + 1));
  for (let at = old.length - 1; at >= 0; at--)
    for (let to = young.length - 1; to >= 0; to--)
      common[at]![to] =
        old[at] === young[to]
          ? common[at + 1]![to + 1]! + 1
          : Math.max(common[at + 1]![to]!, common[at]![to + 1]!);
  const lines: Line[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < young.length) {
    if (at < old.length && to < young.length && old[at] === young[to]) {
      lines.push({ sign: " ", text: old[at++]! });
      to++;
    } else if (to === young.length || (at < old.length && common[at + 1]![to]! >= common[at]![to + 1]!))
      lines.push({ sign: "-", text: old[at++]! });
    else lines.push({ sign: "+", text: young[to++]! });
  }
  return lines;
}

/** From where to where changes and what is around them reach. */
function hunksOf(lines: readonly Line[]): readonly (readonly [number, number])[] {
  const hunks: [number, number][] = [];
  for (const [index, { sign }] of lines.entries()) {
    if (sign === " ") continue;
    const [start, end] = [Math.max(0, index - context), Math.min(lines.length, index + context + 1)];
    const last = hunks.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = end;
    else hunks.push([start, end]);
  }
  return hunks;
}

function showHunk(lines: readonly Line[], start: number, end: number): string {
  const count = (part: readonly Line[], but: Line["sign"]) => part.filter(({ sign }) => sign !== but).length;
  const range = (but: Line["sign"]) => {
    const length = count(lines.slice(start, end), but);
    const first = count(lines.slice(0, start), but) + (length === 0 ? 0 : 1);
    return `${first},${length}`;
  };
  const shown = lines.slice(start, end).map(({ sign, text }) => `${sign}${text}\n`);
  return `@@ -${range("+")} +${range("-")} @@\n${shown.join("")}`;
}
