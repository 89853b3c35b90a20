/**
 * @module What bodies say of check runs.
 */
import type { JsonObject } from "../../base/json.ts";
import type { CheckReport } from "../acts/checks.ts";
import { isWebAddress } from "../acts/statuses.ts";
import { validationFailed } from "../http/refusal.ts";
import type { AnnotationRow, CheckRunRow } from "../world/check-rows.ts";

const mostDetailBytes = 65_536; // GitHub: 64 KB
const mostTitle = 255;
const lastTime = Date.UTC(10_000, 0); // later years have another form

/** @throws {Refusal} 422 */
export function reportFrom(body: JsonObject): CheckReport {
  const { name, status, conclusion, external_id, details_url, started_at, completed_at } = body;
  // Those that GitHub alone sets.
  if (conclusion === "stale") throw wrong("conclusion", conclusion);
  if (status === "waiting" || status === "pending" || status === "requested") throw wrong("status", status);
  if (details_url != null && !isWebAddress(String(details_url)))
    throw wrong("details_url", String(details_url));
  if (name !== undefined && String(name).trim() === "") throw wrong("name", String(name));
  return {
    ...(name == null ? {} : { name: String(name) }),
    ...(status == null ? {} : { status: status as CheckRunRow["status"] }),
    ...(conclusion == null ? {} : { conclusion: conclusion as CheckRunRow["conclusion"] }),
    ...(external_id == null ? {} : { externalId: String(external_id) }),
    ...(details_url == null ? {} : { detailsUrl: String(details_url) }),
    ...(started_at == null ? {} : { startedAt: timeIn("started_at", String(started_at)) }),
    ...(completed_at == null ? {} : { completedAt: timeIn("completed_at", String(completed_at)) }),
    ...outputFrom(body["output"] as JsonObject | null | undefined),
  };
}

function outputFrom(output: JsonObject | null | undefined): CheckReport {
  if (output == null) return {};
  const { title, summary, text, annotations } = output;
  return {
    ...(title == null ? {} : { title: String(title) }),
    ...(summary == null ? {} : { summary: String(summary) }),
    ...(text == null ? {} : { text: String(text) }),
    ...(annotations == null ? {} : { annotations: (annotations as JsonObject[]).map(annotationFrom) }),
  };
}

/** @throws {Refusal} 422 */
function annotationFrom(given: JsonObject): AnnotationRow {
  const { path, start_line, end_line, start_column, end_column, annotation_level, message } = given;
  const annotation: AnnotationRow = {
    path: String(path),
    startLine: Number(start_line),
    endLine: Number(end_line),
    startColumn: start_column == null ? null : Number(start_column),
    endColumn: end_column == null ? null : Number(end_column),
    level: annotation_level as AnnotationRow["level"],
    message: String(message),
    title: given["title"] == null ? null : String(given["title"]),
    rawDetails: given["raw_details"] == null ? null : String(given["raw_details"]),
  };
  const { startLine, endLine, startColumn, endColumn, title, rawDetails } = annotation;
  const hasColumns = startColumn !== null || endColumn !== null;
  if (annotation.path === "" || startLine < 1 || endLine < startLine) throw wrong("annotations", "lines");
  if (hasColumns && startLine !== endLine) throw wrong("annotations", "columns");
  const isTooLong =
    [annotation.message, rawDetails ?? ""].some((text) => Buffer.byteLength(text) > mostDetailBytes) ||
    [...(title ?? "")].length > mostTitle;
  if (isTooLong) throw validationFailed({ resource: "CheckRun", field: "annotations", code: "too_large" });
  return annotation;
}

function timeIn(field: string, text: string): number {
  const ms = Date.parse(text);
  if (!(ms >= 0 && ms < lastTime)) throw wrong(field, text);
  return ms;
}

function wrong(field: string, value: string) {
  return validationFailed({ resource: "CheckRun", field, code: "invalid", value });
}
