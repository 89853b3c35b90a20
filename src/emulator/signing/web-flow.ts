/**
 * @module The key with which the emulator signs commits in GitHub's place. Everybody can make it anew from what stands
 * here, so that what it signs proves nothing, and no other GitHub knows it.
 *
 * @see https://docs.github.com/authentication/managing-commit-signature-verification/about-commit-signature-verification
 */
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { Signature } from "../git/objects.ts";
import { webFlow } from "../world/account-emails.ts";
import { armorPublicKey, isSignedBy, type PgpKey, signDetached } from "./open-pgp.ts";

/** What stands before an Ed25519 key in PKCS#8. @see RFC 8410 */
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");

function makeKey(): PgpKey {
  const bytes = createHash("sha256").update("the emulator's own web-flow").digest();
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8Head, bytes]),
    format: "der",
    type: "pkcs8",
  });
  return { privateKey, publicKey: createPublicKey(privateKey), createdAt: Date.UTC(2020, 0) / 1_000 };
}

let known: PgpKey | undefined;

function webFlowKey(): PgpKey {
  known ??= makeKey();
  return known;
}

/** Who commits where GitHub itself does. @param nowMs milliseconds since 1970 */
export function webFlowCommitter(nowMs: number): Signature {
  return { name: webFlow.name, email: webFlow.email, time: Math.floor(nowMs / 1_000), zone: "+0000" };
}

/** @param payload the commit without its signature @param time seconds since 1970 */
export function signAsWebFlow(payload: Buffer, time: number): string {
  return signDetached(webFlowKey(), payload, time);
}

export function isSignedByWebFlow(payload: Buffer, signature: string): boolean {
  return isSignedBy(webFlowKey(), payload, signature);
}

/** As `gpg --import` takes it. */
export function webFlowPublicKey(): string {
  return armorPublicKey(webFlowKey(), "GitHub (emulated by Hubstead) <noreply@github.com>");
}
