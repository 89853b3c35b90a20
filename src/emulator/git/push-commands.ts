/**
 * @module What a push wants, read from the beginning of its request, and what git reports, in GitHub's words.
 *
 * @see https://git-scm.com/docs/pack-protocol#_reference_update_request_and_packfile_transfer
 */
import { Readable } from "node:stream";
import { type Packet, readPackets, writePackets } from "./pkt-lines.ts";

export interface PushCommand {
  readonly ref: string;
  /** `undefined`: it did not exist, or is to go. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const mostCommandBytes = 4_194_304;

/** @returns the commands, and the whole body again @throws an ordinary error for what is no push */
export async function readPushCommands(
  body: Readable,
): Promise<{ readonly commands: readonly PushCommand[]; readonly body: Readable }> {
  const parts = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let bytes = Buffer.alloc(0);
  let lines: Buffer[] | undefined;
  let isOver = false;
  while (lines === undefined && !isOver) {
    const { value, done } = await parts.next();
    if (done === true) isOver = true;
    else bytes = Buffer.concat([bytes, value]);
    lines = linesOfFirstList(bytes);
    if (bytes.length > mostCommandBytes) throw new Error("a push of too many refs");
  }
  if (lines === undefined && bytes.length > 0) throw new Error("a push that ends among its commands");
  const rest = async function* () {
    yield bytes;
    if (!isOver) yield* { [Symbol.asyncIterator]: () => parts };
  };
  return { commands: (lines ?? []).flatMap(parseCommand), body: Readable.from(rest()) };
}

/** What follows the list is the pack, and no packets. */
function linesOfFirstList(bytes: Buffer): Buffer[] | undefined {
  const lines: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const size = Number.parseInt(bytes.toString("latin1", at, at + 4), 16);
    if (size === 0) return lines;
    if (!(size >= 4)) throw new Error("a push without commands");
    if (at + size > bytes.length) return undefined;
    lines.push(bytes.subarray(at + 4, at + size));
    at += size;
  }
  return undefined;
}

/** What is dropped here is looked at by no rule, though git may take it: so nothing is that git does not drop, too. */
function parseCommand(line: Buffer): PushCommand[] {
  const [text = ""] = new TextDecoder("utf-8", { fatal: true }).decode(line).split("\0", 1);
  if (text.startsWith("shallow ")) return [];
  const [, before, after, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.+?)\n?$/isu.exec(text) ?? [];
  if (before === undefined || after === undefined || ref === undefined) {
    throw new Error("a push with a line that is no command");
  }
  const real = (oid: string) => (/^0+$/u.test(oid) ? undefined : oid.toLowerCase());
  return [{ ref, before: real(before), after: real(after) }];
}

/**
 * A hook that has declined is GitHub's protection of the branch, unless it says of a ref what it refuses to allow.
 *
 * @param answer of `git receive-pack`
 */
export function nameProtection(answer: Buffer): Buffer {
  const { packets, length } = tryReadPackets(answer);
  if (length !== answer.length) return answer;
  const reasons = reasonsIn(packets);
  return writePackets(packets.map((packet) => renameDeclined(packet, reasons)));
}

/** By ref, what the hook has printed; that goes over the second side band. */
function reasonsIn(packets: readonly Packet[]): ReadonlyMap<string, string> {
  const printed = packets.flatMap((packet) =>
    packet !== "flush" && packet[0] === 2 ? [packet.subarray(1)] : [],
  );
  const reasons = new Map<string, string>();
  let ref = "";
  for (const line of Buffer.concat(printed).toString("utf8").split("\n")) {
    ref = / failed for (\S+)\.$/u.exec(line)?.[1] ?? ref;
    const reason = /^error: (refusing to allow .+)$/u.exec(line)?.[1];
    if (reason !== undefined) reasons.set(ref, reason);
    const name = /^error: Invalid branch or tag name "(.+)"$/u.exec(line)?.[1];
    for (const kind of name === undefined ? [] : ["heads", "tags"])
      reasons.set(`refs/${kind}/${name}`, "pre-receive hook declined");
  }
  return reasons;
}

function tryReadPackets(bytes: Buffer): ReturnType<typeof readPackets> {
  try {
    return readPackets(bytes);
  } catch {
    return { packets: [], length: -1 };
  }
}

/** The report lies on the first side band as packets inside a packet, or openly where there are no bands. */
function renameDeclined(packet: Packet, reasons: ReadonlyMap<string, string>): Packet {
  if (packet === "flush") return packet;
  if (packet[0] === 1) {
    const inner = tryReadPackets(packet.subarray(1));
    if (inner.length !== packet.length - 1) return packet;
    const renamed = inner.packets.map((line) => renameDeclined(line, reasons));
    return Buffer.concat([packet.subarray(0, 1), writePackets(renamed)]);
  }
  const [, ref, end] = /^ng (\S+) hook declined(\n?)$/u.exec(packet.toString("utf8")) ?? [];
  if (ref === undefined) return packet;
  return Buffer.from(`ng ${ref} ${reasons.get(ref) ?? "protected branch hook declined"}${end}`);
}
