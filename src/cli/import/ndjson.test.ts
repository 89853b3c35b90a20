import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { ImportRecord } from "../../store/store.ts";
import type { Io } from "../io.ts";
import { openImportSource } from "./import-source.ts";
import { readNdjson } from "./ndjson.ts";

async function read(chunks: readonly (string | Uint8Array)[]): Promise<ImportRecord[]> {
  const source = await openImportSource("-", {
    stdin: Readable.from(chunks.map((chunk) => Buffer.from(chunk))),
  } as unknown as Io);
  return Array.fromAsync(readNdjson(source).records);
}

test("records come whole, however the bytes are cut", async () => {
  const text =
    '{"id":"task-a","data":{"title":"日本語 😀"}}\r\n\n  {"id":"task-b","type":"task","status":"open","createdAt":"2025-01-01T00:00:00Z","updatedAt":null,"version":7}  \n{"id":"task-c"}';
  const bytes = Buffer.from(text);
  const expected = [
    { id: "task-a", data: { title: "日本語 😀" } },
    { id: "task-b", type: "task", status: "open", createdAt: "2025-01-01T00:00:00Z" },
    { id: "task-c" },
  ];
  for (const size of [1, 2, 3, 7, 1_000]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    expect(await read(chunks)).toEqual(expected);
  }
});

test("a byte order mark is no part of the first line", async () => {
  expect(await read(['\ufeff{"id":"task-a"}\n'])).toEqual([{ id: "task-a" }]);
});

test("bytes that are no UTF-8 name their line", async () => {
  await expect(read(['{"id":"task-a"}\n', new Uint8Array([0x7b, 0xff, 0x7d])])).rejects.toThrow(
    "line 2 is not UTF-8",
  );
});

test("H2: depth bombs and endless lines are refused", async () => {
  await expect(
    read([`{"id":"task-a","data":${'{"a":'.repeat(13_000)}1${"}".repeat(13_000)}}\n`]),
  ).rejects.toThrow(/line 1.*64/u);
  await expect(read([`{"id":"task-a","data":{"a":${"[".repeat(65_000)}`])).rejects.toThrow(
    "line 1 is not valid JSON",
  );
  const endless = Array.from({ length: 20 }, () => "x".repeat(1_000_000));
  await expect(read(['{"id":"task-a"}\n', ...endless])).rejects.toThrow("line 2 has more than");
});

test("H1: __proto__ is refused, constructor and prototype are kept as data", async () => {
  await expect(read(['{"id":"task-a","__proto__":{"x":1}}'])).rejects.toThrow("__proto__");
  await expect(read(['{"id":"task-a","data":{"a":[{"__proto__":1}]}}'])).rejects.toThrow("__proto__");
  expect(await read(['{"id":"task-a","data":{"constructor":{"prototype":{"x":1}}}}'])).toEqual([
    { id: "task-a", data: { constructor: { prototype: { x: 1 } } } },
  ]);
  expect({}).not.toHaveProperty("x");
});
