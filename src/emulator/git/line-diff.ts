/**
 * @module Which lines differ between two texts: the shortest way from one to the other. Pure.
 *
 * @see Myers, An O(ND) Difference Algorithm and Its Variations, 1986
 */
export interface LineDiff {
  readonly additions: number;
  readonly deletions: number;
  /** Hunks as `git diff` prints them, without the lines that name the files. */
  readonly patch: string;
}

interface Line {
  readonly sign: " " | "+" | "-";
  readonly text: string;
}

/** Beyond so many differences the search stops, and all that is between the common ends counts as replaced. */
const mostEdits = 2_000;
const contextLines = 3;

export function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8_000).includes(0); // as git does it
}

export function diffLines(before: string, after: string): LineDiff {
  const lines = editsBetween(splitLines(before), splitLines(after));
  const count = (sign: Line["sign"]) => lines.filter((line) => line.sign === sign).length;
  return { additions: count("+"), deletions: count("-"), patch: hunksOf(lines) };
}

/** With their ends, so that a missing newline is a difference. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

function editsBetween(a: readonly string[], b: readonly string[]): Line[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end++;
  }
  const same = (texts: readonly string[]) => texts.map((text): Line => ({ sign: " ", text }));
  return [
    ...same(a.slice(0, start)),
    ...shortestEdits(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ];
}

function shortestEdits(a: readonly string[], b: readonly string[]): Line[] {
  const trace = searchEdits(a, b);
  if (trace === undefined) {
    return [...a.map((text): Line => ({ sign: "-", text })), ...b.map((text): Line => ({ sign: "+", text }))];
  }
  const lines: Line[] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reach = trace[edits]!;
    const k = x - y;
    const isDown = k === -edits || (k !== edits && at(reach, edits, k - 1) < at(reach, edits, k + 1));
    const fromX = edits === 0 ? 0 : at(reach, edits, isDown ? k + 1 : k - 1);
    const fromY = edits === 0 ? 0 : fromX - (isDown ? k + 1 : k - 1);
    const startX = edits === 0 ? 0 : isDown ? fromX : fromX + 1;
    while (x > startX) {
      lines.push({ sign: " ", text: a[x - 1]! });
      x--;
    }
    if (edits > 0) lines.push(isDown ? { sign: "+", text: b[fromY]! } : { sign: "-", text: a[fromX]! });
    x = fromX;
    y = fromY;
  }
  return lines.reverse();
}

/** @returns for each number of edits how far the diagonals reached before it; `undefined` where they were too many */
function searchEdits(a: readonly string[], b: readonly string[]): Int32Array[] | undefined {
  const trace: Int32Array[] = [];
  let before = new Int32Array(3);
  for (let edits = 0; edits <= Math.min(a.length + b.length, mostEdits); edits++) {
    trace.push(before);
    const reach = new Int32Array(2 * edits + 5);
    for (let k = -edits; k <= edits; k += 2) {
      const isDown = k === -edits || (k !== edits && at(before, edits, k - 1) < at(before, edits, k + 1));
      let x = edits === 0 ? 0 : isDown ? at(before, edits, k + 1) : at(before, edits, k - 1) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      reach[k + edits + 2] = x;
      if (x >= a.length && y >= b.length) return trace;
    }
    before = reach;
  }
  return undefined;
}

/** @param edits of the round that looks: its array was filled in the round before */
function at(reach: Int32Array, edits: number, k: number): number {
  return reach[k + edits + 1]!;
}

function hunksOf(lines: readonly Line[]): string {
  const changed = lines.flatMap(({ sign }, index) => (sign === " " ? [] : [index]));
  const hunks: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    const from = Math.max(0, index - contextLines);
    const to = Math.min(lines.length, index + contextLines + 1);
    if (last !== undefined && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  let position = 0;
  let oldLine = 1;
  let newLine = 1;
  return hunks
    .map(({ from, to }) => {
      for (; position < from; position++) {
        oldLine++;
        newLine++;
      }
      const part = lines.slice(from, to);
      const olds = part.filter(({ sign }) => sign !== "+").length;
      const news = part.filter(({ sign }) => sign !== "-").length;
      const head = `@@ -${span(oldLine, olds)} +${span(newLine, news)} @@`;
      position = to;
      oldLine += olds;
      newLine += news;
      return [head, ...part.map(formatLine)].join("\n");
    })
    .join("\n");
}

function span(line: number, count: number): string {
  if (count === 0) return `${line - 1},0`;
  return count === 1 ? String(line) : `${line},${count}`;
}

function formatLine({ sign, text }: Line): string {
  return text.endsWith("\n") ? `${sign}${text.slice(0, -1)}` : `${sign}${text}\n\\ No newline at end of file`;
}
