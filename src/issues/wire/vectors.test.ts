/**
 * @module What we write to GitHub, byte by byte, as every version before wrote it: frozen, because it lies in other people's issues.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { writeDocument } from "./document.ts";
import { hashedObjectLabel, objectLabel } from "./object-label.ts";
import { hashOfBody, writeTitle } from "./title.ts";
import {
  writeCarriedComment,
  writeHandEditComment,
  writeInitialComment,
  writeUpdateComment,
} from "./write-comment.ts";

const file = new URL("../../../test/vectors/issues.json", import.meta.url);
const writer = { clientVersion: "hubstead 0.1.0", time: "2026-11-20T09:56:38.604Z", issueNumber: 12 };
const data = { count: 0, tags: [], deep: { né: "@octocat fixes #1 😀", n: -1.5e-7 }, none: null };
const time = "2026-11-20T09:56:38.604Z";
const at = { commentId: 3_400_000_001, version: 7, revisions: 9, bodyHash: hashOfBody(data) };

const written: Readonly<Record<string, string>> = {
  body: writeDocument(data),
  title: writeTitle("metrics"),
  titleWithCheckpoint: writeTitle("metrics", at),
  label: objectLabel("UID:", "paper:arxiv.2301.1"),
  longLabel: objectLabel("UID:", "note: a very long one, with a comma and more than fifty characters"),
  labelInOtherCase: hashedObjectLabel("UID:", "Foo"),
  longAlias: objectLabel("ALIAS-TO:", "paper:arxiv.2301.12345-and-what-makes-it-long"),
  initial: writeInitialComment(data, writer),
  initialOfLongId: writeInitialComment(data, writer, { id: "a,b", type: "issue-request" }),
  initialOfNextIssue: writeInitialComment(data, writer, {
    continues: { issue: 3, comment: 3_400_000_001, version: 7 },
  }),
  merge: writeUpdateComment(
    [{ operation: "op-1", time, edits: [{ op: "merge", data: { count: 1 } }] }],
    writer,
  ),
  merges: writeUpdateComment(
    [
      { operation: "op-1", time, edits: [{ op: "merge", data: { count: 1 } }] },
      { operation: "op-2", time, edits: [{ op: "merge", data: { deep: { x: 2 } } }] },
    ],
    writer,
  ),
  others: writeUpdateComment(
    [
      {
        operation: "op-3",
        time,
        edits: [
          { op: "replace", data: [1] },
          { op: "unset", paths: ["/a~1b"] },
          { op: "append", path: "/tags", items: ["x"] },
          { op: "increment", path: "/count", by: 2 },
        ],
      },
    ],
    writer,
  ),
  carried: writeCarriedComment([
    {
      operation: "#3/9",
      from: { issue: 3, comment: 9, by: { login: "ada", id: 1 }, at: "2026-11-20T10:00:00Z" },
      edits: [{ op: "merge", data: { count: 1 } }],
    },
    { operation: "#4", from: { issue: 4, comment: 0, at: time }, edits: [{ op: "fill", data }] },
  ]),
  handEdit: writeHandEditComment({
    data: { a: 1 },
    after: 5,
    by: { login: "ada", id: 1 },
    at: "2026-11-20T10:00:00Z",
  }),
};

const frozen = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;

test("nothing is written that is not frozen", () =>
  expect(Object.keys(written)).toEqual(Object.keys(frozen)));

test.each(Object.keys(frozen))("%s", (name) => expect(written[name]).toBe(frozen[name]));
