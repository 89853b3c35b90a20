/**
 * @module Colour for people: only where somebody sees it, and only on words of ours.
 */
import type { Io, OutputStream } from "./io.ts";

export interface Colors {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
}

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39] } as const;

/**
 * @param wanted `false` for `--no-color`
 * @see https://no-color.org, https://force-color.org
 */
export function createColors(stream: OutputStream, env: Io["env"], wanted: boolean): Colors {
  const on = wanted && isColored(stream, env);
  const paint = (name: keyof typeof codes) => (text: string) => {
    const [start, end] = codes[name];
    return on ? `\u001b[${start}m${text}\u001b[${end}m` : text;
  };
  return { bold: paint("bold"), dim: paint("dim"), red: paint("red"), green: paint("green") };
}

function isColored(stream: OutputStream, env: Io["env"]): boolean {
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  if (env.NO_COLOR) return false;
  return stream.isTTY === true && env.TERM !== "dumb";
}
