/**
 * @module Cuts text into the words that search knows: without case and accents, CJK and other scripts without
 * spaces into single characters, emoji and signs each a word of its own. The same for text and for queries,
 * in every storage. Pure.
 */
import type { Json, JsonObject } from "../base/json.ts";

// A word is written without spaces between words in these scripts, so each character is one.
const single = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]\p{M}*`;
const word = String.raw`(?:(?!${single})[\p{L}\p{N}\p{M}])+`;
// "C++", "F#": signs that end a word belong to a name.
const suffix = String.raw`(?<=[\p{L}\p{N}][+#]*)[+#](?![\p{L}\p{N}])`;
const sign = String.raw`[\p{S}--\p{ASCII}]`;
const token = new RegExp(`${single}|${word}|${suffix}|${sign}`, "gv");
const asciiToken = /[a-z0-9]+|(?<=[a-z0-9][+#]*)[+#](?![a-z0-9])/g;
// Of scripts where they are written or not as one likes: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels.
const accents =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]/g;
const skinTones = /[\u{1f3fb}-\u{1f3ff}\ufe0e\ufe0f\u200d]/gu;
const onlyAscii = /^[\x00-\x7f]*$/;

/** Longer runs of letters are no words: hashes, encoded files. They are found by their beginning. */
const longestWord = 64;

/** The words of a text, in order. Each consists of ASCII letters and digits, or of other characters only. */
export function wordsOf(text: string): string[] {
  const ascii = onlyAscii.test(text);
  const found = ascii ? text.toLowerCase().match(asciiToken) : fold(text).match(token);
  return (found ?? []).map(asIndexed);
}

function fold(text: string): string {
  // Case comes last: "™" is two capitals only after NFKD.
  const folded = text
    .normalize("NFKD")
    .replace(accents, "")
    // "ß" is "SS" in capitals.
    .toUpperCase()
    .toLowerCase()
    .normalize("NFC")
    .replace(skinTones, "");
  // Lower case depends on what follows a capital sigma, which is something else in a query.
  return folded.replaceAll("ς", "σ");
}

/** Full-width signs stand for "+" and "#": folding has turned those of the text into plain ones. */
function asIndexed(found: string): string {
  if (found === "+") return "＋";
  if (found === "#") return "＃";
  return found.length > longestWord ? [...found].slice(0, longestWord).join("") : found;
}

/** Words that must stand side by side, in this order. */
export interface Phrase {
  readonly words: readonly string[];
  /** The last word may go on. */
  readonly prefix: boolean;
}

// The time of a search grows with them much faster than their number. Nobody types so many: of a text that was pasted
// the first ones are searched. An id never has more words than a phrase may have.
const mostPhrases = 64;
const mostWords = 256;

/**
 * Reads what a person typed: words in any order, `"words in this order"`, `begin*`. Anything else is text like any other.
 * The same twice is once.
 */
export function parseSearchText(text: string): Phrase[] {
  const phrases = new Map<string, Phrase>();
  for (const part of text.matchAll(/"([^"]*)"(\*?)|[^\s"]+/gu)) {
    const words = wordsOf(part[1] ?? part[0]).slice(0, mostWords);
    const prefix = part[1] === undefined ? /[\p{L}\p{N}]\*$/u.test(part[0]) : part[2] === "*";
    if (words.length > 0) phrases.set(`${words.join(" ")}${prefix ? "*" : ""}`, { words, prefix });
    if (phrases.size === mostPhrases) break;
  }
  return [...phrases.values()];
}

/** All that search reads of an entity: its id, then the texts and numbers of its data, or of the fields named. */
export function searchableWords(id: string, data: JsonObject, pick?: readonly (Json | undefined)[]): string {
  const words = wordsOf(id);
  for (const value of pick ?? [data]) collectWords(value, words);
  return words.join(" ");
}

function collectWords(value: Json | undefined, words: string[]): void {
  if (typeof value === "string") for (const found of wordsOf(value)) words.push(found);
  else if (typeof value === "number") for (const found of wordsOf(String(value))) words.push(found);
  else if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) collectWords(item, words);
}

/**
 * The part of a text around the longest phrase found, all that was found in it between `**`.
 *
 * @param width characters, about
 * @returns `undefined` where the text has none of the phrases
 */
export function highlightText(text: string, phrases: readonly Phrase[], width = 160): string | undefined {
  const pieces = [...text.matchAll(new RegExp(`${single}|${word}[+#]*|${sign}`, "gv"))];
  const { marked, first } = findPhrases(
    pieces.map((piece) => piece[0]),
    phrases,
  );
  if (first === undefined) return undefined;
  const start = Math.max(0, pieces[first]!.index - Math.floor(width / 3));
  const end = Math.min(text.length, start + width);
  let shown = start > 0 ? "…" : "";
  let at = start;
  for (const number of marked) {
    const { 0: piece, index } = pieces[number]!;
    if (index < at || index >= end) continue;
    const found = piece.slice(0, end - index);
    // Characters of one phrase stand side by side: they are shown as one.
    const goesOn = index === at && shown.endsWith("**");
    shown = goesOn ? `${shown.slice(0, -2)}${found}**` : `${shown}${text.slice(at, index)}**${found}**`;
    at = index + found.length;
  }
  return (shown + text.slice(at, end) + (end < text.length ? "…" : "")).replace(/\s+/gu, " ").toWellFormed();
}

/** @returns the numbers of the pieces that belong to a phrase, in order, and the first one of the longest phrase */
function findPhrases(
  pieces: readonly string[],
  phrases: readonly Phrase[],
): { marked: readonly number[]; first: number | undefined } {
  const words = pieces.flatMap((piece, number) => wordsOf(piece).map((found) => ({ found, number })));
  const marked = new Set<number>();
  let first: number | undefined;
  let longest = 0;
  for (const { words: wanted, prefix } of phrases) {
    const last = wanted.length - 1;
    for (let from = 0; from + last < words.length; from++) {
      const isHere = wanted.every((want, index) => {
        const { found } = words[from + index]!;
        return prefix && index === last ? found.startsWith(want) : found === want;
      });
      if (!isHere) continue;
      for (const { number } of words.slice(from, from + wanted.length)) marked.add(number);
      if (wanted.length <= longest) continue;
      longest = wanted.length;
      first = words[from]!.number;
    }
  }
  return { marked: [...marked].sort((a, b) => a - b), first };
}
