/**
 * @module Any value as a few characters of text, for the messages of errors. Never throws, whatever a program without
 * types has handed over.
 */

const mostShown = 60;

/** Text in quotes, JSON as it is, anything else by what it is; cut at 60 characters. */
export function showValue(value: unknown): string {
  switch (typeof value) {
    case "bigint":
      return cut(`${value}n`);
    case "function":
      return "a function";
    case "object":
      return value === null ? "null" : cut(describeObject(value));
    case "string":
      return cut(JSON.stringify(value.slice(0, mostShown * 2)));
    default:
      return cut(String(value));
  }
}

function cut(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown - 1)}…`.toWellFormed() : text;
}

function describeObject(value: object): string {
  try {
    const text: unknown = JSON.stringify(value);
    if (typeof text === "string") return text;
  } catch {
    // It holds a BigInt or itself, or answers with an error of its own.
  }
  return Array.isArray(value) ? "an array" : "an object";
}
