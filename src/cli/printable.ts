/**
 * @module Makes text from data safe to show: no escape codes, no hidden changes of direction, no broken lines.
 */

// C0, DEL, C1 (0x9b alone starts an escape code), line and paragraph separators, marks and overrides of the writing
// direction, byte order marks, lone surrogates.
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\p{Cs}]/gu;
const unsafeInJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text on one line, with everything that a terminal would obey written as an escape: `\n`, `\u001b`. */
export function toPrintable(text: string): string {
  return text.replace(unsafe, (character) => shortEscapes[character] ?? unicodeEscape(character));
}

/** JSON text that is the same JSON, and safe to show. Line breaks between values stay. */
export function toPrintableJson(json: string): string {
  return json.replace(unsafeInJson, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
