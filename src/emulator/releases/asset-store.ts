/**
 * @module Where the bytes of uploaded files lie: a file for each, named by its id. What a file is, its row tells.
 */
import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface StoredAsset {
  readonly sizeBytes: number;
  /** `sha256:…`. */
  readonly digest: string;
}

export interface AssetStore {
  /**
   * Reads to the end whatever comes, since somebody who is still sending hears no answer.
   *
   * @returns `undefined` for what has more bytes, of which nothing is kept
   */
  write(id: number, content: AsyncIterable<Uint8Array>, mostBytes: number): Promise<StoredAsset | undefined>;
  /** @returns `undefined` for what is not there */
  read(id: number): Readable | undefined;
  remove(id: number): void;
  /** Removes what nobody knows of: a process that was killed may have left it. */
  keepOnly(isThere: (id: number) => boolean): void;
  /** Removes all, where it was not to be kept. */
  close(): void;
}

/** @param folder absent: a temporary one, made when the first file comes, and removed at the end */
export function createAssetStore(folder?: string): AssetStore {
  let root = folder;
  let parts = 0;
  const pathOf = (id: number): string => {
    root ??= mkdtempSync(join(tmpdir(), "hubstead-assets-"));
    return join(root, String(id));
  };
  return {
    async write(id, content, mostBytes) {
      const path = pathOf(id);
      const part = `${path}.${parts++}.part`;
      mkdirSync(join(path, ".."), { recursive: true });
      const hash = createHash("sha256");
      let sizeBytes = 0;
      const measured = async function* () {
        for await (const piece of content) {
          sizeBytes += piece.length;
          if (sizeBytes > mostBytes) continue;
          hash.update(piece);
          yield piece;
        }
      };
      try {
        await pipeline(measured, createWriteStream(part));
        if (sizeBytes > mostBytes) return undefined;
        renameSync(part, path);
      } finally {
        rmSync(part, { force: true });
      }
      return { sizeBytes, digest: `sha256:${hash.digest("hex")}` };
    },
    read(id) {
      const path = pathOf(id);
      return existsSync(path) ? createReadStream(path) : undefined;
    },
    remove(id) {
      if (root !== undefined) rmSync(pathOf(id), { force: true });
    },
    keepOnly(isThere) {
      if (root === undefined || !existsSync(root)) return;
      for (const name of readdirSync(root))
        if (!/^\d+$/u.test(name) || !isThere(Number(name))) rmSync(join(root, name), { force: true });
    },
    close() {
      if (folder === undefined && root !== undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}
