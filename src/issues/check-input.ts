/**
 * @module What callers hand in, checked before anything is sent: what is refused later would lie in an issue for ever.
 */
import { checkJson } from "../base/json.ts";
import { parsePointer } from "../base/json-pointer.ts";
import { showValue } from "../base/show-value.ts";
import { invalidInput } from "../errors.ts";
import type { Edit } from "./wire/edits.ts";
import { maxLabelLength } from "./wire/object-label.ts";

// As titles and labels hold them; gh-store has no rule of its own.
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;
const maxIdLength = 200;

/** @throws {HubsteadError} `invalid_input` with `data.path` */
export function checkObjectId(id: unknown): asserts id is string {
  const isId = typeof id === "string" && id.length <= maxIdLength && printable.test(id) && id.trim() === id;
  if (!isId)
    throw invalidInput(
      `${showValue(id)} is no id of an object`,
      `Use 1 to ${maxIdLength} letters, digits and signs, without a space at an end.`,
      { path: "id" },
    );
}

/** @throws {HubsteadError} `invalid_input` with `data.path` */
export function checkEdit(edit: Edit): void {
  if (edit.op === "merge") checkMerge(edit.data);
  if (edit.op === "merge" || edit.op === "replace") checkJson(edit.data);
  if (edit.op === "unset") checkPaths(edit.paths);
  if (edit.op === "append" || edit.op === "increment") parsePointer(edit.path);
  if (edit.op === "append") checkItems(edit.items);
  if (edit.op === "increment") checkNumber(edit.by);
}

function checkMerge(data: unknown): void {
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw invalidInput(
      `${showValue(data)} is no change of an object`,
      "Give an object with the fields that change; `replace` takes any value.",
      { path: "changes" },
    );
}

function checkPaths(paths: unknown): void {
  if (!Array.isArray(paths) || paths.length === 0 || paths.includes(""))
    throw invalidInput("no field is named that is to go", 'Give JSON Pointers: ["/field"].', {
      path: "paths",
    });
  for (const path of paths) parsePointer(path);
}

function checkItems(items: unknown): void {
  if (!Array.isArray(items))
    throw invalidInput(`${showValue(items)} is no list of items`, "Give an array.", { path: "items" });
  checkJson(items);
}

function checkNumber(by: unknown): void {
  const isHeld =
    typeof by === "number" && Number.isFinite(by) && (!Number.isInteger(by) || Number.isSafeInteger(by));
  if (!isHeld)
    throw invalidInput(`${showValue(by)} is no number to add`, "Give a finite number within ±(2^53-1).", {
      path: "by",
    });
}

/** Of the user's own. @throws {HubsteadError} `invalid_input` with `data.path` */
export function checkLabels(labels: readonly string[]): void {
  for (const label of Array.isArray(labels) ? labels : [labels])
    if (
      typeof label !== "string" ||
      label.trim() === "" ||
      label.length > maxLabelLength ||
      label.includes(",")
    )
      throw invalidInput(
        `${showValue(label)} is no label`,
        `Use 1 to ${maxLabelLength} characters, no comma: lists are asked for by labels with commas between them.`,
        { path: "labels" },
      );
  if (!Array.isArray(labels))
    throw invalidInput(`${showValue(labels)} is no list of labels`, "Give an array.", { path: "labels" });
}

/** @returns milliseconds since 1970 @throws {HubsteadError} `invalid_input` for what is no ISO 8601 */
export function mustBeTime(time: string): number {
  const parsed = Date.parse(time);
  if (Number.isNaN(parsed))
    throw invalidInput(`${showValue(time)} is no time`, "Write ISO 8601: 2026-11-20T10:00:00Z.", {
      path: "time",
    });
  return parsed;
}
