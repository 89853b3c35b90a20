/**
 * @module Global node ids as GitHub makes them now: a prefix for the kind, and MessagePack of where the object lies.
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
  pullRequest: "PR",
  comment: "IC",
  invitation: "RI",
  label: "LA",
  milestone: "MI",
  reaction: "REA",
  event: "EV",
  app: "A",
  installation: "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u",
  workflow: "W",
  run: "WFR",
  job: "CR",
  commit: "C",
  tree: "T",
  blob: "B",
  ref: "REF",
  tag: "TA",
  ruleset: "RRS",
} as const;

export type NodeKind = keyof typeof prefixes;

/** @param path the ids from the outermost owner that counts down to the object, or names */
export function nodeId(kind: NodeKind, ...path: readonly (number | string)[]): string {
  const parts = [0, ...path].map(packPart);
  const bytes = Buffer.concat([Buffer.from([0x90 | parts.length]), ...parts]);
  return `${prefixes[kind]}_${kind === "user" || kind === "organization" || kind === "bot" ? "kgDO" : "kwDO"}${bytes.toString(
    "base64url",
  )}`;
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
