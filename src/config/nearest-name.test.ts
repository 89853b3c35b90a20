import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

const names = ["create", "update", "delete", "restore", "get", "list", "status", "statuses"];

test.each([
  ["craete", "create"],
  ["updat", "update"],
  ["LIST", "list"],
  ["lst", "list"],
  ["gte", "get"],
  ["status", "status"],
  ["statusses", "statuses"],
  ["deleted", "delete"],
])("%s was meant to be %s", (typed, meant) => {
  expect(nearestName(typed, names)).toBe(meant);
});

test.each(["", "frobnicate", "x", "remove-everything", "a".repeat(100_000)])(
  "%.20s is near to nothing",
  (typed) => {
    expect(nearestName(typed, names)).toBeUndefined();
  },
);
