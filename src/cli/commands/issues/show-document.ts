/**
 * @module Data of objects as JSON, with numbers that JavaScript cannot hold as they stand in the issue.
 */
import { type Document, isExact, writeAsciiDocument } from "../../../issues/wire/document.ts";
import { formatJson } from "../../output.ts";
import { toPrintableJson } from "../../printable.ts";

/** @param value without `undefined` in it */
export function formatDocument(value: unknown): string {
  const document = value as Document;
  return isExact(document) ? formatJson(value) : toPrintableJson(writeAsciiDocument(document));
}
