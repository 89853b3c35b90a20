/**
 * @module The one logger of the package: levels, two formats, redacted. Silent unless a writer is given.
 */
import { redact } from "./redact.ts";

const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Facts beside a message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What a line is made of. */
export interface LogEntry {
  /** ISO 8601. */
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
  /** As they stand behind the message in a line of text: ` key=value` each. */
  readonly facts: string;
}

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  /** Messages below it are dropped. Default: `info`. */
  readonly level?: LogLevel;
  /**
   * `text`: one line for people; `json`: one object a line, with `time`, `level`, `message`; or lines of one's own making. Default:
   * `text`.
   */
  readonly format?: "text" | "json" | ((entry: LogEntry) => string);
  /** Gets each line, without its end. */
  readonly write: (line: string) => void;
  /** Wall time in milliseconds since 1970. */
  readonly now?: () => number;
}

/** A logger that says nothing: what the library uses unless it is given another. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A logger that takes secrets out of every line. */
export function createLogger({
  level = "info",
  format = "text",
  write,
  now = Date.now,
}: LoggerOptions): Logger {
  const least = logLevels.indexOf(level);
  const log =
    (at: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (logLevels.indexOf(at) < least) return;
      const time = new Date(now()).toISOString();
      const line =
        format === "json"
          ? jsonLine({ time, level: at, message, ...fields })
          : textLine({ time, level: at, message, facts: factsOf(fields) }, format);
      write(redact(line));
    };
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}

function factsOf(fields: LogFields): string {
  return Object.entries(fields)
    .map(([key, value]) => ` ${key}=${typeof value === "string" ? value : jsonLine(value)}`)
    .join("");
}

function textLine(entry: LogEntry, format: "text" | ((entry: LogEntry) => string)): string {
  const { time, level, message, facts } = entry;
  const line = format === "text" ? `${time} ${level} ${message}${facts}` : format(entry);
  return line.replaceAll(/[\r\n]+/g, " ");
}

/** Errors become their message; what JSON cannot hold becomes text. */
function jsonLine(value: unknown): string {
  const seen = new Set<unknown>();
  return (
    JSON.stringify(value, (_, item: unknown) => {
      if (item instanceof Error) return { name: item.name, message: item.message };
      if (typeof item === "bigint") return String(item);
      if (typeof item === "object" && item !== null) {
        if (seen.has(item)) return "[again]";
        seen.add(item);
      }
      return item;
    }) ?? String(value)
  );
}
