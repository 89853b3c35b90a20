/** @module A store with a million changes: how fast one history is, how little memory a walk over all of it needs. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataPath } from "../data-path.ts";
import { judgeReading, type LimitResult } from "./limit.ts";

const program = fileURLToPath(new URL("./large-store-step.ts", import.meta.url));
const megabyte = 1e6;
const heapLimit = "--max-old-space-size=128"; // MiB; what does not stream dies of it instead of growing slowly.

export function measureLargeStore(size: number): LimitResult[] {
  const folder = dataPath("large");
  mkdirSync(folder, { recursive: true });
  const runStep = (step: string, flags: readonly string[]): Record<string, number> => {
    console.error(`  large store: ${step}`);
    const args = ["--no-warnings", ...flags, program, step, join(folder, "store.db"), String(size)];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
  };

  const build = runStep("build", []);
  const history = runStep("history", []);
  const walks = [
    { step: "list", what: "listed page by page" },
    { step: "export", what: "exported as JSON lines" },
  ];
  const changes = build.changes!.toLocaleString("en");
  const entities = size.toLocaleString("en");
  const peaks = walks.map(({ step, what }) => {
    const walk = runStep(step, [heapLimit]);
    if (walk.entities !== size) throw new Error(`${step} brought ${walk.entities} of ${size} entities`);
    const value = walk.peakBytes! / megabyte;
    return judgeReading({
      what: `peak memory, ${entities} entities ${what}`,
      value,
      limit: 256,
      unit: "MB",
    });
  });
  return [
    judgeReading({
      what: `history of one entity among ${changes} changes, median`,
      value: history.medianMs!,
      limit: 1,
      unit: "ms",
    }),
    told("the same, slowest of 100", `${history.slowMs!.toFixed(2)} ms`),
    ...peaks,
    told(
      `import of ${entities} entities from a generator`,
      `${Math.round(build.perSecond!).toLocaleString("en")} per second`,
    ),
    told("peak memory of that import", `${Math.round(build.peakBytes! / megabyte)} MB`),
  ];
}

function told(what: string, measured: string): LimitResult {
  return { what, measured, goal: "", missed: false };
}
