/** @module The command line of the benchmark. */
import { parseArgs } from "node:util";

export const floorName = "floor";
export const oursName = "hubstead";
export const peerNames = ["pouchdb", "keyv", "keyv-next", "rxdb", "tinybase", "lmdb"] as const;

export interface Options {
  readonly engines: readonly string[];
  /** Entities of the synthetic dataset. */
  readonly size: number;
  /** Entities of the store whose history and memory are measured. */
  readonly largeSize: number;
  /** Imports into an empty engine, at least; the best one counts. */
  readonly imports: number;
  /** Slices of each operation and engine, one engine after the other; the best one counts. */
  readonly rounds: number;
  readonly sliceMs: number;
  /** At most so many writes in a slice, so that fast engines do not end up with much more data. */
  readonly maxWrites: number;
  readonly startupPairs: number;
  /** Requests of the job that clients of GitHub are compared by. */
  readonly jobSize: number;
  readonly write: boolean;
  /** How the run can be repeated. */
  readonly command: string;
}

const full = { size: 100_000, imports: 3, rounds: 7, sliceMs: 300, maxWrites: 3_000, jobSize: 2_000 };
const quick = { size: 5_000, imports: 5, rounds: 6, sliceMs: 100, maxWrites: 1_000, jobSize: 400 };

export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      only: { type: "string" },
      n: { type: "string" },
    },
  });
  const scale = values.quick ? quick : full;
  const size = values.n === undefined ? scale.size : parseSize(values.n);
  return {
    ...scale,
    size,
    largeSize: size * 10,
    startupPairs: 20,
    engines: values.only === undefined ? [floorName, oursName, ...peerNames] : parseEngines(values.only),
    write: values.write,
    command: ["node run.ts", ...args].join(" "),
  };
}

function parseSize(text: string): number {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1_000)
    throw new Error(`--n wants a number from 1000 on, not ${text}`);
  return size;
}

/** `ours` is what the table calls our engine. */
function parseEngines(text: string): string[] {
  const known: readonly string[] = [floorName, oursName, ...peerNames];
  return text.split(",").map((word) => {
    const name = word === "ours" ? oursName : word;
    if (!known.includes(name)) throw new Error(`--only knows ours, ${known.join(", ")}; not ${word}`);
    return name;
  });
}
