/**
 * @module Builds the package once before the tests: those of the command line and of the package run what users get.
 */
import { execFileSync } from "node:child_process";

export default function build(): void {
  if (process.env["HUBSTEAD_SKIP_BUILD"] === "1") return;
  execFileSync(process.execPath, ["scripts/build.js"], { stdio: ["ignore", "ignore", "inherit"] });
}
