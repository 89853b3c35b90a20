/**
 * The signature, byte by byte: a third implementation can be held against this file.
 */
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { writeInitialComment, writeUpdateComment } from "../wire/write-comment.ts";
import { readSignedComment, signComment } from "./statement.ts";
import { parseWriterKey } from "./writer-key.ts";

// RFC 8032 §7.1, test 1.
const jwk = {
  kty: "OKP",
  crv: "Ed25519",
  d: Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex").toString(
    "base64url",
  ),
  x: Buffer.from("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "hex").toString(
    "base64url",
  ),
};
const pem = createPrivateKey({ key: jwk, format: "jwk" }).export({ type: "pkcs8", format: "pem" }) as string;
const key = parseWriterKey(pem);
const place = { repositoryId: 812_345_678, objectId: "metrics", issueNumber: 12 };
const writer = { clientVersion: "hubstead 0.1.0", time: "2026-11-20T09:56:38.604Z", issueNumber: 12 };

const first = signComment(writeInitialComment({ count: 0, né: "@octocat fixes #1 😀" }, writer), {
  key,
  userId: 583_231,
  place,
  before: undefined,
});
const step = {
  operation: "op-1",
  time: writer.time,
  edits: [{ op: "increment" as const, path: "/count", by: 2 }],
};
const second = signComment(writeUpdateComment([step], writer), {
  key,
  userId: 583_231,
  place,
  before: first.link,
});
const signedText = (text: string) =>
  Buffer.from(readSignedComment(text)!.bytesFor(place, 583_231)).toString();

const written: Readonly<Record<string, string>> = {
  publicKey: key.publicKey,
  keyId: key.id,
  initial: first.text,
  initialSigned: signedText(first.text),
  initialHash: first.link.hash,
  update: second.text,
  updateSigned: signedText(second.text),
  updateHash: second.link.hash,
};

const file = new URL("../../../test/vectors/issues-signed.json", import.meta.url);
const frozen = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;

test("nothing is written that is not frozen", () =>
  expect(Object.keys(written)).toEqual(Object.keys(frozen)));

test.each(Object.keys(frozen))("%s", (name) => expect(written[name]).toBe(frozen[name]));
