/**
 * @module How many columns of a terminal a text takes, and cutting it to fit. Expects printable text.
 */

const plain = /^[\u0020-\u007e]*$/u;
// East Asian Width W and F, https://www.unicode.org/reports/tr11/
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const emojiVariant = /\ufe0f/u;
const invisible = /^[\p{M}\p{Cf}]+$/u;

let segmenter: Intl.Segmenter | undefined;

/** The characters as people count them. Made when first needed: it takes milliseconds. */
function* graphemes(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

function graphemeWidth(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) || emojiVariant.test(grapheme) ? 2 : 1;
}

/** Columns that a text takes: two for CJK and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(text)) width += graphemeWidth(grapheme);
  return width;
}

/** The text in at most `width` columns; what is cut off becomes `…`. */
export function fitWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 1) return "";
  let used = 0;
  let fitted = "";
  for (const grapheme of plain.test(text) ? text : graphemes(text)) {
    used += graphemeWidth(grapheme);
    if (used > width - 1) break;
    fitted += grapheme;
  }
  return `${fitted}…`;
}

/** The text, and spaces up to `width` columns. */
export function padWidth(text: string, width: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}
