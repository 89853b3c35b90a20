/**
 * @module Where the cells of a table lie in an SQLite file, so that a test can damage exactly them.
 *
 * @see https://sqlite.org/fileformat2.html#b_tree_pages
 */
import { DatabaseSync } from "node:sqlite";

/** Bytes of a file: the header and the values of one row, or a part of them that lies on another page. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

const pageNumberBytes = 4;

/** The pages of tables and indexes, as a whole. @param path a closed file without a write-ahead log */
export function pageRanges(path: string, bytes: Buffer, names: readonly string[]): Range[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const pages = database.prepare("SELECT pageno FROM dbstat WHERE name IN (SELECT value FROM json_each(?))");
  const numbers = (pages.all(JSON.stringify(names)) as unknown as { pageno: number }[]).map(
    ({ pageno }) => pageno,
  );
  database.close();
  const pageBytes = bytes.readUInt16BE(16);
  return numbers.map((page) => ({ start: (page - 1) * pageBytes, end: page * pageBytes }));
}

/** @param path a closed file without a write-ahead log @param bytes its content */
export function cellRanges(path: string, bytes: Buffer, table: string): Range[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const found = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(table);
  database.close();
  return [...rangesUnder(table === "sqlite_schema" ? 1 : (found!.rootpage as number), bytes)];
}

const tableLeaf = 0x0d;
/** Tables without row ids are kept as indexes are; those of a test fit on one page. */
const indexLeaf = 0x0a;

function* rangesUnder(page: number, bytes: Buffer): Generator<Range> {
  const pageBytes = bytes.readUInt16BE(16);
  const start = (page - 1) * pageBytes;
  // The first page begins with the header of the file.
  const header = page === 1 ? start + 100 : start;
  const isLeaf = bytes[header] === tableLeaf || bytes[header] === indexLeaf;
  const cells = bytes.readUInt16BE(header + 3);
  for (let cell = 0; cell < cells; cell++) {
    const at = start + bytes.readUInt16BE(header + (isLeaf ? 8 : 12) + 2 * cell);
    if (bytes[header] === indexLeaf) yield indexPayloadAt(at, bytes);
    else if (isLeaf) yield* payloadAt(at, bytes, pageBytes);
    else yield* rangesUnder(bytes.readUInt32BE(at), bytes);
  }
  if (!isLeaf) yield* rangesUnder(bytes.readUInt32BE(header + 8), bytes);
}

function indexPayloadAt(cell: number, bytes: Buffer): Range {
  const [payloadBytes, start] = readVarint(bytes, cell);
  return { start, end: start + payloadBytes };
}

function* payloadAt(cell: number, bytes: Buffer, pageBytes: number): Generator<Range> {
  const [payloadBytes, afterSize] = readVarint(bytes, cell);
  const [, start] = readVarint(bytes, afterSize);
  const most = pageBytes - 35;
  const least = Math.floor(((pageBytes - 12) * 32) / 255) - 23;
  const wanted = least + ((payloadBytes - least) % (pageBytes - pageNumberBytes));
  const local = payloadBytes <= most ? payloadBytes : wanted <= most ? wanted : least;
  yield { start, end: start + local };
  let left = payloadBytes - local;
  for (let link = start + local; left > 0; ) {
    const overflow = (bytes.readUInt32BE(link) - 1) * pageBytes;
    const size = Math.min(left, pageBytes - pageNumberBytes);
    yield { start: overflow + pageNumberBytes, end: overflow + pageNumberBytes + size };
    left -= size;
    link = overflow;
  }
}

/** @returns the number, and where the next thing begins */
function readVarint(bytes: Buffer, at: number): [number, number] {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes[at + index]!;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + index + 1];
  }
  // Row ids may fill the ninth byte; nobody asks for their value.
  return [Number.NaN, at + 9];
}
