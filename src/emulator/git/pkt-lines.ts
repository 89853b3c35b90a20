/**
 * @module Git's packets: four hex digits of length, then the line. Pure.
 *
 * @see https://git-scm.com/docs/gitprotocol-common#_pkt_line_format
 */

/** A flush ends a list. */
export type Packet = Buffer | "flush";

/** @returns the packets that are whole, and how many bytes they took @throws an ordinary error for what is no packet */
export function readPackets(bytes: Buffer): { readonly packets: Packet[]; readonly length: number } {
  const packets: Packet[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const digits = bytes.toString("latin1", at, at + 4);
    if (!/^[0-9a-f]{4}$/iu.test(digits)) throw new Error(`"${digits}" is no length of a packet`);
    const size = Number.parseInt(digits, 16);
    if (size < 4) {
      packets.push("flush");
      at += 4;
      continue;
    }
    if (at + size > bytes.length) break;
    packets.push(bytes.subarray(at + 4, at + size));
    at += size;
  }
  return { packets, length: at };
}

export function writePackets(packets: readonly Packet[]): Buffer {
  return Buffer.concat(
    packets.map((packet) =>
      packet === "flush"
        ? Buffer.from("0000")
        : Buffer.concat([Buffer.from((packet.length + 4).toString(16).padStart(4, "0")), packet]),
    ),
  );
}
