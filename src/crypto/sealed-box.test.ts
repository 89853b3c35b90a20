import { expect, test } from "vitest";
import { createSealingKeyPair, openSealed, sealTo } from "./sealed-box.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("who has the pair opens what was sealed to its public key", async () => {
  const pair = await createSealingKeyPair();
  const sealed = await sealTo(pair.publicKey, bytes("secret 🎉"));
  expect(sealed).toHaveLength(bytes("secret 🎉").length + 48);
  expect(await openSealed(pair, sealed)).toEqual(bytes("secret 🎉"));
  expect(await openSealed(pair, await sealTo(pair.publicKey, bytes("")))).toEqual(bytes(""));
});

test("nobody else opens it, and nobody opens it once it was changed", async () => {
  const pair = await createSealingKeyPair();
  const sealed = await sealTo(pair.publicKey, bytes("secret"));
  expect(await openSealed(await createSealingKeyPair(), sealed)).toBeUndefined();
  const changed = Uint8Array.from(sealed, (byte, at) => (at === 40 ? byte ^ 1 : byte));
  expect(await openSealed(pair, changed)).toBeUndefined();
  expect(await openSealed(pair, sealed.subarray(0, 20))).toBeUndefined();
});

test("what is no public key is refused", async () => {
  await expect(sealTo(bytes("short"), bytes("x"))).rejects.toMatchObject({ code: "invalid_input" });
});
