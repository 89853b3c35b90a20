/**
 * @module Values as gh-store's Python prints them. Pure.
 */
import { type Document, writeAsciiDocument } from "../../issues/wire/document.ts";

/** `json.dumps(value, indent=2)` */
export function toPythonJson(value: Document): string {
  return writeAsciiDocument(value);
}

/** `datetime.isoformat()`, in UTC. @param time ISO 8601 */
export function toIsoFormat(time: string): string {
  const iso = new Date(time).toISOString();
  const milliseconds = iso.slice(20, 23);
  return `${iso.slice(0, 19)}${milliseconds === "000" ? "" : `.${milliseconds}000`}+00:00`;
}
