/**
 * @module Times as clients write them.
 */
const form = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?<zone>Z|[+-]\d\d(?::?\d\d)?)?)?$/iu;

/** @param text ISO 8601; in UTC where it names no zone, whatever this machine's zone is @returns milliseconds since 1970 */
export function parseTime(text: string): number | undefined {
  const { zone } = form.exec(text)?.groups ?? { zone: undefined };
  if (!form.test(text)) return undefined;
  const isDate = text.length === 10;
  const time = Date.parse(zone === undefined && !isDate ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}
