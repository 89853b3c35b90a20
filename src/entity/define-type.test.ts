import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineType } from "./define-type.ts";
import { defaultStatuses } from "./status.ts";

const invalid = expect.objectContaining({ code: "invalid_input" });

describe("a type", () => {
  test("needs no more than a name", () => {
    expect(defineType({ name: "task" })).toEqual({
      name: "task",
      statuses: defaultStatuses,
      defaultStatus: "active",
      schema: undefined,
      indexes: [],
      search: undefined,
    });
  });

  test("with statuses of its own begins with active where it has that, else with the first", () => {
    expect(defineType({ name: "task", statuses: ["open", "active"] }).defaultStatus).toBe("active");
    expect(defineType({ name: "task", statuses: ["open", "closed"] }).defaultStatus).toBe("open");
    expect(
      defineType({ name: "task", statuses: ["open", "closed"], defaultStatus: "closed" }).defaultStatus,
    ).toBe("closed");
  });

  test("names fields by dots or as JSON Pointers", () => {
    const type = defineType({
      name: "task",
      indexes: ["priority", "author.name", "/a.b/c~1d"],
      search: ["title"],
    });
    expect(type.indexes).toEqual(["/priority", "/author/name", "/a.b/c~1d"]);
    expect(type.search).toEqual(["/title"]);
  });

  test("takes any Standard Schema", () => {
    const schema = z.object({ title: z.string() });
    expect(defineType({ name: "task", schema }).schema).toBe(schema);
  });

  test("cannot be changed afterwards, nor through what it was made from", () => {
    const statuses = ["open"];
    const type = defineType({ name: "task", statuses, indexes: ["a"], search: ["b"] });
    statuses.push("closed");
    expect(type.statuses).toEqual(["open"]);
    for (const part of [type, type.statuses, type.indexes, type.search])
      expect(Object.isFrozen(part)).toBe(true);
  });

  test.each<[string, Parameters<typeof defineType>[0]]>([
    ["an empty name", { name: "" }],
    ["a name that starts with a sign", { name: "-task" }],
    ["the reserved name", { name: "policy" }],
    ["no statuses", { name: "task", statuses: [] }],
    ["an empty status", { name: "task", statuses: [""] }],
    ["a long status", { name: "task", statuses: ["x".repeat(101)] }],
    ["a status that is no text", { name: "task", statuses: [7 as unknown as string] }],
    ["a default that is no status of it", { name: "task", statuses: ["open"], defaultStatus: "closed" }],
    ["an empty field", { name: "task", indexes: [""] }],
    ["a field with an empty part", { name: "task", indexes: ["a..b"] }],
    ["a field that ends in a dot", { name: "task", search: ["a."] }],
    ["a broken pointer", { name: "task", indexes: ["/a~"] }],
    ["a field __proto__", { name: "task", indexes: ["/__proto__"] }],
    ["a field __proto__ by dots", { name: "task", search: ["a.__proto__"] }],
  ])("with %s is refused", (_, options) => {
    expect(() => defineType(options)).toThrow(invalid);
  });
});
