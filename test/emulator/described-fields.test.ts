import { expect, test } from "vitest";
import type { Json } from "../../src/base/json.ts";
import { createFieldCheck } from "./described-fields.ts";

const schemas: Record<string, Json> = {
  tree: {
    type: "object",
    properties: { name: { type: "string" }, kids: { type: "array", items: { $ref: "#/schemas/tree" } } },
  },
  open: { type: "object" },
  named: { properties: { a: {} }, additionalProperties: { type: "string" } },
};

const unknownFields = createFieldCheck(schemas);

test.each<[string, Json, Json, string[]]>([
  ["a field of no schema", schemas["tree"]!, { name: "a", size: 1 }, ["/size"]],
  [
    "one deep in a schema that holds itself",
    schemas["tree"]!,
    { kids: [{ kids: [{ size: 1 }] }] },
    ["/kids/*/kids/*/size"],
  ],
  ["one of many items, told once", schemas["tree"]!, { kids: [{ size: 1 }, { size: 2 }] }, ["/kids/*/size"]],
  [
    "a field of another alternative",
    { anyOf: [schemas["tree"]!, { properties: { size: {} } }] },
    { name: "a", size: 1 },
    [],
  ],
  ["a field of none of the alternatives", { oneOf: [schemas["tree"]!] }, { size: 1 }, ["/size"]],
  ["what Object.prototype has", schemas["tree"]!, { constructor: 1 }, ["/constructor"]],
  ["anything in an open object", schemas["open"]!, { size: { deep: 1 } }, []],
  ["anything where other fields are allowed", schemas["named"]!, { size: "x" }, []],
  ["a list where no list is described", schemas["tree"]!, [{ size: 1 }], []],
  ["nothing", schemas["tree"]!, null, []],
])("%s", (_, schema, value, unknown) => {
  expect(unknownFields(schema, value)).toEqual(unknown);
});
