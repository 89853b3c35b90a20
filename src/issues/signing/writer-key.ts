/**
 * @module The key with which a writer signs: Ed25519, from a PEM text. Knows nothing of what is signed.
 *
 * @see RFC 8032 (Ed25519), RFC 8410 (its keys)
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { HubsteadError } from "../../errors.ts";

/** Never shown: only what it signs, and what everybody may know, comes out of it. */
export interface WriterKey {
  readonly id: string;
  /** 32 bytes, base64url. */
  readonly publicKey: string;
  /** 64 bytes, base64url. */
  sign(bytes: Uint8Array): string;
}

/** What checks a writer's signatures. */
export interface PublicKey {
  readonly id: string;
  /** Never throws: what is no signature is a wrong one. */
  isSigned(bytes: Uint8Array, signature: string): boolean;
}

/** @returns PKCS#8 PEM, to be kept secret, and the public key for the file of keys */
export function createWriterKey(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  return { privateKey: pem, publicKey: parseWriterKey(pem).publicKey };
}

/** @throws {HubsteadError} `wrong_key` for what is no Ed25519 private key; the text is in no error */
export function parseWriterKey(pem: string): WriterKey {
  const key = tryRead(pem);
  if (key === undefined)
    throw new HubsteadError("wrong_key", "the key to sign with is no Ed25519 private key", {
      hint: "Make one with `createWriterKey`, or with `openssl genpkey -algorithm ed25519`.",
    });
  const publicKey = createPublicKey(key).export({ format: "jwk" }).x!;
  return {
    id: idOf(publicKey),
    publicKey,
    sign: (bytes) => sign(null, bytes, key).toString("base64url"),
  };
}

function tryRead(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    // What OpenSSL says of it may quote it.
    return undefined;
  }
}

/** @param text 32 bytes, base64url @returns `undefined` for what is none */
export function parsePublicKey(text: string): PublicKey | undefined {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== 32 || bytes.toString("base64url") !== text) return undefined;
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: text }, format: "jwk" });
  return {
    id: idOf(text),
    isSigned(signed, signature) {
      const value = Buffer.from(signature, "base64url");
      // One signature has one text: the last sign of base64 has bits to spare.
      return (
        value.length === 64 && value.toString("base64url") === signature && verify(null, signed, key, value)
      );
    },
  };
}

function idOf(publicKey: string): string {
  return createHash("sha256").update(Buffer.from(publicKey, "base64url")).digest("hex").slice(0, 16);
}
