/**
 * @module Random tests that can be repeated: each file prints its seed, and `SEED=` sets it.
 */
import { randomInt } from "node:crypto";

const given = process.env["SEED"];
const seed = given === undefined || given === "" ? randomInt(2 ** 31) : Number(given);
console.info(`random tests: repeat with SEED=${seed}`);

/**
 * What fast-check needs to run a property; the same seed gives the same values.
 *
 * @param quick runs in every test run
 * @param soak runs with `SOAK=1`
 */
export function randomRuns(
  quick: number,
  soak = quick * 20,
): { readonly seed: number; readonly numRuns: number } {
  return { seed, numRuns: process.env["SOAK"] === "1" ? soak : quick };
}
