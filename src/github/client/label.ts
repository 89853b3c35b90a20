/**
 * @module Names of labels, before they become a part of a URL.
 */
import { invalidInput } from "../../errors.ts";
import { mustBeText } from "./check-arguments.ts";

// GitHub's; emojis and all.
const mostLength = 50;

/**
 * @returns the name, for a path
 * @throws {HubsteadError} `invalid_input` for one that GitHub does not take, and for `.` and `..`: in a URL they would lead to
 *   what is above, whatever their writing
 */
export function parseLabel(name: string): string {
  const isUsable =
    mustBeText(name, "the name of a label", "label").trim() !== "" &&
    name !== "." &&
    name !== ".." &&
    name.isWellFormed();
  if (isUsable && [...name].length <= mostLength) return name;
  throw invalidInput(
    `${JSON.stringify(name)} is no name of a label`,
    `Give it 1 to ${mostLength} characters, not only dots.`,
    { path: "label" },
  );
}
