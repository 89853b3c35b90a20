/** @module What of a JSON value is text, as a search index wants it. */

/** All strings inside, keys not included. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  return Object.values(value).map(textOf).join(" ");
}
