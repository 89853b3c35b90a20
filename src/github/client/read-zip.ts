/**
 * @module Reads a zip archive of texts while it comes in: never more in memory than was allowed, whatever the archive says of
 * itself. Names in it are data: nothing is written anywhere.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import type { UnzipFile } from "fflate";
import { HubsteadError } from "../../errors.ts";

export interface ZipLimits {
  /** Of texts that are kept, in UTF-8. What is beyond is left out, and that is told. */
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

/** Where the record that ends an archive is looked for; comments behind it are not in use. */
const endBytes = 1_024;

/** @returns how many files an archive says that it has; `undefined` where its end is missing */
function entriesIn(end: Buffer): number | undefined {
  const at = end.lastIndexOf("PK\x05\x06", undefined, "latin1");
  return at === -1 || at + 12 > end.length ? undefined : end.readUInt16LE(at + 10);
}

interface OpenText {
  readonly path: string;
  readonly chunks: Uint8Array[];
  isTruncated: boolean;
  isWhole: boolean;
}

/** @throws {HubsteadError} `corrupt` for what is no archive, is cut off, or unpacks to more than it can honestly hold */
export async function readZip(
  chunks: AsyncIterable<Uint8Array>,
  about: string,
  { maxBytes, maxEntries, maxRatio }: ZipLimits,
): Promise<ZippedTexts> {
  const { Unzip, UnzipInflate } = await import("fflate");
  const texts: OpenText[] = [];
  let [packed, unpacked, kept] = [0, 0, 0];
  let isFull = false;

  const take = (text: OpenText, bytes: Uint8Array, isLast: boolean): void => {
    unpacked += bytes.length;
    if (unpacked > harmlessBytes && unpacked > packed * maxRatio)
      throw unacceptable(about, `it unpacks to more than ${maxRatio} times its size`);
    const room = maxBytes - kept;
    const part = bytes.subarray(0, Math.max(0, room));
    // A copy: what fflate hands out it uses again.
    if (part.length > 0) text.chunks.push(part.slice());
    kept += part.length;
    if (part.length < bytes.length) {
      text.isTruncated = true;
      isFull = true;
    }
    text.isWhole ||= isLast;
  };

  const open = (file: UnzipFile): void => {
    if (texts.length >= maxEntries) throw unacceptable(about, `it holds more than ${maxEntries} files`);
    // Folders have a name that ends so, and nothing in them.
    const text: OpenText = { path: file.name, chunks: [], isTruncated: false, isWhole: false };
    texts.push(text);
    file.ondata = (error, bytes, isLast) => {
      if (error) throw error;
      take(text, bytes, isLast);
    };
    file.start();
  };

  const unzip = new Unzip(open);
  unzip.register(UnzipInflate);
  let end = Buffer.alloc(0);
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length && !isFull; at += sliceBytes) {
        const slice = chunk.subarray(at, at + sliceBytes);
        end = Buffer.concat([end, slice]).subarray(-endBytes);
        packed += slice.length;
        unzip.push(slice);
      }
      if (isFull) break;
    }
    if (!isFull) unzip.push(new Uint8Array(0), true);
  } catch (error) {
    if (error instanceof HubsteadError) throw error;
    if (isFflateError(error)) throw unacceptable(about, "it is damaged", error);
    throw error;
  }
  if (!isFull && (entriesIn(end) !== texts.length || texts.some(({ isWhole }) => !isWhole)))
    throw unacceptable(about, "it is cut off, or no zip archive");
  return {
    files: texts.filter(({ path }) => !path.endsWith("/")).map(toText),
    isTruncated: isFull,
  };
}

function toText({ path, chunks, isTruncated, isWhole }: OpenText): ZippedText {
  const text = new TextDecoder().decode(Buffer.concat(chunks), { stream: isTruncated });
  return { path, text, isTruncated: isTruncated || !isWhole };
}

function isFflateError(error: unknown): boolean {
  return error instanceof Error && typeof (error as { code?: unknown }).code === "number";
}

function unacceptable(about: string, reason: string, cause?: unknown): HubsteadError {
  return new HubsteadError("corrupt", `${about} cannot be read: ${reason}`, {
    hint: "Download it once more; if it stays so, look at the run on GitHub.",
    data: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}
