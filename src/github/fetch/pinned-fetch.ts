/**
 * @module A `fetch` that connects to given addresses, whatever the host's name leads to by now. For one read without a body:
 * the platform's offers no way to say where to connect. Its certificate must still be the name's.
 */
import type { IncomingMessage } from "node:http";
import type { LookupFunction } from "node:net";
import type { Transform } from "node:stream";

/** @param addresses that have been looked at; at least one */
export function createPinnedFetch(addresses: readonly string[]): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    // Encoded answers are of use to nobody who wants to save them.
    const headers = { "accept-encoding": "identity", ...Object.fromEntries(new Headers(init.headers)) };
    const { method = "GET", signal } = init;
    request(
      url,
      { method, headers, lookup: lookupOf(addresses), agent: false, ...(signal ? { signal } : {}) },
      resolve,
    )
      .on("error", (cause) => reject(new TypeError("fetch failed", { cause })))
      .end();
    return toResponse(await promise);
  };
}

function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  return (_, { all }, callback) => {
    if (all === true) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  };
}

async function toResponse(message: IncomingMessage): Promise<Response> {
  const headers = new Headers();
  for (let at = 0; at < message.rawHeaders.length; at += 2)
    headers.append(message.rawHeaders[at]!, message.rawHeaders[at + 1]!);
  const status = message.statusCode!;
  const isEmpty = status === 204 || status === 205 || status === 304;
  if (isEmpty) message.resume();
  return new Response(isEmpty ? null : await bodyOf(message), { status, headers });
}

/** Some servers send what they keep encoded to who has not asked for it, too. */
async function bodyOf(message: IncomingMessage): Promise<ReadableStream> {
  const { Readable, pipeline } = await import("node:stream");
  const { createBrotliDecompress, createUnzip } = await import("node:zlib");
  const encoding = message.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  let decoded: Transform | undefined;
  if (encoding === "br") decoded = createBrotliDecompress();
  else if (/^(?:x-)?gzip$|^deflate$/u.test(encoding)) decoded = createUnzip();
  const readable = decoded === undefined ? message : pipeline(message, decoded, () => undefined);
  return Readable.toWeb(readable) as ReadableStream;
}
