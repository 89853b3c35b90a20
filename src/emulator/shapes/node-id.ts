/**
 * @module Global node ids as GitHub makes them now: a prefix for the kind, and MessagePack of where the object lies.
 * They are read back for GraphQL, as are those of the old form: base64 of `05:Issue123`.
 *
 * @see https://docs.github.com/graphql/guides/using-global-node-ids
 */
const prefixes = {
  user: "U",
  organization: "O",
  bot: "BOT",
  team: "T",
  repository: "R",
  issue: "I",
  issueType: "IT",
  textField: "IFT",
  dateField: "IFD",
  numberField: "IFN",
  singleSelectField: "IFSS",
  multiSelectField: "IFMS",
  pullRequest: "PR",
  pullCommit: "PURC",
  comment: "IC",
  invitation: "RI",
  edit: "UCE",
  label: "LA",
  milestone: "MI",
  reaction: "REA",
  event: "EV",
  app: "A",
  installation: "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u",
  workflow: "W",
  run: "WFR",
  job: "CR",
  artifact: "MDg6QXJ0aWZhY3Q",
  environment: "EN",
  environmentRule: "GA",
  suite: "CS",
  review: "PRR",
  reviewComment: "PRRC",
  reviewRequest: "RERE",
  status: "SC",
  commit: "C",
  tree: "T",
  blob: "B",
  tag: "TA",
  ref: "REF",
  ruleset: "RRS",
  release: "RE",
  releaseAsset: "RA",
} as const;

export type NodeKind = keyof typeof prefixes;

/** The old names of what still comes by old ids. */
const oldNames: Readonly<Record<string, NodeKind>> = {
  User: "user",
  Organization: "organization",
  Bot: "bot",
  Repository: "repository",
  Issue: "issue",
  PullRequest: "pullRequest",
  IssueComment: "comment",
  Label: "label",
  Milestone: "milestone",
  Reaction: "reaction",
};

/** @param path the ids from the outermost owner that counts down to the object, or names */
export function nodeId(kind: NodeKind, ...path: readonly (number | string)[]): string {
  const parts = [0, ...path].map(packPart);
  const bytes = Buffer.concat([Buffer.from([0x90 | parts.length]), ...parts]);
  return `${prefixes[kind]}_${bytes.toString("base64url")}`;
}

export interface ParsedNodeId {
  /** More than one where kinds share a prefix. */
  readonly kinds: readonly NodeKind[];
  /** Of an old id only the object's own number. */
  readonly path: readonly (number | string)[];
}

/** @returns `undefined` for what is no id */
export function parseNodeId(id: string): ParsedNodeId | undefined {
  if (id.length > mostLength) return undefined;
  const line = id.indexOf("_");
  if (line === -1) return parseOldId(id);
  const kinds = (Object.keys(prefixes) as NodeKind[]).filter((kind) => prefixes[kind] === id.slice(0, line));
  const path = unpack(Buffer.from(id.slice(line + 1), "base64url"));
  return kinds.length === 0 || path === undefined ? undefined : { kinds, path };
}

/** Longer ones are nonsense. */
const mostLength = 1_024;

function parseOldId(id: string): ParsedNodeId | undefined {
  if (!/^[A-Za-z0-9+/]{4,80}={0,2}$/u.test(id)) return undefined;
  const text = Buffer.from(id, "base64").toString("latin1");
  const [, length, name = "", number] = /^0?(\d{1,3}):([A-Za-z]+)(\d{1,15})$/u.exec(text) ?? [];
  const kind = Object.hasOwn(oldNames, name) ? oldNames[name] : undefined;
  if (kind === undefined || Number(length) !== name.length) return undefined;
  return { kinds: [kind], path: [Number(number)] };
}

function packPart(part: number | string): Buffer {
  if (typeof part === "string") {
    const text = Buffer.from(part, "utf8");
    return Buffer.concat([Buffer.from([0xda, text.length >> 8, text.length & 0xff]), text]);
  }
  if (part < 0x80) return Buffer.from([part]);
  const wide = Buffer.alloc(9);
  wide[0] = 0xcf;
  wide.writeBigUInt64BE(BigInt(part), 1);
  return part <= 0xffffffff
    ? Buffer.from([0xce, (part >>> 24) & 0xff, (part >>> 16) & 0xff, (part >>> 8) & 0xff, part & 0xff])
    : wide;
}

/** The parts that {@link packPart} makes, without the 0 that comes first; `undefined` for anything else. */
function unpack(bytes: Buffer): (number | string)[] | undefined {
  const parts: (number | string)[] = [];
  let at = 1;
  while (at < bytes.length) {
    const sign = bytes[at]!;
    const size = sign < 0x80 ? 0 : sign === 0xce ? 4 : sign === 0xcf ? 8 : sign === 0xda ? 2 : -1;
    const end = at + 1 + size;
    if (size === -1 || end > bytes.length) return undefined;
    if (sign === 0xda) {
      const stop = end + bytes.readUInt16BE(at + 1);
      if (stop > bytes.length) return undefined;
      parts.push(bytes.toString("utf8", end, stop));
      at = stop;
    } else {
      parts.push(size === 0 ? sign : readNumber(bytes, at + 1, size));
      at = end;
    }
  }
  return bytes[0] === (0x90 | parts.length) && parts[0] === 0 && parts.length > 1
    ? parts.slice(1)
    : undefined;
}

function readNumber(bytes: Buffer, at: number, size: number): number {
  return size === 4 ? bytes.readUInt32BE(at) : Number(bytes.readBigUInt64BE(at));
}
