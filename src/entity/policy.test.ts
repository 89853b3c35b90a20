import { describe, expect, test } from "vitest";
import type { JsonObject } from "../base/json.ts";
import {
  checkPolicy,
  defaultPolicy,
  fieldRuleNames,
  isPolicyId,
  policyIdOf,
  readPolicy,
  resolverNames,
} from "./policy.ts";

const invalid = expect.objectContaining({ code: "invalid_input" });

test("a policy is the entity policy:<type>", () => {
  expect(policyIdOf("issue-request")).toBe("policy:issue-request");
  expect(isPolicyId("policy:task")).toBe(true);
  expect(isPolicyId("policy-task")).toBe(false);
  expect(isPolicyId("policy")).toBe(false);
});

describe("a policy that is written here", () => {
  test("may say a resolver, what deletes do, and rules by field", () => {
    for (const resolver of resolverNames) expect(() => checkPolicy({ resolver })).not.toThrow();
    for (const rule of fieldRuleNames)
      expect(() => checkPolicy({ fields: { "/a": rule, status: rule } })).not.toThrow();
    expect(() =>
      checkPolicy({ deletes: "delete-wins", fields: { "/a~1b": { rank: ["a", "b"] } } }),
    ).not.toThrow();
    expect(() => checkPolicy({})).not.toThrow();
  });

  test.each<[JsonObject, string]>([
    [{ resolver: "local" }, "/resolver"],
    [{ resolver: "remote" }, "/resolver"],
    [{ resolver: null }, "/resolver"],
    [{ deletes: "never" }, "/deletes"],
    [{ fields: ["max"] }, "/fields"],
    [{ fields: { "/a/b": "local" } }, "/fields/~1a~1b"],
    [{ fields: { "/a": { rank: "a" } } }, "/fields/~1a"],
    [{ fields: { "/a": { rank: [1] } } }, "/fields/~1a"],
    [{ fields: { "/a": null } }, "/fields/~1a"],
    [{ rules: {} }, "/rules"],
  ])("%j is refused at %s", (data, path) => {
    expect(() => checkPolicy(data)).toThrow(
      expect.objectContaining({ code: "invalid_input", data: expect.objectContaining({ path }) }),
    );
  });

  test("may not have a rule for what is no path", () => {
    for (const path of ["votes", "a/b", "/__proto__", "/~"])
      expect(() => checkPolicy({ fields: { [path]: "max" } })).toThrow(invalid);
  });
});

describe("a policy that others wrote", () => {
  test("is read as it is", () => {
    const data = {
      resolver: "defer",
      deletes: "delete-wins",
      fields: { "/n": "max", "/o": { rank: ["a"] } },
    };
    expect(readPolicy(data)).toEqual(data);
  });

  test("counts as not said where it is malformed, perhaps by a newer version", () => {
    expect(readPolicy({})).toEqual(defaultPolicy);
    expect(
      readPolicy({ resolver: "quantum", deletes: 7, fields: { "/n": "median", "/m": "min" }, more: 1 }),
    ).toEqual({
      ...defaultPolicy,
      fields: { "/m": "min" },
    });
    expect(readPolicy({ resolver: ["defer"], fields: [1] })).toEqual(defaultPolicy);
    expect(readPolicy({ resolver: "constructor", fields: { constructor: "toString" } })).toEqual(
      defaultPolicy,
    );
  });
});
