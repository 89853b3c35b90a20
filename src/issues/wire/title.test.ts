import { expect, test } from "vitest";
import { readDocument } from "./document.ts";
import { hashedObjectLabel, isLabelOf, objectLabel } from "./object-label.ts";
import { hashOfBody, readTitle, writeTitle } from "./title.ts";

const at = { commentId: 2_345_678_901, version: 12, revisions: 34, bodyHash: "0123456789ab" };

test("gh-store's title is written for a new object, a checkpoint at its end later", () => {
  expect(writeTitle("metrics")).toBe("Stored Object: metrics");
  expect(writeTitle("metrics", at)).toBe("Stored Object: metrics [12sk1f9.c.y.0123456789ab]");
  expect(readTitle(writeTitle("metrics", at))[0]).toEqual({ id: "metrics", checkpoint: at });
  expect(readTitle("Stored Object: metrics")).toEqual([{ id: "metrics" }]);
});

test("the longest id and the longest checkpoint fit into a title", () => {
  const checkpoint = {
    commentId: 36 ** 8 - 1,
    version: 36 ** 5 - 1,
    revisions: 36 ** 5 - 1,
    bodyHash: "0123456789ab",
  };
  expect(writeTitle("x".repeat(200), checkpoint).length).toBeLessThanOrEqual(256);
});

test("an id that ends like a checkpoint is told from one", () => {
  const id = `a ${writeTitle("", at).slice("Stored Object:  ".length)}`;
  expect(readTitle(writeTitle(id)).map((title) => title.id)).toEqual(["a", id]);
  expect(readTitle(writeTitle(id, at))[0]).toEqual({ id, checkpoint: at });
});

test.each(["My issue", "stored object: a", "Stored Object:a", ""])("%j is nobody's title", (title) =>
  expect(readTitle(title)).toEqual([]),
);

test.each([
  "Stored Object: a [.1.1.0123456789ab]",
  "Stored Object: a [1.1.0123456789ab]",
  "Stored Object: a [zzzzzzzzz.1.1.0123456789ab]",
  "Stored Object: a [1.1.1.0123456789AB]",
])("%j has no checkpoint", (title) => expect(readTitle(title)).toEqual([{ id: title.slice(15) }]));

test("a body's hash depends on what it says, not on how it is laid out", () => {
  const hash = (text: string) => hashOfBody((readDocument(text) as { value: never }).value);
  expect(hash('{"a": 1, "b": [1.0, "é"]}')).toBe(hash('{\r\n"b":[1,"\\u00e9"],"a":1}'));
  expect(hash('{"a": 1}')).not.toBe(hash('{"a": "1"}'));
  expect(hash('{"a": 9007199254740992}')).not.toBe(hash('{"a": 9007199254740993}'));
});

test("an id that goes into a label stands there as it is", () => {
  expect(objectLabel("UID:", "paper:arxiv.2301.1")).toBe("UID:paper:arxiv.2301.1");
  expect(objectLabel("UID:", "x".repeat(46))).toBe(`UID:${"x".repeat(46)}`);
});

test.each(["x".repeat(47), "a,b", " a", "日本語".repeat(20), "😀".repeat(40), "a".repeat(200)])(
  "%j goes into a label shortened, with a hash",
  (id) => {
    for (const prefix of ["UID:", "ALIAS-TO:", "MERGED-INTO:"]) {
      const label = objectLabel(prefix, id);
      expect(label).toMatch(/^[^,]+~[0-9a-f]{16}$/u);
      expect(label.length).toBeLessThanOrEqual(50);
      expect(label.isWellFormed()).toBe(true);
      expect(isLabelOf(label, prefix, id)).toBe(true);
      expect(isLabelOf(label, prefix, `${id}x`)).toBe(false);
    }
  },
);

test("ids that differ in their case only have labels that differ in more, where both are there", () => {
  expect(hashedObjectLabel("UID:", "Foo").toLowerCase()).not.toBe(
    hashedObjectLabel("UID:", "foo").toLowerCase(),
  );
  expect(isLabelOf("UID:FOO", "UID:", "foo")).toBe(true);
});
