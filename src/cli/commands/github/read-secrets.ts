/**
 * @module Secrets as a command is given them: through a pipe or a file, never as an argument, which everybody on the machine can
 * read and the shell remembers. No value gets into an error.
 */
import { isJsonObject, type Json } from "../../../base/json.ts";
import { parseJson } from "../../../base/json-text.ts";
import { redact } from "../../../base/redact.ts";
import { type HubsteadError, invalidInput } from "../../../errors.ts";
import type { Io } from "../../io.ts";
import { decode } from "../../read-data.ts";
import { readInput } from "../../read-input.ts";

const pipeHint = 'Pipe it in: printf %s "$VALUE" | hubstead github secret set …; or name a file with --file.';

// GitHub takes 48 KB in a secret; a file of all of a repository's secrets holds 100 of them.
const oneSecret = { maxBytes: 65_536, hint: "A secret has at most 48 KB." };
const allSecrets = { maxBytes: 8 * 1_048_576, hint: "A repository has at most 100 secrets of 48 KB each." };

/**
 * One value. A line break at its end, which `echo` and editors put there, is left out.
 *
 * @param path a file; `-` is the standard input
 * @throws {HubsteadError} `invalid_input` for none, for too much, for what is no text, and at a terminal
 */
export async function readSecret(path: string, io: Io): Promise<string> {
  checkIsNoTerminal(path, io);
  const value = decode(await readInput(path, io, oneSecret), sourceOf(path)).replace(/\r?\n$/u, "");
  if (value === "") throw invalidInput(`${sourceOf(path)} holds no value for the secret`, pipeHint);
  return value;
}

/**
 * Many values by their names, as JSON (`{ "NAME": "value" }`) or as lines `NAME=value`.
 *
 * @param path a file; `-` is the standard input
 * @throws {HubsteadError} `invalid_input` with `data.line`
 */
export async function readSecrets(path: string, io: Io): Promise<Readonly<Record<string, string>>> {
  checkIsNoTerminal(path, io);
  const source = sourceOf(path);
  const text = decode(await readInput(path, io, allSecrets), source).replace(/^\ufeff/u, "");
  return /^\s*\{/u.test(text) ? fromJson(text, source) : fromLines(text, source);
}

function sourceOf(path: string): string {
  return path === "-" ? "the standard input" : path;
}

/** What is typed at a terminal stands there for everybody to see. */
function checkIsNoTerminal(path: string, { stdin }: Io): void {
  if (path === "-" && (stdin as { readonly isTTY?: boolean }).isTTY === true)
    throw invalidInput("a secret is not read from a terminal, which would show it", pipeHint);
}

/** For a value that was given as an argument. @returns without the value */
export function refuseArgument(): HubsteadError {
  return invalidInput(
    "a secret's value is not taken as an argument: other users of this machine see it, and the shell keeps it",
    pipeHint,
    { path: "value" },
  );
}

function fromJson(text: string, source: string): Readonly<Record<string, string>> {
  const value = parseWithoutQuoting(text, source);
  const secrets: [string, string][] = [];
  for (const [index, [name, secret]] of Object.entries(isJsonObject(value) ? value : {}).entries()) {
    if (typeof secret !== "string") {
      const [which, facts] = isSafeName(name)
        ? [name, { name }]
        : [`the secret at place ${index + 1}`, { place: index + 1 }];
      throw invalidInput(
        `${which} in ${source} is ${kindOf(secret)}, not text`,
        'Write every value as text: { "NAME": "value" }.',
        { source, ...facts },
      );
    }
    secrets.push([name, secret]);
  }
  return Object.fromEntries(secrets);
}

/** What is no name by GitHub's rules may be a value in the wrong place; so may what looks like a token. */
function isSafeName(name: string): boolean {
  return /^[A-Za-z_]\w*$/u.test(name) && redact(name) === name;
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** A message about wrong JSON would quote what stands there. */
function parseWithoutQuoting(text: string, source: string) {
  try {
    return parseJson(text, source);
  } catch {
    throw invalidInput(
      `${source} is not JSON, though it begins like it`,
      'Write { "NAME": "value" }, or lines NAME=value.',
      { source },
    );
  }
}

const linePattern = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/su;

/** Lines of `NAME=value`; a value in double quotes may go over several lines and hold `\n`, `\"`, `\\`. */
function fromLines(text: string, source: string): Readonly<Record<string, string>> {
  const secrets = new Map<string, string>();
  const lines = text.split(/\r?\n/u);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.trim();
    if (line === "" || line.startsWith("#")) continue;
    const first = at + 1;
    const [, name, rest = ""] = linePattern.exec(line) ?? [];
    if (name === undefined) throw wrongLine(source, first, "is not NAME=value");
    let raw = rest;
    if (raw.startsWith('"')) while (!isClosed(raw) && at + 1 < lines.length) raw += `\n${lines[++at]}`;
    secrets.set(name, unquote(raw, source, first));
  }
  return Object.fromEntries(secrets);
}

/** Whether a text that begins with a double quote ends with one that is not escaped. */
function isClosed(raw: string): boolean {
  return /^"(?:[^"\\]|\\.)*"\s*(?:#.*)?$/su.test(raw);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unquote(raw: string, source: string, line: number): string {
  const double = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/su.exec(raw)?.[1];
  if (double !== undefined)
    return double.replaceAll(/\\(.)/gsu, (_, character: string) => escapes[character] ?? character);
  const single = /^'([^']*)'\s*(?:#.*)?$/u.exec(raw)?.[1];
  if (single !== undefined) return single;
  if (/^["']/u.test(raw)) throw wrongLine(source, line, "has a quote that is not closed");
  return raw.replace(/\s+#.*$/u, "").trimEnd();
}

function wrongLine(source: string, line: number, what: string): HubsteadError {
  return invalidInput(
    `${source} line ${line} ${what}`,
    'Write NAME=value, or NAME="a value over several lines".',
    { source, line },
  );
}
