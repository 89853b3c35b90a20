/**
 * @module What somebody searches for: words, and qualifiers as `label:bug`. Pure.
 *
 * @see https://docs.github.com/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax
 */
import { Refusal } from "../http/refusal.ts";
import { parseTime } from "../parse-time.ts";

export interface SearchTerm {
  /** In lower case; `undefined` for words. */
  readonly key: string | undefined;
  /** Without its quotes. */
  readonly value: string;
  readonly isNegated: boolean;
}

const mostLength = 256;
const mostOperators = 5;

/**
 * @param known the qualifiers that are understood
 * @throws {Refusal} 422 for none, or too long a one; 501 for what GitHub understands and the emulator does not
 */
export function parseSearch(query: string | undefined, known: readonly string[]): SearchTerm[] {
  if (query === undefined || query.trim() === "") throw searchRefusal(undefined, "missing");
  if (query.length > mostLength)
    throw searchRefusal(`The search is longer than ${mostLength} characters.`, "invalid");
  const operators = query.replaceAll(/"[^"]*"?/gu, "").match(/(?<!\S)(?:AND|OR|NOT)(?!\S)/gu) ?? [];
  if (operators.length > mostOperators)
    throw searchRefusal("More than five AND / OR / NOT operators were used.", "invalid");
  const terms: SearchTerm[] = [];
  let isNext = false;
  for (const [, dash = "", key, quoted, bare = ""] of query.matchAll(
    /(-?)(?:([\w-]+):)?(?:"([^"]*)"?|([^\s"]+))/gu,
  )) {
    const value = quoted ?? bare;
    if (key === undefined && quoted === undefined && dash === "") {
      if (value === "NOT") isNext = true;
      if (value === "NOT" || value === "AND") continue;
      if (value === "OR" || /^[()]/u.test(value)) throw notServed(value);
    }
    const isNegated = isNext || dash === "-";
    isNext = false;
    terms.push(termOf(key?.toLowerCase(), value, isNegated, known));
  }
  return terms;
}

const orderPattern = /(?<=^|\s)sort:([\w+-]+?)(?:-(asc|desc))?(?=\s|$)/iu;

/** The order may stand in what is searched for, `sort:updated-asc`; beside a parameter for it it counts for nothing. */
export function withOrder(query: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { q = "" } = query;
  const [, sort, order = "desc"] = orderPattern.exec(q) ?? [];
  if (sort === undefined) return query;
  const rest = { ...query, q: q.replace(orderPattern, "") };
  if (query["sort"] !== undefined) return rest;
  return { ...rest, sort: sort.toLowerCase(), order: order.toLowerCase() };
}

/** What is searched for as words, and not left out; of a search that was parsed before. */
export function searchedWords(query = ""): readonly string[] {
  const keys = [...query.matchAll(/([\w-]+):/gu)].map(([, key = ""]) => key.toLowerCase());
  return parseSearch(query, keys).flatMap(({ key, value, isNegated }) =>
    key === undefined && !isNegated ? [value] : [],
  );
}

/** Qualifiers of GitHub's that would be left out of account if they were taken for words. */
const unserved = new Set(
  "team team-review-requested review language status merged linked project interactions reactions followers location size stars forks topics license mirror template good-first-issues help-wanted-issues fullname sponsorable is-sponsorable reason sort parent-issue".split(
    " ",
  ),
);

function termOf(
  key: string | undefined,
  value: string,
  isNegated: boolean,
  known: readonly string[],
): SearchTerm {
  if (key === undefined || known.includes(key)) return { key, value, isNegated };
  if (unserved.has(key)) throw notServed(`${key}:`);
  // GitHub takes what it does not know for words.
  return { key: undefined, value: `${key} ${value}`, isNegated };
}

function notServed(what: string): Refusal {
  return new Refusal(501, `The emulator does not serve ${what} in searches`);
}

export function searchRefusal(message: string | undefined, code: "missing" | "invalid"): Refusal {
  return new Refusal(422, "Validation Failed", [
    { ...(message === undefined ? {} : { message }), resource: "Search", field: "q", code },
  ]);
}

/** Texts as a search sees them: words without regard to case, with a space before and after each. */
function wordsOf(text: string): string {
  return ` ${(text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).join(" ")} `;
}

/** Whether the words stand in the text, next to each other. */
export function hasWords(text: string, words: string): boolean {
  const wanted = wordsOf(words);
  return wanted.trim() === "" || wordsOf(text).includes(wanted);
}

/**
 * `>=2020-01-01`, `2020-01-01..2020-02-01`, `*..2020-02-01`, `2020-01-01`. A date without a time is its whole day.
 *
 * @throws {Refusal} 422
 */
export function timeTest(value: string): (time: number | null) => boolean {
  return rangeTest(value, (text) => {
    const start = parseTime(text);
    if (start === undefined)
      throw searchRefusal(`${JSON.stringify(text)} is not a recognized date/time format.`, "invalid");
    return { start, end: start + (text.includes("T") ? 1_000 : 86_400_000) };
  });
}

/** `>5`, `1..5`, `7`. @throws {Refusal} 422 */
export function countTest(value: string): (count: number | null) => boolean {
  return rangeTest(value, (text) => {
    if (!/^\d{1,15}$/u.test(text)) throw searchRefusal(`${JSON.stringify(text)} is not a number.`, "invalid");
    return { start: Number(text), end: Number(text) + 1 };
  });
}

interface Span {
  readonly start: number;
  /** The first one after it. */
  readonly end: number;
}

function rangeTest(value: string, parse: (text: string) => Span): (number: number | null) => boolean {
  const [from, to] = value.split("..", 2);
  if (to !== undefined) {
    const start = from === "*" ? Number.NEGATIVE_INFINITY : parse(from!).start;
    const end = to === "*" ? Number.POSITIVE_INFINITY : parse(to).end;
    return (number) => number !== null && number >= start && number < end;
  }
  const [, sign = "", text = ""] = /^([<>]=?)?(.*)$/su.exec(value) ?? [];
  const { start, end } = parse(text);
  return (number) => {
    if (number === null) return false;
    switch (sign) {
      case ">":
        return number >= end;
      case ">=":
        return number >= start;
      case "<":
        return number < start;
      case "<=":
        return number < end;
      default:
        return number >= start && number < end;
    }
  };
}
