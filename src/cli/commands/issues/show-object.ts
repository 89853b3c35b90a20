/**
 * @module Objects as people and programs read them.
 */
import type { StoredObject } from "../../../issues/stored-object.ts";
import type { Context } from "../../command.ts";
import { showTime } from "../../moments.ts";
import { formatJson } from "../../output.ts";
import { toPrintable } from "../../printable.ts";
import type { Column } from "../../table.ts";

/** The whole object. */
export async function showObject({ output, options }: Context, object: StoredObject): Promise<void> {
  if (options.json) return output.json(object);
  const { id, status, version, issueNumber, createdAt, updatedAt, labels, data, isPending } = object;
  const heads = {
    id,
    ...(status === undefined ? {} : { status }),
    version: isPending ? `${version}, and changes wait` : String(version),
    issue: String(issueNumber),
    created: showTime(createdAt),
    updated: showTime(updatedAt),
    ...(labels.length === 0 ? {} : { labels: labels.join(", ") }),
  };
  const lines = Object.entries(heads).map(
    ([name, value]) => `${output.colors.dim(name.padEnd(8))} ${toPrintable(value)}\n`,
  );
  await output.write(`${lines.join("")}\n${formatJson(data)}\n`);
}

export const objectColumns: readonly Column[] = [
  { title: "ID", flexible: true },
  { title: "VERSION", align: "right" },
  { title: "STATUS" },
  { title: "UPDATED" },
  { title: "ISSUE", align: "right" },
  { title: "WAITS" },
  { title: "DATA", flexible: true },
];

export function toRow(object: StoredObject): string[] {
  const { id, version, status = "", updatedAt, issueNumber, isPending, data } = object;
  const waits = isPending ? "yes" : "";
  return [id, String(version), status, updatedAt, String(issueNumber), waits, JSON.stringify(data)];
}

/** One line of what was done; with `--json` all that is known of it. */
export async function showDone(
  { output, options }: Context,
  done: string,
  about: string,
  value: unknown,
): Promise<void> {
  if (options.json) return output.json(value);
  if (!options.quiet) await output.line(`${output.colors.green(done)} ${toPrintable(about)}`);
}
