/**
 * @module Limits of texts.
 */
import { type FieldError, type Refusal, validationFailed } from "../http/refusal.ts";
import type { EditRow } from "../world/issue-rows.ts";

/** UTF-8. GitHub's message speaks of 65,536 characters, but so many bytes are taken. */
const mostBodyBytes = 262_144;
const mostTitleLength = 256;

export function isBodyTooLong(body: string): boolean {
  return Buffer.byteLength(body) > mostBodyBytes;
}

/** @throws {Refusal} 422 */
export function checkBody(resource: "Issue" | "IssueComment", body: string): void {
  if (!isBodyTooLong(body)) return;
  throw validationFailed(tooLong(resource, "body", 65_536));
}

/** @throws {Refusal} 422 */
export function checkTitle(title: string): void {
  if (title.trim() === "")
    throw validationFailed({ resource: "Issue", field: "title", code: "missing_field" });
  if ([...title].length > mostTitleLength) throw validationFailed(tooLong("Issue", "title", mostTitleLength));
}

function tooLong(resource: string, field: string, most: number): FieldError {
  return { resource, field, code: "custom", message: `${field} is too long (maximum is ${most} characters)` };
}

/** @returns the edits of a body with a new one; the first of them is the body as it was written */
export function withEdit(row: Written, { editorId, at, body }: EditRow): readonly EditRow[] {
  const { edits, authorId, createdAt } = row;
  const before = edits.length > 0 ? edits : [{ editorId: authorId, at: createdAt, body: row.body ?? "" }];
  return [...before, { editorId, at, body }];
}

interface Written {
  readonly authorId: number;
  readonly body: string | null;
  readonly edits: readonly EditRow[];
  readonly createdAt: number;
}

export function blankComment(): Refusal {
  return validationFailed({
    resource: "IssueComment",
    field: "data",
    code: "unprocessable",
    message: "Body cannot be blank",
  });
}
