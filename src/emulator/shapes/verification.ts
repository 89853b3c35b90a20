/**
 * @module What GitHub thinks of the signatures of commits and tags. Of all keys the emulator knows its own alone.
 *
 * @see https://docs.github.com/rest/commits/commits#get-a-commit
 */
import { wholeSeconds } from "../clock.ts";
import { parseCommit, parseTag, type Signature, withoutSignature } from "../git/objects.ts";
import { isSignedByWebFlow } from "../signing/web-flow.ts";
import { accountOfEmail } from "../world/account-emails.ts";
import type { World } from "../world/world.ts";

export type Verification = typeof unsigned | ReturnType<typeof verify>;

/** @param content the commit, as git has it */
export function commitVerification(world: World, content: Buffer): Verification {
  const { committer, signature } = parseCommit(content);
  return signature === undefined ? unsigned : verify(world, committer, signature, withoutSignature(content));
}

/** The signature of a tag is the end of its message. */
export function tagVerification(world: World, content: Buffer): Verification {
  const at = content.indexOf("\n-----BEGIN ") + 1;
  if (at === 0) return unsigned;
  const { tagger } = parseTag(content);
  return verify(world, tagger, content.toString("utf8", at), content.subarray(0, at));
}

const unsigned = {
  verified: false,
  reason: "unsigned",
  signature: null,
  payload: null,
  verified_at: null,
} as const;

function verify(world: World, by: Signature | undefined, signature: string, payload: Buffer) {
  const isVerified = isSignedByWebFlow(payload, signature);
  return {
    verified: isVerified,
    reason: isVerified ? "valid" : reasonAgainst(world, by, signature),
    signature,
    payload: payload.toString("utf8"),
    verified_at: isVerified && by !== undefined ? wholeSeconds(by.time * 1_000) : null,
  };
}

function reasonAgainst(world: World, by: Signature | undefined, signature: string) {
  if (!/^-----BEGIN (?:PGP|SSH) SIGNATURE-----/u.test(signature)) return "unknown_signature_type";
  return by === undefined || accountOfEmail(world, by.email) === undefined ? "no_user" : "unknown_key";
}
