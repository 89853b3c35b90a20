/**
 * @module Signatures of commits as objects of the schema.
 */
import type { Signature } from "../../git/objects.ts";
import type { Verification } from "../../shapes/verification.ts";
import { accountOfEmail, webFlow } from "../../world/account-emails.ts";
import type { Fields, View } from "../view.ts";

const states: Readonly<Record<string, string>> = { unknown_signature_type: "UNKNOWN_SIG_TYPE" };

/** @returns `null` for what is not signed */
export function signatureToNode(
  { world, nodes }: View,
  committer: Signature,
  { verified, reason, signature, payload, verified_at }: Verification,
): Fields | null {
  if (signature === null) return null;
  const [, kind] = /^-----BEGIN (PGP|SSH) /u.exec(signature) ?? [];
  const signer = accountOfEmail(world, committer.email);
  return {
    __typename: kind === "PGP" ? "GpgSignature" : kind === "SSH" ? "SshSignature" : "UnknownSignature",
    email: committer.email,
    isValid: verified,
    payload,
    signature,
    signer: () => (signer?.kind === "User" ? nodes.account(signer) : null),
    state: states[reason] ?? reason.toUpperCase(),
    verifiedAt: verified_at,
    wasSignedByGitHub: verified && committer.email === webFlow.email,
  };
}
