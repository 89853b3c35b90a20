/**
 * @module libsodium's sealed boxes: anybody who has a public key can seal, only who has the pair can open. It knows
 * nothing of what is sealed. libsodium is loaded when the first box needs it: that takes a tenth of a second.
 *
 * @see https://doc.libsodium.org/public-key_cryptography/sealed_boxes
 */
import { invalidInput } from "../errors.ts";

export interface SealingKeyPair {
  /** 32 bytes, X25519. */
  readonly publicKey: Uint8Array;
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
}

const keyBytes = 32;

async function loadSodium() {
  const { default: sodium } = await import("libsodium-wrappers-sumo");
  await sodium.ready;
  return sodium;
}

export async function createSealingKeyPair(): Promise<SealingKeyPair> {
  const { publicKey, privateKey } = (await loadSodium()).crypto_box_keypair();
  return { publicKey, privateKey };
}

/**
 * @returns the message, 48 bytes longer
 * @throws {HubsteadError} `invalid_input` for what is no public key
 */
export async function sealTo(publicKey: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  if (publicKey.length !== keyBytes) {
    throw invalidInput(
      `a public key has ${keyBytes} bytes, not ${publicKey.length}`,
      "Decode it from base64 first.",
    );
  }
  return (await loadSodium()).crypto_box_seal(message, publicKey);
}

/** @returns `undefined` for what was not sealed to this pair, or was changed since */
export async function openSealed(
  { publicKey, privateKey }: SealingKeyPair,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  const sodium = await loadSodium();
  if (sealed.length < sodium.crypto_box_SEALBYTES) return undefined;
  try {
    return sodium.crypto_box_seal_open(sealed, publicKey, privateKey);
  } catch {
    return undefined;
  }
}
