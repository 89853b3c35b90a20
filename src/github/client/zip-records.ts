/**
 * @module The records of a zip archive, from their bytes. Pure.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT §4.3
 */

/** How each record begins. */
export const signatures = {
  entry: 0x04034b50,
  descriptor: 0x08074b50,
  listed: 0x02014b50,
  listEnd64: 0x06064b50,
  listEndLocator64: 0x07064b50,
  listEnd: 0x06054b50,
} as const;

/** How many bytes of each record have always the same place; what is as long as it says follows. */
export const fixedBytes = {
  entry: 30,
  /** In archives of more than 4 GiB; else 16. */
  descriptor: 24,
  listed: 46,
  listEnd64: 12,
  listEndLocator64: 20,
  listEnd: 22,
} as const;

export interface EntryHeader {
  /** 0 is as it is, 8 is deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Whether its sizes and its sum stand behind its bytes only. */
  readonly isStreamed: boolean;
  readonly isUtf8: boolean;
  readonly crc: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly nameBytes: number;
  readonly extraBytes: number;
}

/** @param bytes the fixed ones of a local file header */
export function readEntryHeader(bytes: Buffer): EntryHeader {
  const flags = bytes.readUInt16LE(6);
  return {
    method: bytes.readUInt16LE(8),
    isEncrypted: (flags & 0x1) !== 0,
    isStreamed: (flags & 0x8) !== 0,
    isUtf8: (flags & 0x800) !== 0,
    crc: bytes.readUInt32LE(14),
    packedBytes: bytes.readUInt32LE(18),
    unpackedBytes: bytes.readUInt32LE(22),
    nameBytes: bytes.readUInt16LE(26),
    extraBytes: bytes.readUInt16LE(28),
  };
}

const tooLong = 0xffffffff;
const zip64Field = 0x0001;

/** The same with its sizes, where they take more than four bytes (§4.5.3). */
export function withLongSizes(header: EntryHeader, extra: Buffer): EntryHeader {
  if (header.packedBytes !== tooLong && header.unpackedBytes !== tooLong) return header;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== zip64Field || at + 20 > extra.length) continue;
    return { ...header, unpackedBytes: readLong(extra, at + 4), packedBytes: readLong(extra, at + 12) };
  }
  return header;
}

/** What has been read of an entry. */
export interface Sums {
  readonly crc: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
}

/** @returns how long the descriptor is that stands here, if it is one, and of just these bytes; else `undefined` */
export function descriptorLength(bytes: Buffer, sums: Sums): number | undefined {
  if (bytes.length < 16 || bytes.readUInt32LE(0) !== signatures.descriptor) return undefined;
  if (bytes.readUInt32LE(4) !== sums.crc) return undefined;
  const isShort = bytes.readUInt32LE(8) === sums.packedBytes && bytes.readUInt32LE(12) === sums.unpackedBytes;
  if (isShort) return 16;
  const isLong =
    bytes.length >= fixedBytes.descriptor &&
    readLong(bytes, 8) === sums.packedBytes &&
    readLong(bytes, 16) === sums.unpackedBytes;
  return isLong ? fixedBytes.descriptor : undefined;
}

function readLong(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
