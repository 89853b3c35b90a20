/** @module How much longer `hubstead get ID` takes than starting Node to do nothing. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataPath } from "../data-path.ts";
import { createSyntheticDataset } from "../datasets/synthetic.ts";
import { openStore } from "../engines/hubstead.ts";
import { judgeReading, type LimitResult } from "./limit.ts";

const program = fileURLToPath(new URL("../../bin/hubstead.cjs", import.meta.url));
const limitMs = 30;

/** @returns `undefined`, and says so, where the command line does not exist yet */
export async function measureStartup(pairs: number): Promise<LimitResult | undefined> {
  if (!existsSync(program)) {
    console.error("\n!!! SKIPPED: start-up of the command line, bin/hubstead.cjs is missing\n");
    return undefined;
  }
  const get = await prepareGet();
  runNode(get); // Fills the compile cache, as any earlier use would have.
  const extraMs = Array.from({ length: pairs }, () => {
    const nothingMs = runNode(["-e", "0"]);
    return runNode(get) - nothingMs;
  });
  extraMs.sort((a, b) => a - b);
  const half = pairs >> 1;
  const medianMs = pairs % 2 === 1 ? extraMs[half]! : (extraMs[half - 1]! + extraMs[half]!) / 2;
  return judgeReading({
    what: `\`hubstead get ID\` over \`node -e 0\`, median of ${pairs} pairs`,
    value: medianMs,
    limit: limitMs,
    unit: "ms",
  });
}

/** @returns arguments for Node that print one entity of a small store */
async function prepareGet(): Promise<string[]> {
  const folder = dataPath("startup");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "store.db");
  const dataset = createSyntheticDataset(1_000);
  const store = await openStore(file);
  await store.import(Array.from({ length: dataset.size }, (_, index) => dataset.entityAt(index)));
  await store.close();
  return [program, "get", dataset.entityAt(500).id, "--store", file];
}

/** @returns milliseconds from start to end. The Node is the one of the PATH, as it is for a user. */
function runNode(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr, error } = spawnSync("node", args, { encoding: "utf8" });
  const tookMs = performance.now() - start;
  if (status !== 0) throw new Error(`node ${args.join(" ")} failed: ${error ?? stderr}`);
  return tookMs;
}
