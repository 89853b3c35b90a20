/**
 * @module Where the words of a search stand in what was found, for those who ask for it by media type.
 *
 * @see https://docs.github.com/rest/search/search#text-match-metadata
 */
import type { Call } from "./operation.ts";
import { searchedWords } from "./search-query.ts";

export interface Searched {
  readonly url: string;
  /** GitHub's name of what it is: `Issue`. */
  readonly type: string;
  /** Its texts by the names of the fields that hold them. */
  readonly texts: Readonly<Record<string, string | null>>;
}

/** So much is shown of a long text, around the first place. */
const mostBefore = 60;
const mostLength = 240;

/** @returns the field to be added; nothing where nobody asks for it */
export function textMatches({ headers, query }: Call, { url, type, texts }: Searched) {
  if (!/application\/vnd\.github\.(?:v3\.)?text-match\b/u.test(headers.get("accept") ?? "")) return {};
  const patterns = searchedWords(query["q"]).flatMap((words) => patternOf(words) ?? []);
  return {
    text_matches: Object.entries(texts).flatMap(([property, text]) => {
      const found = fragmentOf(text ?? "", patterns);
      return found === undefined ? [] : [{ object_url: url, object_type: type, property, ...found }];
    }),
  };
}

/** Words as searches see them: whatever stands between them, and whatever their case. */
function patternOf(words: string): RegExp | undefined {
  const parts = words.match(/[\p{L}\p{N}_]+/gu);
  if (parts === null) return undefined;
  return new RegExp(`(?<![\\p{L}\\p{N}_])${parts.join("[^\\p{L}\\p{N}_]+")}(?![\\p{L}\\p{N}_])`, "giu");
}

function fragmentOf(text: string, patterns: readonly RegExp[]) {
  const starts = patterns.map((pattern) => text.search(pattern)).filter((at) => at !== -1);
  if (starts.length === 0) return undefined;
  const from = Math.max(0, Math.min(...starts) - mostBefore);
  const fragment = text.slice(from, from + mostLength);
  const matches = patterns
    .flatMap((pattern) => [...fragment.matchAll(pattern)])
    .map(({ 0: match, index }) => ({ text: match, indices: [index, index + match.length] }))
    .sort((a, b) => a.indices[0]! - b.indices[0]!);
  return { fragment, matches };
}
