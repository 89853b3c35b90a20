import { expect, test } from "vitest";
import { defaultStatus, defaultStatuses } from "./status.ts";

test("the default status is one of the default statuses, and none stands twice", () => {
  expect(defaultStatuses).toContain(defaultStatus);
  expect(new Set(defaultStatuses).size).toBe(defaultStatuses.length);
});
