import { describe, expect, test } from "vitest";
import { detectFormat } from "./detect-format.ts";

const detect = (text: string) => detectFormat(Buffer.from(text, "latin1"), "file");

test.each([
  ["a database", "SQLite format 3\0\u0010\0", "chora-store"],
  [
    "a snapshot over many lines",
    '{\n  "snapshot_time": "2025-01-18T00:37:15+00:00",\n  "objects": {',
    "gh-store",
  ],
  ["a snapshot that begins with its objects", '{\n"objects": {\n', "gh-store"],
  ["a snapshot in one line", '{"repository":"a/b","objects":{}}\n', "gh-store"],
  ["entities", '{"id":"task-a"}\n{"id":"task-b"}\n', "ndjson"],
  ["an entity whose data has objects", '{"id":"task-a","data":{"objects":{}}}\n', "ndjson"],
  ["an entity that has a field of that name", '{"objects":1,"id":"task-a"}\n', "ndjson"],
  ["an entity that is broken", '{"id":"task-a",\n', "ndjson"],
  ["blank lines first", '\n\n{"id":"task-a"}\n', "ndjson"],
  ["a byte order mark", '\u00ef\u00bb\u00bf{"id":"task-a"}\n', "ndjson"],
  ["nothing", "", "ndjson"],
])("%s", (_, text, format) => {
  expect(detect(text)).toBe(format);
});

describe("what is none of them is refused", () => {
  test.each(['[{"id":"task-a"}]', "id,title\n", "PK\u0003\u0004", "\u001f\u008b\b", "---\nid: a\n"])(
    "%j",
    (text) => {
      expect(() => detect(text)).toThrow(/file/u);
    },
  );
});
