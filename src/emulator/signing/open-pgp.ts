/**
 * @module The little of OpenPGP that a key of Ed25519 needs to sign commits: packets of version 4, and armor. Pure.
 *
 * @see RFC 4880; RFC 9580 §5.2.3, §5.5.5.5 (EdDSALegacy)
 */
import { createHash, type KeyObject, sign, verify } from "node:crypto";

/** Whose signatures are made, and known. */
export interface PgpKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Seconds since 1970; a part of the key's id. */
  readonly createdAt: number;
}

const eddsa = 22;
const sha256 = 8;
const ed25519Oid = Buffer.from("2b06010401da470f01", "hex");
const issuerPart = 33;
const timePart = 2;
const keyIdPart = 16;
const usagePart = 27;
const tags = { signature: 2, publicKey: 6, userId: 13 } as const;
const kinds = { binary: 0x00, certification: 0x13 } as const;

/** A detached signature, armored. @param time seconds since 1970 */
export function signDetached(key: PgpKey, content: Buffer, time: number): string {
  return armor("SIGNATURE", signaturePacket(key, kinds.binary, content, time));
}

/** Whether a detached signature is by this key and of this content. Nothing is thrown for what is none. */
export function isSignedBy({ publicKey }: PgpKey, content: Buffer, armored: string): boolean {
  const body = packetBody(unarmor(armored));
  if (body === undefined || body[0] !== 4 || body[1] !== kinds.binary || body[2] !== eddsa) return false;
  if (body[3] !== sha256 || body.length < 6) return false;
  const hashedEnd = 6 + body.readUInt16BE(4);
  if (hashedEnd + 2 > body.length) return false;
  const unhashedEnd = hashedEnd + 2 + body.readUInt16BE(hashedEnd);
  const numbers = readNumbers(body.subarray(unhashedEnd + 2));
  if (numbers === undefined) return false;
  return verify(null, digestOf(content, body.subarray(0, hashedEnd)), publicKey, numbers);
}

/** The key with the name of its owner, certified by itself, as `gpg --import` takes it. */
export function armorPublicKey(key: PgpKey, userId: string): string {
  const body = publicKeyBody(key);
  const name = Buffer.from(userId);
  const nameHead = Buffer.alloc(5);
  nameHead[0] = 0xb4;
  nameHead.writeUInt32BE(name.length, 1);
  const certified = Buffer.concat([keyHead(body), body, nameHead, name]);
  return armor(
    "PUBLIC KEY BLOCK",
    Buffer.concat([
      packet(tags.publicKey, body),
      packet(tags.userId, name),
      signaturePacket(key, kinds.certification, certified, key.createdAt),
    ]),
  );
}

function signaturePacket(key: PgpKey, kind: number, content: Buffer, time: number): Buffer {
  const id = fingerprint(key);
  const parts = Buffer.concat([
    subpacket(issuerPart, Buffer.concat([Buffer.from([4]), id])),
    subpacket(timePart, seconds(time)),
    // The key may certify and sign.
    ...(kind === kinds.certification ? [subpacket(usagePart, Buffer.from([3]))] : []),
  ]);
  const hashed = Buffer.concat([Buffer.from([4, kind, eddsa, sha256]), size(parts.length), parts]);
  const digest = digestOf(content, hashed);
  const signature = sign(null, digest, key.privateKey);
  const unhashed = subpacket(keyIdPart, id.subarray(-8));
  return packet(
    tags.signature,
    Buffer.concat([
      hashed,
      size(unhashed.length),
      unhashed,
      digest.subarray(0, 2),
      bigNumber(signature.subarray(0, 32)),
      bigNumber(signature.subarray(32)),
    ]),
  );
}

function digestOf(content: Buffer, hashed: Buffer): Buffer {
  const trailer = Buffer.alloc(6);
  trailer.writeUInt16BE(0x04ff);
  trailer.writeUInt32BE(hashed.length, 2);
  return createHash("sha256").update(content).update(hashed).update(trailer).digest();
}

function publicKeyBody({ publicKey, createdAt }: PgpKey): Buffer {
  const point = Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url");
  return Buffer.concat([
    Buffer.from([4]),
    seconds(createdAt),
    Buffer.from([eddsa, ed25519Oid.length]),
    ed25519Oid,
    // 0x40: the point is as Ed25519 itself writes it.
    bigNumber(Buffer.concat([Buffer.from([0x40]), point])),
  ]);
}

function fingerprint(key: PgpKey): Buffer {
  const body = publicKeyBody(key);
  return createHash("sha1").update(keyHead(body)).update(body).digest();
}

function keyHead(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x99]), size(body.length)]);
}

function seconds(time: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(time);
  return bytes;
}

function size(length: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(length);
  return bytes;
}

/** Without zeros at its beginning, and with the number of its bits. */
function bigNumber(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const bare = start === -1 ? Buffer.alloc(0) : bytes.subarray(start);
  const bits = bare.length === 0 ? 0 : (bare.length - 1) * 8 + (32 - Math.clz32(bare[0]!));
  return Buffer.concat([size(bits), bare]);
}

/** @returns the two halves of a signature, 64 bytes; `undefined` for anything else */
function readNumbers(bytes: Buffer): Buffer | undefined {
  const signature = Buffer.alloc(64);
  let at = 0;
  for (const half of [32, 64]) {
    if (at + 2 > bytes.length) return undefined;
    const length = Math.ceil(bytes.readUInt16BE(at) / 8);
    if (length > 32 || at + 2 + length > bytes.length) return undefined;
    bytes.copy(signature, half - length, at + 2, at + 2 + length);
    at += 2 + length;
  }
  return at === bytes.length ? signature : undefined;
}

/** All that are made here are shorter than 192 bytes. */
function subpacket(kind: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([body.length + 1, kind]), body]);
}

function packet(tag: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xc0 | tag, body.length]), body]);
}

/** @returns what is in a signature's packet of this form; `undefined` for anything else */
function packetBody(bytes: Buffer): Buffer | undefined {
  const isSignature = bytes[0] === (0xc0 | tags.signature) && bytes[1] === bytes.length - 2;
  return isSignature ? bytes.subarray(2) : undefined;
}

function armor(name: string, content: Buffer): string {
  const lines = content.toString("base64").replaceAll(/.{64}(?=.)/gu, "$&\n");
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(checksum(content));
  return `-----BEGIN PGP ${name}-----\n\n${lines}\n=${sum.subarray(1).toString("base64")}\n-----END PGP ${name}-----\n`;
}

function unarmor(text: string): Buffer {
  const [, base64 = ""] =
    /^-----BEGIN PGP SIGNATURE-----\n(?:[^\n]+\n)*\n([A-Za-z0-9+/=\n]+?)\n=[^\n]{4}\n-----END/u.exec(text) ??
    [];
  return Buffer.from(base64, "base64");
}

/** CRC-24. @see RFC 4880 §6.1 */
function checksum(content: Buffer): number {
  let sum = 0xb704ce;
  for (const byte of content) {
    sum ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      sum <<= 1;
      if (sum & 0x1000000) sum ^= 0x1864cfb;
    }
  }
  return sum & 0xffffff;
}
