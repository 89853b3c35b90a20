/**
 * @module Text that others have written, as it is for programs, and without what a terminal would obey for people.
 */
import type { Output } from "../../output.ts";
import { toPrintable } from "../../printable.ts";

/** Ends with a line break where it has any text. */
export async function showText(output: Output, text: string): Promise<void> {
  const whole = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  await output.write(output.forPeople ? printableLines(whole) : whole);
}

/** Lines and tabs stay. */
export function printableLines(text: string): string {
  return text
    .split("\n")
    .map((line) => line.split("\t").map(toPrintable).join("\t"))
    .join("\n");
}
