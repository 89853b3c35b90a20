/**
 * @module What each operation on objects in issues costs, in requests that the emulator counts: no more than was promised.
 */
import { expect, test } from "vitest";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import { openIssueStore } from "../../src/issues/open-issue-store.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { type CostLibrary, costRows, countRequests } from "./cost-table.ts";

const library: CostLibrary = {
  startGitHub: (options) => startCheckedGitHub({ ...options, checksRequests: true }),
  GitHubClient,
  openIssueStore,
};

test.each(costRows)("$operation: $limit requests at most", async (row) => {
  const requests = await countRequests(library, row);
  expect(requests.length, requests.slice(0, 20).join(", ")).toBeLessThanOrEqual(row.limit);
  expect(requests.length).toBeGreaterThan(0);
  if (row.isFree) expect(requests.filter((request) => !request.endsWith(" 304"))).toEqual([]);
});
