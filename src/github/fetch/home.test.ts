import { expect, test } from "vitest";
import { createHome } from "./home.ts";

test("a token that was forgotten among many is not taken to another API", () => {
  const home = createHome(undefined);
  const [first, second] = [new URL("https://api.github.com/a"), new URL("https://api.acme.ghe.com/a")];
  home.guardFor(first, "Bearer first");
  for (let index = 0; index < 10_000; index++) home.guardFor(second, `Bearer ${index}`);
  expect(() => home.guardFor(second, "Bearer first")).toThrow("was not sent");
  expect(() => home.guardFor(second, "Bearer 9999")).not.toThrow();
  expect(() => home.guardFor(first, "Bearer first")).not.toThrow();
});
