/**
 * @module What a failure looks like on the outside: two lines or one JSON line on stderr, and an exit code. Secrets
 * are taken out here, once more, whatever the error brought along.
 */
import { redact } from "../base/redact.ts";
import { type ErrorCode, exitCodes, HubsteadError } from "../errors.ts";
import { toFileError } from "../store/file-error.ts";
import { createColors } from "./color.ts";
import type { Io } from "./io.ts";
import { OutputClosed } from "./output.ts";
import { toPrintable, toPrintableJson } from "./printable.ts";

/** The user pressed Ctrl-C, or the program was told to end. */
export class Interrupted extends Error {}

const bug = 1;
const interrupted = 130;

export interface ErrorView {
  readonly json: boolean;
  readonly debug: boolean;
  readonly color: boolean;
}

/**
 * Tells a failure on stderr.
 *
 * @returns the exit code
 */
export function reportError(error: unknown, io: Io, view: ErrorView): number {
  if (error instanceof OutputClosed) return 0;
  const { code, message, hint, data } = describe(error);
  const safe = redactJson({ code, message, ...(hint === undefined ? {} : { hint }), data });
  if (view.json) {
    io.stderr.write(`${toPrintableJson(JSON.stringify({ error: safe }))}\n`);
  } else {
    const { red } = createColors(io.stderr, io.env, view.color);
    io.stderr.write(`${red("error:")} ${toPrintable(String(safe.message))}\n`);
    if (hint !== undefined) io.stderr.write(` hint: ${toPrintable(String(safe.hint))}\n`);
  }
  if (view.debug) io.stderr.write(`${redact(stackOf(error))}\n`);
  return exitCodeOf(code);
}

function exitCodeOf(code: Description["code"]): number {
  if (code === "bug") return bug;
  return code === "interrupted" ? interrupted : exitCodes[code];
}

interface Description {
  readonly code: ErrorCode | "bug" | "interrupted";
  readonly message: string;
  readonly hint?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

function describe(error: unknown): Description {
  if (error instanceof Interrupted)
    return { code: "interrupted", message: "interrupted; what was acknowledged before is kept", data: {} };
  const known = systemErrorToHubstead(error);
  if (known instanceof HubsteadError) {
    const {
      code,
      message,
      hint = defaultHints[code] ?? "`hubstead help` lists what there is.",
      data,
    } = known;
    return { code, message, hint, data };
  }
  return {
    code: "bug",
    message: `something went wrong that should not: ${known instanceof Error ? known.message : String(known)}`,
    hint: "This is a bug in Hubstead. Run it again with --debug, and report what it prints.",
    data: {},
  };
}

const defaultHints: Partial<Record<ErrorCode, string>> = {
  invalid_input: "`--help` after the command shows how to write it.",
  busy: "Try again in a moment.",
  corrupt: "Run `hubstead verify`.",
};

/** What the file system says of a path that the user named. */
function systemErrorToHubstead(error: unknown): unknown {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (error instanceof HubsteadError || typeof code !== "string" || syscall === undefined) return error;
  const what = path === undefined ? "the file" : path;
  const details = (hint: string) => ({
    hint,
    data: { ...(path === undefined ? {} : { path }), reason: code },
    cause: error,
  });
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new HubsteadError(
        "forbidden",
        `${what} may not be read or written`,
        details("Give yourself permission on it and on its folder."),
      );
    case "ENOENT":
      return new HubsteadError("not_found", `${what} does not exist`, details("Check the path."));
    case "EEXIST":
    case "ENOTDIR":
    case "EISDIR":
    case "ENAMETOOLONG":
    case "ELOOP":
      return new HubsteadError(
        "invalid_input",
        `${what} cannot be used as a path (${code})`,
        details("Name another path."),
      );
    default:
      // Only writes end here, and those without a path go to the standard output.
      return toFileError(error, path ?? "the output");
  }
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

/** The same facts without secrets: inside texts, and as values whose name says that they are one. */
function redactJson(facts: Record<string, unknown>): Record<string, unknown> {
  const clean = (value: unknown, name: string): unknown => {
    if (typeof value === "string") return isSecretName(name) ? "[secret]" : redact(value);
    if (Array.isArray(value)) return value.map((item) => clean(item, name));
    if (typeof value !== "object" || value === null) return isSecretName(name) ? "[secret]" : value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), clean(item, key)]));
  };
  return clean(facts, "") as Record<string, unknown>;
}

function isSecretName(name: string): boolean {
  return name !== "" && redact(`${name}: 12345678`) !== `${name}: 12345678`;
}
