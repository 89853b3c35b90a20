/**
 * @module Writes what a command answers: text, JSON, rows. Waits for slow readers, and stops without an error when
 * the reader has gone (`| head`).
 */
import type { Colors } from "./color.ts";
import type { OutputStream } from "./io.ts";
import { toPrintableJson } from "./printable.ts";
import { type Column, layOutTable, type TableLayout, tabbedRow } from "./table.ts";

/** Nobody reads any more. Not a failure: the command ends with 0. */
export class OutputClosed extends Error {}

/** Where a terminal does not say how wide it is. */
const defaultWidth = 80;

export interface Output {
  /** True on a terminal: then tables have headers and are fitted. */
  readonly forPeople: boolean;
  readonly width: number;
  readonly colors: Colors;
  /** @throws {OutputClosed} */
  write(text: string | Uint8Array): Promise<void>;
  line(text?: string): Promise<void>;
  /** One JSON document, indented, and safe to show. */
  json(value: unknown): Promise<void>;
  /** Rows as they come: the first ones decide the widths. */
  openTable(columns: readonly Column[]): { rows(rows: readonly (readonly string[])[]): Promise<void> };
}

export function createOutput(stream: OutputStream, colors: Colors): Output {
  const forPeople = stream.isTTY === true;
  const width = Math.max(20, stream.columns || defaultWidth);

  const write = async (text: string | Uint8Array): Promise<void> => {
    if (stream.destroyed) throw new OutputClosed();
    if (text.length > 0 && !stream.write(text)) await settled(stream);
    if (stream.destroyed) throw new OutputClosed();
  };

  return {
    forPeople,
    width,
    colors,
    write,
    line: (text = "") => write(`${text}\n`),
    json: (value) => write(`${formatJson(value)}\n`),
    openTable(columns) {
      let layout: TableLayout | undefined;
      return {
        async rows(rows) {
          if (rows.length === 0) return;
          if (!forPeople) return write(rows.map((cells) => `${tabbedRow(cells)}\n`).join(""));
          const isFirst = layout === undefined;
          layout ??= layOutTable(columns, rows, width);
          const header = isFirst ? `${layout.header(colors.bold)}\n` : "";
          await write(header + rows.map((cells) => `${layout!.row(cells)}\n`).join(""));
        },
      };
    },
  };
}

/** Until the stream takes more, or nobody reads any more. */
async function settled(stream: OutputStream): Promise<void> {
  const events = ["drain", "close", "error"] as const;
  await new Promise<void>((resolve) => {
    const settle = (): void => {
      for (const event of events) stream.off(event, settle);
      resolve();
    };
    for (const event of events) stream.on(event, settle);
  });
}

/** Indented JSON, safe to show. */
export function formatJson(value: unknown): string {
  return toPrintableJson(JSON.stringify(value, undefined, 2));
}
