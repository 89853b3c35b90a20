import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { canonicalJson, type JsonObject } from "../base/json.ts";
import { defineType, type StandardSchema, type TypeDefinition } from "./define-type.ts";
import { checkData, checkDataSize, checkStatus, conformData, maxDataBytes } from "./validate.ts";

const invalid = expect.objectContaining({ code: "invalid_input" });

function typesOf(...list: TypeDefinition<never>[]): ReadonlyMap<string, TypeDefinition<unknown>> {
  return new Map((list as unknown as TypeDefinition<unknown>[]).map((known) => [known.name, known]));
}

describe("data", () => {
  test("is a JSON object within the limits", () => {
    expect(() => checkData({ a: 1 })).not.toThrow();
    for (const value of [undefined, null, [], "x", 1, { a: undefined }, { a: Number.NaN }]) {
      expect(() => checkData(value)).toThrow(invalid);
    }
  });

  test("is at most 1 MiB of canonical JSON in UTF-8", () => {
    const none = () => undefined;
    const sized = (bytes: number, sign: string) => {
      const room = bytes - canonicalJson({ a: "" }).length;
      const width = new TextEncoder().encode(sign).length;
      return canonicalJson({ a: sign.repeat(Math.floor(room / width)) + "x".repeat(room % width) });
    };
    for (const sign of ["x", "é", "€", "😀"]) {
      expect(new TextEncoder().encode(sized(maxDataBytes, sign))).toHaveLength(maxDataBytes);
      expect(() => checkDataSize(sized(maxDataBytes, sign), none)).not.toThrow();
      expect(() => checkDataSize(sized(maxDataBytes + 1, sign), none)).toThrow(invalid);
    }
  });

  test("that is too large already may shrink, and not grow", () => {
    const text = (length: number) => canonicalJson({ a: "x".repeat(length) });
    const large = () => text(2_000_000);
    expect(() => checkDataSize(text(1_999_999), large)).not.toThrow();
    expect(() => checkDataSize(text(2_000_000), large)).not.toThrow();
    expect(() => checkDataSize(text(2_000_001), large)).toThrow(invalid);
  });
});

describe("a status", () => {
  const types = typesOf(defineType({ name: "task", statuses: ["open", "closed"] }));

  test("of an undefined type is one of the default ones", () => {
    expect(checkStatus("note", undefined, types)).toBe("active");
    expect(checkStatus("note", "draft", types)).toBe("draft");
    expect(() => checkStatus("note", "Draft", types)).toThrow(invalid);
    expect(() => checkStatus("constructor", "toString", types)).toThrow(invalid);
  });

  test("of a defined type is one of its own", () => {
    expect(checkStatus("task", undefined, types)).toBe("open");
    expect(checkStatus("task", "closed", types)).toBe("closed");
    expect(() => checkStatus("task", "active", types)).toThrow(/not a status of the type "task"/u);
  });
});

describe("data of a type with a schema", () => {
  const schemas: readonly (readonly [string, StandardSchema])[] = [
    ["zod", z.object({ title: z.string(), n: z.number().optional() })],
    ["valibot", v.object({ title: v.string(), n: v.optional(v.number()) })],
    ["arktype", type({ title: "string", "n?": "number" }) as unknown as StandardSchema],
  ];

  test.each(schemas)("is checked by %s", (_, schema) => {
    const types = typesOf(defineType({ name: "task", schema: schema as StandardSchema<never> }));
    expect(conformData("task", { title: "x", n: 1 }, undefined, types)).toEqual({ title: "x", n: 1 });
    expect(() => conformData("task", { title: 7 }, undefined, types)).toThrow(
      expect.objectContaining({ code: "invalid_input", data: expect.objectContaining({ path: "/title" }) }),
    );
    expect(() => conformData("task", {}, undefined, types)).toThrow(invalid);
  });

  test("is stored as the schema returns it", () => {
    const schema = z.object({ title: z.string().trim(), n: z.number().default(3) });
    const types = typesOf(defineType({ name: "task", schema: schema as unknown as StandardSchema<never> }));
    expect(conformData("task", { title: " x " }, undefined, types)).toEqual({ title: "x", n: 3 });
  });

  test("may keep what was wrong already, and nothing new", () => {
    const schema = z.looseObject({ a: z.number().optional(), b: z.number().optional() });
    const types = typesOf(defineType({ name: "task", schema: schema as unknown as StandardSchema<never> }));
    const before = { a: "wrong" };
    expect(conformData("task", { a: "wrong", c: 1 }, before, types)).toEqual({ a: "wrong", c: 1 });
    expect(() => conformData("task", { a: "wrong", b: "wrong" }, before, types)).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ path: "/b" }) }),
    );
    expect(conformData("task", { a: 1 }, before, types)).toEqual({ a: 1 });
  });

  test("may not become what no storage could hold", () => {
    for (const output of [{ at: new Date() }, { a: undefined }, [], "x", undefined]) {
      const schema: StandardSchema<never> = {
        "~standard": { version: 1, vendor: "test", validate: () => ({ value: output as never }) },
      };
      expect(() => conformData("task", {}, undefined, typesOf(defineType({ name: "task", schema })))).toThrow(
        invalid,
      );
    }
  });

  test("cannot be changed by the schema behind our back", () => {
    const schema: StandardSchema<never> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value) => {
          (value as JsonObject & { x?: number }).x = 666;
          return { issues: [{ message: "no" }] };
        },
      },
    };
    const data = { a: 1 };
    expect(() => conformData("task", data, undefined, typesOf(defineType({ name: "task", schema })))).toThrow(
      invalid,
    );
    expect(data).toEqual({ a: 1 });
  });

  test("cannot be checked by a schema that answers later", async () => {
    const schema: StandardSchema<never> = {
      "~standard": { version: 1, vendor: "test", validate: () => Promise.reject(new Error("later")) },
    };
    expect(() => conformData("task", {}, undefined, typesOf(defineType({ name: "task", schema })))).toThrow(
      /promise/u,
    );
    await Promise.resolve();
  });

  test("an issue names its path as a JSON Pointer, and how many more there are", () => {
    const issues = [{ message: "bad", path: ["a/b", { key: 0 }, Symbol.iterator] }, { message: "worse" }];
    const schema: StandardSchema<never> = {
      "~standard": { version: 1, vendor: "test", validate: () => ({ issues }) },
    };
    expect(() => conformData("task", {}, undefined, typesOf(defineType({ name: "task", schema })))).toThrow(
      expect.objectContaining({
        hint: expect.stringContaining("1 more"),
        data: expect.objectContaining({ path: "/a~1b/0/Symbol(Symbol.iterator)" }),
      }),
    );
  });
});

test("data of a type without a schema is stored as it is", () => {
  const data = { a: 1 };
  expect(conformData("task", data, undefined, new Map())).toBe(data);
});

test("a policy is checked as one", () => {
  expect(conformData("policy", { resolver: "defer" }, undefined, new Map())).toEqual({ resolver: "defer" });
  expect(() => conformData("policy", { resolver: "local" }, undefined, new Map())).toThrow(invalid);
});
