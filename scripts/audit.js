/**
 * @module Asks the registry for known holes in what users install: high and critical ones fail. A registry that keeps no
 * advisories is named loudly, since then nothing was checked.
 *
 *   node scripts/audit.js
 */
import { spawnSync } from "node:child_process";

const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json", "--fetch-retries=1"], {
  encoding: "utf8",
  shell: process.platform === "win32",
});
const { metadata, message } = JSON.parse(stdout || "{}");
if (metadata === undefined) {
  console.warn(`!!! NOT CHECKED: the registry answers no audits (${message ?? "npm said nothing"})`);
} else {
  const { high = 0, critical = 0 } = metadata.vulnerabilities;
  console.log(`known holes in runtime dependencies: ${high} high, ${critical} critical`);
  if (high + critical > 0) process.exitCode = 1;
}
