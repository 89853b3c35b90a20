import { expect, test } from "vitest";
import { writeUpdateComment } from "../wire/write-comment.ts";
import { checkSignatures } from "./check-signatures.ts";
import { parseKeyFile } from "./key-file.ts";
import { type ChainLink, signComment } from "./statement.ts";
import { createWriterKey, parseWriterKey } from "./writer-key.ts";

const made = createWriterKey();
const key = parseWriterKey(made.privateKey);
const keys = (more: object = {}) =>
  parseKeyFile(JSON.stringify({ v: 1, keys: [{ publicKey: made.publicKey, user: 101, ...more }] }));
const place = { repositoryId: 7, objectId: "metrics", issueNumber: 12 };
const createdAt = "2026-11-20T09:56:38Z";

let nextId = 1;
function say(n: number, before?: ChainLink) {
  const text = writeUpdateComment([{ operation: `${n}`, edits: [{ op: "merge", data: { n } }] }], {
    clientVersion: "hubstead 0.1.0",
    time: createdAt,
    issueNumber: 12,
  });
  const { text: body, link } = signComment(text, { key, userId: 101, place, before });
  return { comment: { id: nextId++, body, createdAt, author: { id: 101 } }, link };
}

const becauseOf = (comments: readonly ReturnType<typeof say>["comment"][], known = keys()) =>
  [...checkSignatures(comments, known, place).verdicts.values()].map(({ because }) => because);

test("what was signed after the one before counts", () => {
  const first = say(1);
  const second = say(2, first.link);
  expect(becauseOf([first.comment, second.comment])).toEqual(
    Array(2).fill(`it is signed with the key ${key.id}`),
  );
  expect(checkSignatures([first.comment, second.comment], keys(), place).links.get(key.id)).toEqual(
    second.link,
  );
});

test("what follows on something else does not, nor what comes second at one place", () => {
  const [first, other] = [say(1), say(9)];
  const onOther = say(2, other.link);
  const alsoSecond = say(3, first.link);
  expect(becauseOf([first.comment, onOther.comment])[1]).toBe("it follows on something else");
  expect(becauseOf([first.comment, say(2, first.link).comment, alsoSecond.comment])[2]).toBe(
    "it stands after what was signed later, or was sent twice",
  );
});

test("what was deleted takes nothing along that was signed later, and is told", () => {
  const first = say(1);
  const second = say(2, first.link);
  const third = say(3, second.link);
  expect(becauseOf([first.comment, third.comment])[1]).toBe(
    `it is signed with the key ${key.id}, though 1 before it are gone`,
  );
});

test("a key counts up to the moment at which it was given up", () => {
  const { comment } = say(1);
  expect(becauseOf([comment], keys({ until: "2026-11-20T10:56:39+01:00" }))[0]).toContain("is signed");
  expect(becauseOf([comment], keys({ until: createdAt }))[0]).toBe(`the key ${key.id} was given up before`);
});

test("who is not the key's account signs nothing, and a key that is not in the file neither", () => {
  const { comment } = say(1);
  expect(becauseOf([{ ...comment, author: { id: 102 } }])[0]).toBe(`the key ${key.id} is another account's`);
  expect(becauseOf([comment], parseKeyFile('{"v": 1, "keys": []}'))[0]).toBe(
    `the key ${key.id} is not registered`,
  );
});

test("a signature says more than that it is one: other words in it are refused", () => {
  const { comment } = say(1);
  const body = comment.body.replace('"sequence": 1,', '"sequence": 1,\n        "more": 1,');
  expect(body).not.toBe(comment.body);
  expect(becauseOf([{ ...comment, body }])[0]).toBe("it is not signed");
});
