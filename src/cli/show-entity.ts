/**
 * @module Entities as people and programs read them.
 */
import type { JsonObject } from "../base/json.ts";
import type { Entity } from "../entity/entity.ts";
import type { Context } from "./command.ts";
import { showTime } from "./moments.ts";
import { formatJson } from "./output.ts";
import { toPrintable } from "./printable.ts";
import type { Column } from "./table.ts";

/** The whole entity. */
export async function showEntity({ output, options }: Context, entity: Entity): Promise<void> {
  if (options.json) return output.json(entity);
  const { id, type, status, version, createdAt, updatedAt, data } = entity;
  const heads = {
    id,
    type,
    status,
    version: String(version),
    created: showTime(createdAt),
    updated: showTime(updatedAt),
  };
  const lines = Object.entries(heads).map(
    ([name, value]) => `${output.colors.dim(name.padEnd(8))} ${toPrintable(value)}\n`,
  );
  await output.write(`${lines.join("")}\n${formatJson(data)}\n`);
}

/** What a write came to: the entity with `--json`, else one line. @param done "created", "updated" */
export async function showWritten({ output, options }: Context, done: string, entity: Entity): Promise<void> {
  if (options.json) return output.json(entity);
  if (options.quiet) return;
  await output.line(
    `${output.colors.green(done)} ${toPrintable(entity.id)} (version ${entity.version}, ${toPrintable(entity.status)})`,
  );
}

/** A column of a list: what a row shows of an entity. */
export interface EntityColumn extends Column {
  readonly cell: (entity: Entity) => string;
}

const heads: readonly EntityColumn[] = [
  { title: "ID", cell: ({ id }) => id },
  { title: "TYPE", cell: ({ type }) => type },
  { title: "STATUS", cell: ({ status }) => status },
];

/** For a terminal: what fits. */
export const shortColumns: readonly EntityColumn[] = [
  ...heads,
  { title: "UPDATED", cell: ({ updatedAt }) => showTime(updatedAt).slice(0, 16) },
  { title: "DATA", flexible: true, cell: ({ data }) => summarize(data) },
];

/** For programs: everything. */
export const fullColumns: readonly EntityColumn[] = [
  { title: "id", cell: ({ id }) => id },
  { title: "type", cell: ({ type }) => type },
  { title: "status", cell: ({ status }) => status },
  { title: "version", cell: ({ version }) => String(version) },
  { title: "createdAt", cell: ({ createdAt }) => createdAt },
  { title: "updatedAt", cell: ({ updatedAt }) => updatedAt },
  { title: "data", cell: ({ data }) => JSON.stringify(data) },
];

const telling = ["title", "name", "summary", "description"];

/** What says most about an entity in a few words: its title or name, else all of its data. */
function summarize(data: JsonObject): string {
  for (const field of telling) {
    const value = Object.hasOwn(data, field) ? data[field] : undefined;
    if (typeof value === "string" && value.trim() !== "") return value;
  }
  return JSON.stringify(data);
}
