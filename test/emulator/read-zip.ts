/**
 * @module Reads zip archives, to look at those that the emulator writes.
 */
import { crc32, inflateRawSync } from "node:zlib";
import { expect } from "vitest";

/** As the format's own description says, from the directory at the end. */
export function readZip(bytes: Buffer): Record<string, string> {
  const end = bytes.length - 22;
  expect(bytes.readUInt32LE(end)).toBe(0x06054b50);
  const files: Record<string, string> = {};
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    const [size, nameLength, head] = [
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt32LE(at + 42),
    ];
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const from = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28);
    const content = inflateRawSync(bytes.subarray(from, from + size));
    expect(crc32(content)).toBe(bytes.readUInt32LE(at + 16));
    files[name] = content.toString("utf8");
    at += 46 + nameLength;
  }
  return files;
}
