/**
 * @module What the emulator knows of what was asked of it.
 */
import { expect, test } from "vitest";
import { createRequests } from "../../src/emulator/requests.ts";

const record = {
  operation: "issues/get",
  method: "GET",
  path: "/repos/ada/data/issues/1",
  body: undefined,
  status: 200,
  by: "user:ada",
  at: "2026-01-01T00:00:00.000Z",
};

test("all requests are counted, also those that are not listed any more", () => {
  const requests = createRequests();
  for (let made = 0; made < 30_000; made++) requests.add(record, 0);
  requests.add({ ...record, operation: "issues/list" }, 0);
  expect([requests.count(), requests.count("issues/get"), requests.count("issues/list")]).toEqual([
    30_001, 30_000, 1,
  ]);
  expect(requests.list().length).toBeGreaterThanOrEqual(10_000);
  requests.clear();
  expect([requests.count(), requests.count("issues/get"), requests.list()]).toEqual([0, 0, []]);
});
