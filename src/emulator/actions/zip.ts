/**
 * @module Writes zip archives: as much of the format as files with names and contents need.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipFile {
  /** With `/` between folders. */
  readonly name: string;
  readonly content: Buffer;
}

const version = 20;
/** Names are UTF-8. */
const utf8Names = 0x0800;
const deflated = 8;
/** 1980-01-01, where the format's time begins: archives of the same files are the same. */
const firstDay = 0x21;

export function writeZip(files: readonly ZipFile[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const nameBytes = Buffer.from(name, "utf8");
    const packed = deflateRawSync(content);
    const facts = factsOf(content, packed, nameBytes);
    const head = Buffer.concat([uint32(0x04034b50), uint16(version), facts, nameBytes]);
    directory.push(
      Buffer.concat([
        uint32(0x02014b50),
        uint16(version),
        uint16(version),
        facts,
        // No comment, first disk, no attributes.
        uint16(0),
        uint16(0),
        uint16(0),
        uint32(0),
        uint32(offset),
        nameBytes,
      ]),
    );
    bodies.push(head, packed);
    offset += head.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.concat([
    uint32(0x06054b50),
    uint16(0),
    uint16(0),
    uint16(files.length),
    uint16(files.length),
    uint32(central.length),
    uint32(offset),
    uint16(0),
  ]);
  return Buffer.concat([...bodies, central, end]);
}

/** What a file's head and its entry in the directory have in common. */
function factsOf(content: Buffer, packed: Buffer, name: Buffer): Buffer {
  return Buffer.concat([
    uint16(utf8Names),
    uint16(deflated),
    uint16(0),
    uint16(firstDay),
    uint32(crc32(content)),
    uint32(packed.length),
    uint32(content.length),
    uint16(name.length),
    uint16(0),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
