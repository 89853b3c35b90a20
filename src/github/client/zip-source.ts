/**
 * @module The bytes of an archive as they come in, to be taken piece by piece: no more is held than was asked for, and one
 * piece of what comes.
 */

export interface ZipSource {
  /** How many bytes have come in. */
  readonly received: number;
  /** @returns just so many bytes, at most 64 KiB; `undefined` where the archive ends before */
  take(length: number): Promise<Buffer | undefined>;
  /** @returns at least so many of the next bytes, fewer only at the end, without taking them */
  peek(length: number): Promise<Buffer>;
  /** Of what was seen by `peek`. */
  drop(length: number): void;
  /** Nothing more is wanted. */
  close(): Promise<void>;
}

export function createZipSource(chunks: AsyncIterable<Uint8Array>): ZipSource {
  const incoming = chunks[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  let received = 0;
  const peek = async (length: number): Promise<Buffer> => {
    while (held.length < length) {
      const { done, value } = await incoming.next();
      if (done) break;
      received += value.length;
      held = held.length === 0 ? Buffer.from(value) : Buffer.concat([held, value]);
    }
    return held;
  };
  const drop = (length: number): void => {
    held = held.subarray(length);
  };
  return {
    get received() {
      return received;
    },
    peek,
    drop,
    async take(length) {
      const bytes = await peek(length);
      if (bytes.length < length) return undefined;
      drop(length);
      return bytes.subarray(0, length);
    },
    async close() {
      await incoming.return?.();
    },
  };
}
