/**
 * @module Reads a zip archive of texts while it comes in: never more in memory than was allowed, whatever the archive says of
 * itself. Names in it are data: nothing is written anywhere.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { crc32 } from "node:zlib";
import { HubsteadError } from "../../errors.ts";
import {
  descriptorLength,
  type EntryHeader,
  fixedBytes,
  readEntryHeader,
  type Sums,
  signatures,
  withLongSizes,
} from "./zip-records.ts";
import { createZipSource, type ZipSource } from "./zip-source.ts";

export interface ZipLimits {
  /** Of texts and names that are kept, in UTF-8. What is beyond is left out, and that is told. */
  readonly maxBytes: number;
  /** Of files. */
  readonly maxEntries: number;
  /** Unpacked to packed bytes; text rarely goes beyond 50. */
  readonly maxRatio: number;
}

export interface ZippedText {
  /** As it stands in the archive: it may hold `..` and anything else. */
  readonly path: string;
  readonly text: string;
  /** Whether its end is missing, for the limit of bytes. */
  readonly isTruncated: boolean;
}

export interface ZippedTexts {
  readonly files: readonly ZippedText[];
  readonly isTruncated: boolean;
}

// One byte of deflate makes at most 1,032: so small that what comes of one slice is never much.
const sliceBytes = 4_096;
/** Short texts may repeat themselves as they like. */
const harmlessBytes = 16 * 1024 * 1024;

interface OpenText {
  readonly path: string;
  readonly chunks: Uint8Array[];
  isTruncated: boolean;
}

const descriptorMark = Buffer.alloc(4);
descriptorMark.writeUInt32LE(signatures.descriptor);

/** What is under way. */
interface Reading {
  readonly about: string;
  readonly source: ZipSource;
  readonly limits: ZipLimits;
  readonly newInflater: (take: (bytes: Uint8Array) => void) => Unpack;
  readonly texts: OpenText[];
  entries: number;
  /** All bytes that came of the archive's, kept or not. */
  unpacked: number;
  kept: number;
  /** Nothing more is kept: the rest need not be read. */
  isFull: boolean;
}

/** Takes what is packed; the last time with `isLast`. */
type Unpack = (bytes: Uint8Array, isLast: boolean) => void;

/** @throws {HubsteadError} `corrupt` for what is no archive, is cut off, or unpacks to more than it can honestly hold */
export async function readZip(
  chunks: AsyncIterable<Uint8Array>,
  about: string,
  limits: ZipLimits,
): Promise<ZippedTexts> {
  const { Inflate } = await import("fflate");
  const source = createZipSource(chunks);
  const newInflater: Reading["newInflater"] = (take) => {
    const inflater = new Inflate(take);
    return (bytes, isLast) => inflater.push(bytes, isLast);
  };
  const reading: Reading = {
    about,
    source,
    limits,
    newInflater,
    texts: [],
    entries: 0,
    unpacked: 0,
    kept: 0,
    isFull: false,
  };
  try {
    while (!reading.isFull && (await signatureAhead(reading)) === signatures.entry) await readEntry(reading);
    if (!reading.isFull) await readList(reading);
  } finally {
    await source.close();
  }
  return { files: reading.texts.map(toText), isTruncated: reading.isFull };
}

function toText({ path, chunks, isTruncated }: OpenText): ZippedText {
  const text = new TextDecoder().decode(Buffer.concat(chunks), { stream: isTruncated });
  return { path, text, isTruncated };
}

async function signatureAhead({ source, about }: Reading): Promise<number> {
  const bytes = await source.peek(4);
  if (bytes.length < 4) throw cutOff(about);
  return bytes.readUInt32LE(0);
}

async function mustTake({ source, about }: Reading, length: number): Promise<Buffer> {
  const bytes = await source.take(length);
  if (bytes === undefined) throw cutOff(about);
  return bytes;
}

async function readEntry(reading: Reading): Promise<void> {
  const { about, limits, texts } = reading;
  const header = readEntryHeader(await mustTake(reading, fixedBytes.entry));
  const name = await mustTake(reading, header.nameBytes);
  const whole = withLongSizes(header, await mustTake(reading, header.extraBytes));
  if (++reading.entries > limits.maxEntries)
    throw unacceptable(about, `it holds more than ${limits.maxEntries} files`);
  if (header.isEncrypted || (header.method !== 0 && header.method !== 8))
    throw unacceptable(about, "it is packed in a way that logs are not");
  const text: OpenText = {
    path: name.toString(header.isUtf8 ? "utf8" : "latin1"),
    chunks: [],
    isTruncated: false,
  };
  // Folders have a name that ends so, and nothing in them.
  if (!text.path.endsWith("/")) {
    const nameBytes = Buffer.byteLength(text.path);
    if (reading.kept + nameBytes > limits.maxBytes) {
      reading.isFull = true;
      return;
    }
    reading.kept += nameBytes;
    texts.push(text);
  }
  await readContent(reading, whole, text);
}

