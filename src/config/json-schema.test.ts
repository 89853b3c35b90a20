import { describe, expect, test } from "vitest";
import type { Json } from "../base/json.ts";
import { HubsteadError } from "../errors.ts";
import { jsonSchemaToStandard } from "./json-schema.ts";

function issues(schema: Json, value: unknown) {
  return jsonSchemaToStandard(schema)["~standard"].validate(value).issues;
}

function refusal(schema: Json): HubsteadError {
  try {
    jsonSchemaToStandard(schema);
  } catch (error) {
    if (error instanceof HubsteadError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

const paper = {
  type: "object",
  required: ["title"],
  properties: {
    title: { type: "string", minLength: 1 },
    rating: { enum: ["up", "down"] },
    tags: { type: "array", items: { type: "string" } },
    pages: { $ref: "#/$defs/count" },
    id: { anyOf: [{ type: "string" }, { type: "number" }] },
    "a/b c": { type: "number" },
  },
  $defs: { count: { type: "integer", minimum: 0 } },
  additionalProperties: false,
} as const;

test("data that fits comes back as it is", () => {
  const value = { title: "A", rating: "up", tags: ["x"], pages: 3, id: 7 };
  expect(jsonSchemaToStandard(paper)["~standard"].validate(value)).toEqual({ value });
});

test("each error names its path, and only the innermost is told", () => {
  expect(
    issues(paper, { rating: "sideways", tags: ["x", 1], pages: -1, id: true, "a/b c": "x", other: 1 }),
  ).toEqual([
    { path: ["title"], message: "is missing" },
    { path: ["rating"], message: 'is none of "up","down"' },
    { path: ["tags", "1"], message: "is a number, not string" },
    { path: ["pages"], message: "-1 is less than 0" },
    { path: ["id"], message: "does not match any subschemas" },
    { path: ["a/b c"], message: "is a string, not number" },
    { path: ["other"], message: "is not allowed here" },
  ]);
});

test("what the branches of if demand is told, not that they do", () => {
  const schema = JSON.parse('{"if":{"required":["a"]},"then":{"required":["b"]}}');
  expect(issues(schema, { a: 1 })).toEqual([{ path: ["b"], message: "is missing" }]);
  expect(issues(schema, {})).toBeUndefined();
});

test("names that objects inherit are no properties", () => {
  expect(issues(paper, { title: "A", constructor: 1 })).toEqual([
    { path: ["constructor"], message: "is not allowed here" },
  ]);
  expect(issues({ required: ["toString"] }, {})).toEqual([{ path: ["toString"], message: "is missing" }]);
});

test("a reference may lead to an anchor, and back to the schema itself", () => {
  expect(
    issues(
      { $defs: { name: { $anchor: "name", type: "string" } }, properties: { a: { $ref: "#name" } } },
      { a: 1 },
    ),
  ).toHaveLength(1);
  const tree = { type: "object", properties: { child: { $ref: "#" } }, additionalProperties: false };
  expect(issues(tree, { child: { child: {} } })).toBeUndefined();
  expect(issues(tree, { child: { child: { x: 1 } } })).toEqual([
    { path: ["child", "child", "x"], message: "is not allowed here" },
  ]);
});

test("the schema that is given is not touched", () => {
  const schema = { properties: { a: { type: "string" } } };
  const text = JSON.stringify(schema);
  jsonSchemaToStandard(Object.freeze(schema));
  expect(JSON.stringify(schema)).toBe(text);
});

test("notes to other programs are allowed", () => {
  expect(issues({ "x-order": 1, markdownDescription: "…", type: "object" }, {})).toBeUndefined();
});

describe("a schema that would not check what its author meant is refused", () => {
  test.each<[string, Json, string]>([
    ["a misspelt keyword", { propertis: {} }, "properties"],
    ["a misspelt type", { type: "strnig" }, "string"],
    ["a type that is none", { type: "frobnicate" }, "object"],
    ["a network reference", { $ref: "https://example.org/schema.json" }, "$defs"],
    ["a file reference", { $ref: "other.json" }, "$defs"],
    ["a reference to nothing", { properties: { a: { $ref: "#/$defs/nothing" } } }, "$defs"],
    ["another draft", { $schema: "http://json-schema.org/draft-07/schema#" }, "2020-12"],
    ["a dynamic reference", { $dynamicRef: "#node" }, "without dynamic references"],
    ["a pattern that is none", { properties: { a: { pattern: "(" } } }, "JavaScript"],
    ["a pattern of properties that is none", { patternProperties: { "[": {} } }, "JavaScript"],
    ["a schema that is a list", { properties: { a: [] } }, "object"],
    ["required that is no list", { required: "title" }, "list"],
    ["a length that is none", { minLength: -1 }, "whole number"],
    ["an identifier inside", { properties: { a: { $id: "x" } } }, "$anchor"],
    ["an identifier that is none", { $id: "http://[" }, "Leave it out"],
    ["no alternatives", { anyOf: [] }, "schema"],
    ["a text", "string", "object"],
  ])("%s", (_, schema, hint) => {
    const error = refusal(schema);
    expect(error.code).toBe("invalid_input");
    expect(error.hint).toContain(hint);
  });

  test("the error says where", () => {
    expect(refusal({ properties: { a: { items: { tpye: "string" } } } }).data.path).toEqual([
      "properties",
      "a",
      "items",
      "tpye",
    ]);
  });

  test("a reference without end is found when data is checked", () => {
    expect(() => issues({ $ref: "#" }, {})).toThrow(/without end/u);
  });
});
