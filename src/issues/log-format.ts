/**
 * @module Lines of a log laid out by a format as gh-store's `config.yml` has them, which are loguru's: `{time} | {level} | {message}`.
 * Times are UTC. Pure.
 *
 * @see https://loguru.readthedocs.io/en/stable/api/logger.html#record
 */
import type { LogEntry } from "../base/logger.ts";
import { nearestName } from "../config/nearest-name.ts";
import { invalidInput } from "../errors.ts";

type Part = (entry: LogEntry) => string;

// Places in Python's source and the like have no counterpart here.
const unknownHere = ["elapsed", "exception", "extra", "file", "function", "line", "module", "thread"];
const fields: Readonly<Record<string, Part>> = {
  level: ({ level }) => (level === "warn" ? "WARNING" : level.toUpperCase()),
  message: ({ message, facts }) => message + facts,
  name: () => "hubstead",
  process: () => String(process.pid),
  time: ({ time }) => writeTime(time, "YYYY-MM-DDTHH:mm:ss.SSSSSSZZ"),
  ...Object.fromEntries(unknownHere.map((name) => [name, () => "-"])),
};

const markup = /<\/?(?:level|lvl|[a-z]+(?:-[a-z]+)*|[a-z]+ [#\w,]+)?>/giu;
const placeholder =
  /\{\{|\}\}|\{(?<name>[\w.[\]]*)(?:!(?<as>\w))?(?::(?<spec>[^{}]*))?\}|(?<text>[^{}]+)|(?<stray>[{}])/gu;

/** @throws {HubsteadError} `invalid_input` with `data.path` `format` for a format that nothing can be written by */
export function readLogFormat(format: string): (entry: LogEntry) => string {
  const parts: Part[] = [];
  for (const found of format.replaceAll(markup, "").matchAll(placeholder)) {
    const { name, spec, text, stray } = found.groups!;
    if (stray !== undefined)
      throw noFormat(`a ${stray} stands alone in it`, `Write ${stray}${stray} for it.`);
    if (name === undefined) parts.push(() => text ?? found[0][0]!);
    else parts.push(partOf(name, spec));
  }
  return (entry) => parts.map((part) => part(entry)).join("");
}

function partOf(name: string, spec: string | undefined): Part {
  const [field = ""] = name.split(/[.[]/u);
  const part = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (part === undefined) {
    const names = Object.keys(fields).sort();
    const meant = nearestName(field, names);
    const hint = meant === undefined ? `There are ${names.join(", ")}.` : `Did you mean "{${meant}}"?`;
    throw noFormat(`a log has no {${name}}`, hint);
  }
  if (spec === undefined || spec === "") return part;
  if (field === "time") return ({ time }) => writeTime(time, spec);
  const {
    fill = " ",
    align = "<",
    width,
  } = /^(?:(?<fill>.)?(?<align>[<>^]))?(?<width>\d{1,3})?$/su.exec(spec)?.groups ?? {};
  if (width === undefined) throw noFormat(`{${name}:${spec}} is no width`, `Write {${name}: <8}.`);
  return (entry) => pad(part(entry), Number(width), align, fill);
}

function pad(text: string, width: number, align: string, fill: string): string {
  if (align === "<") return text.padEnd(width, fill);
  if (align === ">") return text.padStart(width, fill);
  return text
    .padStart(text.length + Math.floor(Math.max(0, width - text.length) / 2), fill)
    .padEnd(width, fill);
}

const timeToken = /\[(?<text>[^\]]*)\]|YYYY|YY|MM|M|DD|D|HH|H|hh|mm|m|ss|s|S{1,6}|A|ZZ|Z|X/gu;

/** By loguru's tokens; those that tell days and months by name stay as they are. */
function writeTime(iso: string, format: string): string {
  const [date = "", clock = ""] = iso.split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  const [hour = "", minute = "", second = ""] = clock.split(/[:.Z]/u);
  const fraction = (clock.split(".")[1] ?? "").replace("Z", "").padEnd(6, "0");
  const hourOfTwelve = String(Number(hour) % 12 || 12).padStart(2, "0");
  const tokens: Readonly<Record<string, string>> = {
    ...{
      YYYY: year,
      YY: year.slice(2),
      MM: month,
      M: String(Number(month)),
      DD: day,
      D: String(Number(day)),
    },
    ...{ HH: hour, H: String(Number(hour)), hh: hourOfTwelve, A: Number(hour) < 12 ? "AM" : "PM" },
    ...{ mm: minute, m: String(Number(minute)), ss: second, s: String(Number(second)) },
    ...{ ZZ: "+0000", Z: "+00:00", X: String(Math.floor(Date.parse(iso) / 1_000)) },
  };
  return format.replaceAll(timeToken, (token, ...rest) => {
    const { text } = rest.at(-1) as { readonly text?: string };
    return text ?? tokens[token] ?? fraction.slice(0, token.length);
  });
}

function noFormat(problem: string, hint: string) {
  return invalidInput(problem, hint, { path: "format" });
}