async function readContent(reading: Reading, header: EntryHeader, text: OpenText): Promise<void> {
  const { about, source } = reading;
  const sums = { crc: 0, packedBytes: 0, unpackedBytes: 0 };
  const take = (bytes: Uint8Array): void => {
    sums.crc = crc32(bytes, sums.crc);
    sums.unpackedBytes += bytes.length;
    keep(reading, text, bytes);
  };
  const unpack: Unpack = header.method === 0 ? (bytes) => take(bytes) : reading.newInflater(take);
  const push = (bytes: Uint8Array, isLast: boolean): void => {
    sums.packedBytes += bytes.length;
    try {
      unpack(bytes, isLast);
    } catch (error) {
      throw error instanceof HubsteadError ? error : unacceptable(about, "it is damaged", error);
    }
  };
  for (;;) {
    const length = header.isStreamed
      ? await streamedLength(reading, sums)
      : Math.min(sliceBytes, header.packedBytes - sums.packedBytes);
    if (length === 0) break;
    const bytes = (await source.peek(1)).subarray(0, length);
    if (bytes.length === 0) throw cutOff(about);
    source.drop(bytes.length);
    push(bytes, false);
    if (reading.isFull) return;
  }
  push(new Uint8Array(0), true);
  if (header.isStreamed) return;
  const isRight = sums.crc === header.crc && sums.unpackedBytes === header.unpackedBytes;
  if (!isRight) throw unacceptable(about, "it is damaged");
}

/**
 * Of an entry that does not say how long it is: its end is where a descriptor stands that says just what has been read.
 *
 * @returns how many bytes certainly come before that, none at the end, of which the descriptor is taken
 */
async function streamedLength({ source, about }: Reading, sums: Sums): Promise<number> {
  const ahead = await source.peek(fixedBytes.descriptor);
  const found = descriptorLength(ahead, sums);
  if (found !== undefined) {
    source.drop(found);
    return 0;
  }
  if (ahead.length < fixedBytes.descriptor) throw cutOff(about);
  // Where one may begin that says so many bytes, or where it cannot be told yet: its last three may be the beginning, too.
  let next = ahead.indexOf(descriptorMark, 1);
  while (next !== -1 && next + 12 <= ahead.length) {
    if (ahead.readUInt32LE(next + 8) === (sums.packedBytes + next) % 2 ** 32) break;
    next = ahead.indexOf(descriptorMark, next + 1);
  }
  return Math.min(sliceBytes, next === -1 ? ahead.length - 3 : next);
}

function keep(reading: Reading, text: OpenText, bytes: Uint8Array): void {
  const { about, limits, source } = reading;
  reading.unpacked += bytes.length;
  if (reading.unpacked > harmlessBytes && reading.unpacked > source.received * limits.maxRatio)
    throw unacceptable(about, `it unpacks to more than ${limits.maxRatio} times its size`);
  const part = bytes.subarray(0, Math.max(0, limits.maxBytes - reading.kept));
  // A copy: what is handed in lies in something larger.
  if (part.length > 0) text.chunks.push(new Uint8Array(part));
  reading.kept += part.length;
  if (part.length === bytes.length) return;
  text.isTruncated = true;
  reading.isFull = true;
}

/** What stands behind the files, and says how many there are. */
async function readList(reading: Reading): Promise<void> {
  let listed = 0;
  let isLong = false;
  for (;;) {
    const signature = await signatureAhead(reading);
    if (signature === signatures.listed && listed < reading.entries) {
      const bytes = await mustTake(reading, fixedBytes.listed);
      for (const at of [28, 30, 32]) await mustTake(reading, bytes.readUInt16LE(at));
      listed++;
    } else if (signature === signatures.listEnd64 && !isLong) {
      const rest = (await mustTake(reading, fixedBytes.listEnd64)).readBigUInt64LE(4);
      if (rest > 65_536n) throw cutOff(reading.about);
      await mustTake(reading, Number(rest));
      isLong = true;
    } else if (signature === signatures.listEndLocator64) {
      await mustTake(reading, fixedBytes.listEndLocator64);
    } else if (signature === signatures.listEnd) {
      const entries = (await mustTake(reading, fixedBytes.listEnd)).readUInt16LE(10);
      const isSame = entries === reading.entries || (isLong && entries === 0xffff);
      if (listed === reading.entries && isSame) return;
      throw cutOff(reading.about);
    } else throw cutOff(reading.about);
  }
}

function cutOff(about: string): HubsteadError {
  return unacceptable(about, "it is cut off, or no zip archive");
}

function unacceptable(about: string, reason: string, cause?: unknown): HubsteadError {
  return new HubsteadError("corrupt", `${about} cannot be read: ${reason}`, {
    hint: "Download it once more; if it stays so, look at the run on GitHub.",
    data: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}
