/**
 * @module JSON values within the limits that are awkward to hold: keys like integers, empty, inherited by every
 * object, beyond the BMP; numbers that print in unusual ways.
 */
import fc from "fast-check";
import type { Json, JsonObject } from "../src/base/json.ts";

const chosenKeys = [
  "",
  "0",
  "10",
  "9",
  "-1",
  "01",
  "4294967295",
  "constructor",
  "toString",
  "hasOwnProperty",
];
const signs = [
  "a",
  "A",
  "é",
  "e\u0301",
  "😀",
  "\ufb33",
  "€",
  "~",
  "/",
  "~1",
  "\u0001",
  "\u007f",
  "\u2028",
  '"',
  "\\",
];

const awkwardText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...chosenKeys, ...signs),
  fc.string({ unit: "binary" }).filter((text) => !text.includes("\0")),
);

export const awkwardKey: fc.Arbitrary<string> = awkwardText.filter((text) => text !== "__proto__");

const awkwardNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
  fc.constantFrom(0, -0, 1e-7, 5e-324, 0.1 + 0.2, Number.MAX_SAFE_INTEGER),
);

const { value, object } = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: "json" },
    fc.oneof(awkwardText, awkwardNumber, fc.boolean(), fc.constant(null)),
    fc.array(tie("value"), { maxLength: 4, depthIdentifier: "json" }),
    tie("object"),
  ),
  object: fc.dictionary(awkwardKey, tie("value"), { maxKeys: 5, depthIdentifier: "json" }),
}));

export const awkwardJson: fc.Arbitrary<Json> = value;
export const awkwardObject: fc.Arbitrary<JsonObject> = object;
