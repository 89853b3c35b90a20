/**
 * @module Times and moments as people type them.
 */
import { invalidInput } from "../errors.ts";
import type { Moment } from "../store/store.ts";

const units: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const isoTime = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?<zone>Z|[+-]\d\d:?\d\d)?)?$/u;

/**
 * `2025-01-31`, `2025-01-31T08:00`, `2025-01-31T08:00:00+01:00` (without a zone: UTC), or how long ago: `90m`, `24h`, `7d`.
 *
 * @throws {HubsteadError} `invalid_input`
 */
export function readTime(text: string, now: number): Date {
  const ago = /^(\d{1,9})([smhdw])$/u.exec(text);
  const match = isoTime.exec(text);
  const time =
    ago !== null
      ? now - Number(ago[1]) * units[ago[2]!]!
      : match === null || !isDay(text.slice(0, 10))
        ? Number.NaN
        : Date.parse(asUtc(text, match.groups?.zone));
  // Years of four digits: `NaN` and everything before the year 0 is none.
  if (!(time >= Date.parse("0000-01-01")))
    throw invalidInput(
      `${JSON.stringify(text)} is not a time`,
      "Write 2025-01-31, 2025-01-31T08:00:00Z, or how long ago: 90m, 24h, 7d.",
    );
  return new Date(time);
}

/** `Date` alone would take the 30th of February for a day in March. */
function isDay(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function asUtc(text: string, zone: string | undefined): string {
  const iso = text.replace(" ", "T");
  return iso.includes("T") && zone === undefined ? `${iso}Z` : iso;
}

/** A version, a change id, or a time. @throws {HubsteadError} `invalid_input` */
export function readMoment(text: string, now: number): Moment {
  if (/^\d{1,15}$/u.test(text)) return Number(text);
  if (/^[a-z2-7]{16}:\d+$/u.test(text)) return text;
  try {
    return readTime(text, now);
  } catch {
    throw invalidInput(
      `${JSON.stringify(text)} is no moment of an entity`,
      "Write a version (3), a change id as `hubstead history` shows it, a time (2025-01-31T08:00:00Z), or how long ago (24h).",
    );
  }
}

/** A version or a change id, for what goes back to it. @throws {HubsteadError} `invalid_input` */
export function readRevision(text: string): number | string {
  if (/^\d{1,15}$/u.test(text)) return Number(text);
  if (/^[a-z2-7]{16}:\d+$/u.test(text)) return text;
  throw invalidInput(
    `${JSON.stringify(text)} is neither a version nor a change id`,
    "`hubstead history ID` lists both.",
  );
}

/** A whole number of an option. @throws {HubsteadError} `invalid_input` */
export function readCount(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/u.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw invalidInput(`${name} is ${JSON.stringify(text)}`, `Use a whole number from ${least} to ${most}.`);
  };
}

/** `2025-01-31 08:00:00Z` */
export function showTime(iso: string): string {
  return iso.replace("T", " ").replace(/\.\d+Z$/u, "Z");
}
