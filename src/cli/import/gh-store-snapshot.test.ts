import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Io } from "../io.ts";
import { readGhStoreSnapshot } from "./gh-store-snapshot.ts";
import { openImportSource } from "./import-source.ts";

async function read(text: string | Uint8Array) {
  const source = await openImportSource("-", { stdin: Readable.from([Buffer.from(text)]) } as unknown as Io);
  const { records, note } = await readGhStoreSnapshot(source);
  return { records: [...(records as Iterable<unknown>)], note };
}

test("all 981 objects of a real store are read, oldest first", async () => {
  const { records, note } = await read(
    readFileSync(new URL("../../../test/fixtures/papers-gh-store-snapshot.json", import.meta.url)),
  );
  expect(records).toHaveLength(981);
  expect(note).toBe("gh-store snapshot of nniiicc/paper-feed-nmw at 2026-08-22T00:25:07.978Z");
  const times = records.map((record) => (record as { createdAt: string }).createdAt);
  expect(times).toEqual([...times].sort());
});

test("objects of old versions, without a number and an id of their own", async () => {
  const { records } = await read(
    '{"objects":{"metrics":{"data":{"a":1},"meta":{"created_at":"2025-01-16T06:56:05+00:00","updated_at":"2025-01-16T06:57:35+00:00","version":2}},"bare":{"data":{}}}}',
  );
  expect(records).toEqual([
    { id: "bare", data: {} },
    {
      id: "metrics",
      data: { a: 1 },
      createdAt: "2025-01-16T06:56:05.000Z",
      updatedAt: "2025-01-16T06:57:35.000Z",
    },
  ]);
});

test.each([
  ["no objects", '{"snapshot_time":"2025-01-18T00:37:15+00:00"}', "objects"],
  ["a list", '{"objects":[1]}', "objects"],
  ["an object whose data is a list", '{"objects":{"a":{"data":[1]}}}', 'object "a"'],
  ["a time that is none", '{"objects":{"a":{"data":{},"meta":{"created_at":"soon"}}}}', 'object "a"'],
  ["NaN, as Python writes it", '{"objects":{"a":{"data":{"x":NaN}}}}', "not valid JSON"],
  ["__proto__", '{"objects":{"__proto__":{"data":{}}}}', "__proto__"],
])("%s is refused", async (_, text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});
