import { Zip, ZipDeflate, ZipPassThrough, zipSync } from "fflate";
import { expect, test } from "vitest";
import { createDice } from "../../base/dice.ts";
import { readZip, type ZipLimits } from "./read-zip.ts";

const limits: ZipLimits = { maxBytes: 1_000_000, maxEntries: 100, maxRatio: 200 };
const bytes = (text: string) => new TextEncoder().encode(text);

async function* pieces(archive: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < archive.length; at += size) yield archive.subarray(at, at + size);
}

const read = (archive: Uint8Array, size?: number, own: Partial<ZipLimits> = {}) =>
  readZip(pieces(archive, size), "the archive", { ...limits, ...own });

test("an archive is read whatever the pieces it comes in", async () => {
  const files = { "a.txt": bytes("grün\n"), "b/c.txt": bytes("x".repeat(5_000)), "empty.txt": bytes("") };
  for (const level of [0, 6] as const) {
    const archive = zipSync(files, { level });
    for (const size of [1, 7, 4_096, archive.length]) {
      const { files: found, isTruncated } = await read(archive, size);
      expect(isTruncated).toBe(false);
      expect(found).toEqual([
        { path: "a.txt", text: "grün\n", isTruncated: false },
        { path: "b/c.txt", text: "x".repeat(5_000), isTruncated: false },
        { path: "empty.txt", text: "", isTruncated: false },
      ]);
    }
  }
});

test("names that would lead elsewhere are data like any other", async () => {
  const { files } = await read(zipSync({ "../../etc/passwd": bytes("a"), "/b": bytes("b") }));
  expect(files.map(({ path }) => path)).toEqual(["../../etc/passwd", "/b"]);
});

test("an archive that unpacks to a thousand times its size is refused before it has", async () => {
  const bomb = zipSync({ bomb: new Uint8Array(64 * 1024 * 1024) }, { level: 9 });
  const before = process.memoryUsage().arrayBuffers;
  await expect(read(bomb, 65_536, { maxBytes: 1e9 })).rejects.toMatchObject({
    code: "corrupt",
    data: { reason: "it unpacks to more than 200 times its size" },
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60 * 1024 * 1024);
});

test("what is too much is left out, and that is told; half a character is none", async () => {
  const archive = zipSync({ a: bytes("grün"), b: bytes("b".repeat(10)) });
  expect(await read(archive, 1_000, { maxBytes: 4 })).toEqual({
    files: [{ path: "a", text: "gr", isTruncated: true }],
    isTruncated: true,
  });
});

test("too many files are refused", async () => {
  const archive = zipSync(Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`f${at}`, bytes("")])));
  await expect(read(archive)).rejects.toMatchObject({ code: "corrupt" });
});

test("what is cut off or no archive is told; what is damaged is told or read, and never hangs", async () => {
  const archive = zipSync({ a: bytes("hello ".repeat(1_000)), b: bytes("more") });
  for (const part of [0, 3, 20, 40, 50, archive.length - 22, archive.length - 12]) {
    await expect(read(archive.subarray(0, part))).rejects.toMatchObject({ code: "corrupt" });
  }
  await expect(read(bytes("<html>no</html>"))).rejects.toMatchObject({ code: "corrupt" });
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  console.log(`SEED=${seed}`);
  const dice = createDice(seed);
  for (let run = 0; run < 300; run++) {
    const damaged = archive.slice();
    for (let times = 0; times < 3; times++) damaged[dice.below(damaged.length)] = dice.below(256);
    await read(damaged).then(
      ({ files }) => {
        for (const { text } of files) expect(["hello ".repeat(1_000), "more"]).toContain(text);
      },
      (error: unknown) => expect(error).toMatchObject({ code: "corrupt" }),
    );
  }
});

/** An archive as it is written by who does not know yet how long its files become. */
function streamed(files: Readonly<Record<string, Uint8Array>>, level?: 0 | 6): Uint8Array {
  const written: Uint8Array[] = [];
  const zip = new Zip((error, part) => {
    if (error) throw error;
    written.push(part.slice());
  });
  for (const [name, content] of Object.entries(files)) {
    const file = level === undefined ? new ZipPassThrough(name) : new ZipDeflate(name, { level });
    zip.add(file);
    file.push(content, true);
  }
  zip.end();
  return Buffer.concat(written);
}

test("files whose length stands behind them are whole, whatever they hold", async () => {
  // What ends a file, as if it had ended here; and the beginning of one, at the very end.
  const mark = "PK\x07\x08";
  const texts = [
    `a ${mark} b`,
    `${mark.repeat(3_000)}${"x".repeat(70_000)}`,
    `${"\0".repeat(40)}${mark}`,
    "",
  ];
  const files = Object.fromEntries(texts.map((text, at) => [`${at}.txt`, bytes(text)]));
  for (const archive of [streamed(files), streamed(files, 0), streamed(files, 6)]) {
    for (const size of [1, 7, 4_096, archive.length]) {
      const { files: found, isTruncated } = await read(archive, size);
      expect(found.map(({ text }) => text)).toEqual(texts);
      expect(isTruncated).toBe(false);
    }
    await expect(read(archive.subarray(0, 200))).rejects.toMatchObject({ code: "corrupt" });
  }
});

test("a byte that is not as it was written is told, also where nothing was packed", async () => {
  const files = { "a.txt": bytes("the quick brown fox") };
  for (const archive of [zipSync(files, { level: 0 }), zipSync(files), streamed(files), streamed(files, 0)]) {
    const damaged = Buffer.from(archive);
    damaged[damaged.indexOf("a.txt") + 20] = 0x7a;
    await expect(read(damaged)).rejects.toMatchObject({ code: "corrupt" });
  }
});

test("names take of the room, too", async () => {
  const long = "n".repeat(60_000);
  const archive = zipSync(Object.fromEntries([0, 1, 2, 3].map((at) => [`${long}${at}`, bytes("")])));
  const { files, isTruncated } = await read(archive, 1_000, { maxBytes: 130_000 });
  expect(files).toHaveLength(2);
  expect(isTruncated).toBe(true);
});

test("what stops the pieces from coming is thrown as it is", async () => {
  const reasons = [new DOMException("enough", "AbortError"), Object.assign(new Error("enough"), { code: 3 })];
  for (const reason of reasons) {
    const stopping = async function* () {
      yield zipSync({ a: bytes("a") }).subarray(0, 10);
      throw reason;
    };
    await expect(readZip(stopping(), "the archive", limits)).rejects.toBe(reason);
  }
});
