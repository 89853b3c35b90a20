import { expect, test } from "vitest";
import { narrowWish, wishFor } from "./token-wish.ts";

test("a wish gets narrower, never wider", () => {
  const wide = { repositories: ["data", "acme/Site"], permissions: { issues: "write", contents: "read" } };
  const narrow = [
    { repositories: ["acme/data"] },
    { repositories: ["DATA"] },
    { repositories: ["acme/site"] },
  ];
  for (const wish of narrow) expect(narrowWish(wide, wish)).toEqual({ ...wide, ...wish });
  expect(narrowWish(wide, { permissions: { issues: "read" } })).toEqual({
    repositories: wide.repositories,
    permissions: { issues: "read" },
  });
  expect(narrowWish({}, wide)).toEqual(wide);
  const wider = [
    { repositories: ["site"] },
    { repositories: ["globex/site"] },
    { repositories: ["acme/data", "more"] },
    { permissions: { contents: "write" } },
    { permissions: { issues: "admin" } },
    { permissions: { secrets: "read" } },
  ];
  for (const wish of wider)
    expect(() => narrowWish(wide, wish), JSON.stringify(wish)).toThrow("does not cover");
});

test("of a wish, an owner gets what is its own, and the same wish is the same text", () => {
  const wish = {
    repositories: ["b", "acme/A", "globex/c", "acme/b"],
    permissions: { issues: "read", contents: "read" },
  };
  expect(JSON.stringify(wishFor("Acme", wish))).toBe(
    '{"repositories":["a","b"],"permissions":{"contents":"read","issues":"read"}}',
  );
  expect(wishFor("initech", { repositories: ["b"] })).toEqual({ repositories: ["b"] });
  expect(wishFor("acme", {})).toEqual({});
  expect(() => wishFor("initech", { repositories: ["acme/data"] })).toThrow("not initech's");
});
