/**
 * @module JSON as it stands in issues and comments, where programs in other languages write it, too: read without rounding anything,
 * and written so that GitHub makes neither mentions nor references of it. Pure.
 */
import { type JsonScalar, maxJsonDepth } from "../../base/json.ts";

/** A number that JavaScript cannot hold, or that JSON has not (`NaN`), as Python's `json` writes it. */
export class VerbatimNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** JSON, but for numbers that stay as they were written. */
export type Document = JsonScalar | VerbatimNumber | readonly Document[] | DocumentObject;
export interface DocumentObject {
  readonly [key: string]: Document;
}

export function isDocumentObject(value: Document | undefined): value is DocumentObject {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof VerbatimNumber)
  );
}

/** Why a text is no document. */
export type Unreadable = "no JSON" | "nested too deep";

/**
 * Reads one JSON text, also with Python's `NaN` and `Infinity`. Of two equal keys the last counts, as for gh-store's own readers.
 * Takes time in proportion to the text, whatever it holds, and never throws.
 */
export function readDocument(
  text: string,
): { readonly value: Document; readonly problem?: undefined } | { readonly problem: Unreadable } {
  const reader: Reader = { text, at: 0 };
  try {
    const value = readValue(reader, 0);
    return reader.at === text.length ? { value } : { problem: "no JSON" };
  } catch (error) {
    if (error instanceof NotRead) return { problem: error.problem };
    throw error;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

class NotRead {
  readonly problem: Unreadable;
  constructor(problem: Unreadable) {
    this.problem = problem;
  }
}

const blank = /[ \t\n\r]*/uy;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity)(?![\w.+-])/uy;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;

/** Reads what matches, and the blanks after it. */
function take({ text, at }: Reader, pattern: RegExp, reader: Reader): string {
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0];
  if (found === undefined) throw new NotRead("no JSON");
  reader.at = at + found.length;
  return found;
}

function skipBlank(reader: Reader): void {
  take(reader, blank, reader);
}

function readValue(reader: Reader, depth: number): Document {
  skipBlank(reader);
  const value = readBare(reader, depth);
  skipBlank(reader);
  return value;
}

function readBare(reader: Reader, depth: number): Document {
  const sign = reader.text[reader.at];
  if (sign === '"') return readString(reader);
  if (sign !== "{" && sign !== "[") return toScalar(take(reader, scalar, reader));
  if (depth >= maxJsonDepth) throw new NotRead("nested too deep");
  reader.at++;
  return sign === "[" ? readArray(reader, depth) : readObject(reader, depth);
}

function readString(reader: Reader): string {
  // A string alone is not hit by what `JSON.parse` does to escaped keys (nodejs/node#63785).
  return JSON.parse(take(reader, string, reader)) as string;
}

function readArray(reader: Reader, depth: number): Document[] {
  const items: Document[] = [];
  if (ends(reader, "]")) return items;
  do items.push(readValue(reader, depth + 1));
  while (goesOn(reader, "]"));
  return items;
}

function readObject(reader: Reader, depth: number): DocumentObject {
  const object: Record<string, Document> = {};
  if (ends(reader, "}")) return object;
  do {
    skipBlank(reader);
    const key = readString(reader);
    skipBlank(reader);
    expect(reader, ":");
    setOwn(object, key, readValue(reader, depth + 1));
  } while (goesOn(reader, "}"));
  return object;
}

/** Also for the key `__proto__`, which an assignment would lose. */
export function setOwn(object: Record<string, Document>, key: string, value: Document): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
}

function ends(reader: Reader, sign: string): boolean {
  skipBlank(reader);
  if (reader.text[reader.at] !== sign) return false;
  reader.at++;
  return true;
}

function goesOn(reader: Reader, end: string): boolean {
  if (ends(reader, end)) return false;
  expect(reader, ",");
  return true;
}

function expect(reader: Reader, sign: string): void {
  if (reader.text[reader.at] !== sign) throw new NotRead("no JSON");
  reader.at++;
}

function toScalar(text: string): Document {
  if (text === "true") return true;
  if (text === "false") return false;
  if (text === "null") return null;
  const number = Number(text);
  const isExact = Number.isFinite(number) && (!/^-?\d+$/u.test(text) || Number.isSafeInteger(number));
  return isExact ? number : new VerbatimNumber(text);
}

/** Whether it is plain JSON, every number of which JavaScript holds as it was written. */
export function isExact(value: Document): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (value instanceof VerbatimNumber) return false;
  return Object.values(value).every((item) => isExact(item));
}

/**
 * With two spaces, as both of gh-store's clients write it: the same text for the same document.
 *
 * @param layout `compact` where there is no room for spaces
 */
export function writeDocument(value: Document, layout: "indented" | "compact" = "indented"): string {
  return write(value, writeString, layout === "compact" ? undefined : "\n");
}

/** In a file, as Python writes it: what is not ASCII with escapes, mentions as they are. */
export function writeAsciiDocument(value: Document): string {
  return write(value, writeAscii, "\n");
}

/** @param line what begins a line at this depth; absent for no lines */
function write(value: Document, text: (string: string) => string, line?: string): string {
  if (value instanceof VerbatimNumber) return value.text;
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return writeNumber(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = line === undefined ? undefined : `${line}  `;
  const colon = line === undefined ? ":" : ": ";
  const items = Array.isArray(value)
    ? value.map((item: Document) => write(item, text, inner))
    : Object.entries(value).map(([key, item]) => `${text(key)}${colon}${write(item, text, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (items.length === 0) return `${open}${close}`;
  return `${open}${inner ?? ""}${items.join(`,${inner ?? ""}`)}${line ?? ""}${close}`;
}

/** As Python's `json` writes large floats: all digits would make integers of them that JavaScript cannot hold. */
function writeNumber(value: number): string {
  const isLarge = Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLarge ? value.toExponential() : JSON.stringify(value);
}

/** Two texts are the same exactly when the documents are, whatever the order of their keys. */
export function orderedText(value: Document): string {
  return writeDocument(inKeyOrder(value), "compact");
}

function inKeyOrder(value: Document): Document {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (!isDocumentObject(value)) return value;
  const ordered: Record<string, Document> = {};
  for (const key of Object.keys(value).sort()) setOwn(ordered, key, inKeyOrder(value[key]!));
  return ordered;
}

/**
 * What GitHub would take for a mention of somebody, or for a reference that shows up in another issue, is written with an escape,
 * which is the same to whoever reads JSON.
 *
 * @see https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
function writeString(text: string): string {
  return JSON.stringify(text)
    .replaceAll("@", "\\u0040")
    .replaceAll(/#(?=\d)/gu, "\\u0023")
    .replaceAll(/(?<=\bGH)-(?=\d)/giu, "\\u002d")
    .replaceAll(/(?<=\/(?:issues|pull|discussions|commit))\/(?=[\da-f])/giu, "\\u002f");
}

function writeAscii(text: string): string {
  const units = (sign: string) =>
    sign.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return JSON.stringify(text).replaceAll(/[\u{7f}-\u{10ffff}]/gu, (sign) =>
    units(sign)
      .map((unit) => `\\u${unit}`)
      .join(""),
  );
}
