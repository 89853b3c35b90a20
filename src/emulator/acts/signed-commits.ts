/**
 * @module Commits that GitHub itself makes: it commits them in its own name, and signs them. Commits that are pushed, or
 * that people make through the API, stay as they are.
 *
 * @see https://docs.github.com/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots
 */
import type { GitRepository } from "../git/git-store.ts";
import { type Commit, encodeCommit } from "../git/objects.ts";
import { signAsWebFlow, webFlowCommitter } from "../signing/web-flow.ts";

/** @param nowMs milliseconds since 1970 @returns the commit's id */
export function writeSignedCommit(
  git: GitRepository,
  commit: Omit<Commit, "committer" | "signature">,
  nowMs: number,
): string {
  const whole: Commit = { ...commit, committer: webFlowCommitter(nowMs) };
  const signature = signAsWebFlow(encodeCommit(whole), whole.committer.time);
  return git.write("commit", encodeCommit({ ...whole, signature }));
}
