/**
 * @module Git's objects as bytes: blobs, trees, commits, tags. Pure.
 *
 * @see https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */
import { createHash } from "node:crypto";
import type { GitObjectKind } from "./git-store.ts";

export interface TreeEntry {
  /** `100644`, `100755`, `120000`, `040000` or `160000`. */
  readonly mode: string;
  readonly name: string;
  readonly oid: string;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** `+0000`. */
  readonly zone: string;
}

export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  /** Armored; what it signs is the commit without it. */
  readonly signature?: string;
}

export interface Tag {
  readonly object: string;
  readonly kind: GitObjectKind;
  readonly name: string;
  readonly tagger: Signature | undefined;
  readonly message: string;
}

/** What `git hash-object` says. */
export function objectId(kind: GitObjectKind, content: Uint8Array): string {
  return createHash("sha1").update(`${kind} ${content.length}\0`).update(content).digest("hex");
}

export function modeToKind(mode: string): "blob" | "tree" | "commit" {
  return mode === "040000" ? "tree" : mode === "160000" ? "commit" : "blob";
}

export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = [...entries].sort((a, b) => Buffer.compare(sortName(a), sortName(b)));
  return Buffer.concat(
    sorted.map(({ mode, name, oid }) =>
      Buffer.concat([Buffer.from(`${mode.replace(/^0+/u, "")} ${name}\0`), Buffer.from(oid, "hex")]),
    ),
  );
}

/** Git sorts a folder as if its name ended with a slash. */
function sortName({ mode, name }: TreeEntry): Buffer {
  return Buffer.from(modeToKind(mode) === "tree" ? `${name}/` : name);
}

export function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    entries.push({
      mode: content.toString("latin1", at, space).padStart(6, "0"),
      name: content.toString("utf8", space + 1, end),
      oid: content.toString("hex", end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}

export function encodeCommit({ tree, parents, author, committer, message, signature }: Commit): Buffer {
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${formatSignature(author)}`,
    `committer ${formatSignature(committer)}`,
    ...(signature === undefined ? [] : [`gpgsig ${signature.replaceAll("\n", "\n ")}`]),
  ];
  return Buffer.from(`${lines.join("\n")}\n\n${message}`);
}

export function parseCommit(content: Buffer): Commit {
  const { heads, message } = splitHeads(content);
  const valuesOf = (name: string) => heads.flatMap(([key, value]) => (key === name ? [value] : []));
  const [signature] = valuesOf("gpgsig");
  return {
    tree: valuesOf("tree")[0]!,
    parents: valuesOf("parent"),
    author: parseSignature(valuesOf("author")[0]!),
    committer: parseSignature(valuesOf("committer")[0]!),
    message,
    ...(signature === undefined ? {} : { signature }),
  };
}

/** What a commit's signature signs. */
export function withoutSignature(content: Buffer): Buffer {
  const text = content.toString("latin1");
  const end = text.indexOf("\n\n") + 1;
  const heads = text.slice(0, end).replaceAll(/^gpgsig(?:-sha256)? [^\n]*\n(?: [^\n]*\n)*/gmu, "");
  return Buffer.from(heads + text.slice(end), "latin1");
}

export function encodeTag({ object, kind, name, tagger, message }: Tag): Buffer {
  const signature = tagger === undefined ? "" : `tagger ${formatSignature(tagger)}\n`;
  return Buffer.from(`object ${object}\ntype ${kind}\ntag ${name}\n${signature}\n${message}`);
}

export function parseTag(content: Buffer): Tag {
  const { heads, message } = splitHeads(content);
  const fields = new Map(heads);
  const tagger = fields.get("tagger");
  return {
    object: fields.get("object")!,
    kind: fields.get("type") as GitObjectKind,
    name: fields.get("tag")!,
    tagger: tagger === undefined ? undefined : parseSignature(tagger),
    message,
  };
}

/** Lines that begin with a space go on with the one before, as signatures do. */
function splitHeads(content: Buffer): { heads: readonly (readonly [string, string])[]; message: string } {
  const text = content.toString("utf8");
  const end = text.indexOf("\n\n");
  const heads = (end === -1 ? text : text.slice(0, end))
    .replaceAll("\n ", "\u0000")
    .split("\n")
    .map((line): readonly [string, string] => {
      const space = line.indexOf(" ");
      return [line.slice(0, space), line.slice(space + 1).replaceAll("\u0000", "\n")];
    });
  return { heads, message: end === -1 ? "" : text.slice(end + 2) };
}

function formatSignature({ name, email, time, zone }: Signature): string {
  const clean = (text: string) => text.replaceAll(/[<>\n\0]/gu, "");
  return `${clean(name)} <${clean(email)}> ${time} ${zone}`;
}

function parseSignature(text: string): Signature {
  const [, name = "", email = "", time = "0", zone = "+0000"] =
    /^(.*?) ?<([^>]*)> (-?\d+) ([+-]\d{4})$/su.exec(text) ?? [];
  return { name, email, time: Number(time), zone };
}
