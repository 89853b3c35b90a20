/**
 * @module Global node ids: what is made is read back, and nothing else is.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeId, parseNodeId } from "../../src/emulator/shapes/node-id.ts";

const part = fc.oneof(
  fc.nat(),
  fc.constantFrom(0, 127, 128, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER),
  fc.string({ unit: "binary", maxLength: 60 }),
);

test("an id of the new form tells the kind and the numbers that it was made of", () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (path) => {
      expect(parseNodeId(nodeId("edit", ...path))).toEqual({ kinds: ["edit"], path });
    }),
  );
});

test("ids look like GitHub's", () => {
  // https://docs.github.com/graphql/guides/migrating-graphql-global-node-ids
  expect(nodeId("user", 583_231)).toMatch(/^U_kgDO[\w-]{6}$/u);
  expect(nodeId("repository", 1_296_269)).toBe("R_kgDOABPHjQ");
  expect(nodeId("issue", 1_296_269, 2_900_000_001)).toMatch(/^I_kwDO[\w-]{12}$/u);
});

test("an id of the old form tells the kind and the number", () => {
  expect(parseNodeId("MDQ6VXNlcjU4MzIzMQ==")).toEqual({ kinds: ["user"], path: [583_231] });
  expect(parseNodeId("MDEwOlJlcG9zaXRvcnkxMjk2MjY5")).toEqual({ kinds: ["repository"], path: [1_296_269] });
});

test("nonsense is no id", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const parsed = parseNodeId(text);
      if (parsed !== undefined) expect(parsed.kinds.length).toBeGreaterThan(0);
    }),
  );
  const wrongLength = Buffer.from("04:Issue1").toString("base64");
  const unknown = Buffer.from("011:constructor1").toString("base64");
  for (const id of ["", "I_", "_", "__proto___kgDO", "U_kgDO", "U_oA", "U_kwDOAAAAAQ", wrongLength, unknown])
    expect(parseNodeId(id)).toBeUndefined();
});
