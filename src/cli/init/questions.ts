/**
 * @module Asks a person at a terminal, line by line. Who is no person is never asked, and never waited for.
 */
import { createInterface } from "node:readline";
import type { Io } from "../io.ts";
import { toPrintable } from "../printable.ts";

export interface Questions {
  /** @returns what was typed, or the answer that stands there already */
  ask(question: string, usual: string): Promise<string>;
  close(): void;
}

/** @returns `undefined` where nobody sits at a terminal */
export function openQuestions(io: Io): Questions | undefined {
  if ((io.stdin as { readonly isTTY?: boolean }).isTTY !== true || io.stderr.isTTY !== true) return undefined;
  const lines = createInterface({
    input: io.stdin,
    ...(io.signal === undefined ? {} : { signal: io.signal }),
  });
  const typed = lines[Symbol.asyncIterator]();
  return {
    async ask(question, usual) {
      io.stderr.write(`${toPrintable(question)} [${toPrintable(usual)}] `);
      const { value, done } = await typed.next();
      // Ctrl-D: the rest as it is usual.
      if (done) io.stderr.write("\n");
      return (done ? "" : value.trim()) || usual;
    },
    close: () => lines.close(),
  };
}
