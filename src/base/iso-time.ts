/**
 * @module Milliseconds as ISO 8601 UTC text, and back. Many rows and changes share a millisecond, and a Date takes its
 * time: the last one is kept.
 */

let lastMs = 0;
let lastText = "1970-01-01T00:00:00.000Z";

/** `2026-01-31T12:00:00.000Z` */
export function formatTime(ms: number): string {
  if (ms !== lastMs) {
    lastText = new Date(ms).toISOString();
    lastMs = ms;
  }
  return lastText;
}

let parsedText = lastText;
let parsedMs = lastMs;

/** Milliseconds since 1970 of what {@link formatTime} wrote. */
export function parseTime(text: string): number {
  if (text !== parsedText) {
    parsedMs = Date.parse(text);
    parsedText = text;
  }
  return parsedMs;
}
