/**
 * @module Bodies as GitHub renders them, where there is nothing to be rendered: plain text in paragraphs. Markdown, links,
 * mentions and emoji are not known here; an answer without them would be a wrong one.
 */
import { Problem } from "./problem.ts";

/** Nothing that Markdown or GitHub's additions to it could mean something by. */
const plain = /^[\p{L}\p{M}\p{N} .,;:!?'"()/%&+=\-–—…\n]*$/u;

/** Emoji that are made of digits, lists, lines below titles, code, links, short names of emoji, issues and commits. */
const notPlain: readonly RegExp[] = [
  /[\uFE0F\u20E3]/u,
  /^ *(?:[-+=]|\d+[.)](?: |$))/mu,
  /^ {4}/mu,
  /:\/\/|\bwww\./iu,
  /:[\w+-]+:/u,
  /&#?\w+;/u,
  /\bGH-\d/iu,
  /\b[\da-f]{7,40}\b/iu,
];

/** @throws {Problem} NOT_SERVED for what is more than plain text */
export function bodyToHtml(body: string): string {
  const text = body.replaceAll(/\r\n?/gu, "\n");
  if (!plain.test(text) || notPlain.some((pattern) => pattern.test(text)))
    throw new Problem("NOT_SERVED", "The emulator does not serve bodyHTML of more than plain text");
  const lines = text.split("\n").map((line) => line.trim());
  return lines
    .join("\n")
    .trim()
    .split(/\n{2,}/u)
    .filter((paragraph) => paragraph !== "")
    .map((paragraph) => paragraph.replaceAll("&", "&amp;").replaceAll("\n", "<br>\n"))
    .map((paragraph) => `<p dir="auto">${paragraph}</p>`)
    .join("\n");
}
