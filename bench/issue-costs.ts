/**
 * @module Prints what objects in issues cost, in requests, beside what gh-store takes. Exits with 1 where ours takes more than was
 * promised.
 */
import { isBuilt } from "./engines/hubstead.ts";
import { measureIssueCosts } from "./extras/issue-costs.ts";
import { issueCostsToMarkdown } from "./report.ts";

if (isBuilt()) {
  const costs = await measureIssueCosts();
  console.log(issueCostsToMarkdown(costs));
  if (costs.some(({ missed }) => missed)) process.exitCode = 1;
} else {
  console.error("dist/index.js is missing, run npm run build at the root.");
  process.exitCode = 1;
}
