/**
 * @module Marks a generated text with what it holds, so that a later run knows whether a person has changed it since. Pure.
 */
import { createHash } from "node:crypto";

const mark =
  /^# Written by `hubstead init` \(([0-9a-f]{16})\): left alone once somebody has changed it, but for --force\.\n/u;

/** @returns the text with a first line that says who wrote it, and its hash */
export function markGenerated(text: string): string {
  return `# Written by \`hubstead init\` (${hashOf(text)}): left alone once somebody has changed it, but for --force.\n${text}`;
}

/** Whether a text is as it was generated, by this version or another. */
export function isUntouched(text: string): boolean {
  // Git may have turned the ends of lines.
  const lines = text.replaceAll("\r\n", "\n");
  const [line, hash] = mark.exec(lines) ?? [];
  return line !== undefined && hash === hashOf(lines.slice(line.length));
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
