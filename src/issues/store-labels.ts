/**
 * @module What the labels are called that make issues a store's, and which reactions mark what became of comments: gh-store's, of which its
 * `config.yml` may rename two, and choose the others.
 */
import { showValue } from "../base/show-value.ts";
import { invalidInput } from "../errors.ts";
import { checkReactions, type StoreReactions } from "./store-reactions.ts";

export interface StoreLabels {
  /** On every issue of a store, since 0.8. */
  readonly system: string;
  /** On every object that is neither deleted nor deprecated. */
  readonly base: string;
  readonly archived: string;
  readonly deprecated: string;
  /** Before an object's id. */
  readonly uidPrefix: string;
  /** Before the id of the object that another one stands for. */
  readonly aliasPrefix: string;
  readonly mergedPrefix: string;
  /** Before the number of the issue that has taken over. */
  readonly deprecatedPrefix: string;
  /** Before the number of the issue that had no room for more comments; ours alone. */
  readonly continuesPrefix: string;
  readonly reactions: StoreReactions;
}

export const ghStoreLabels: Omit<StoreLabels, "reactions"> = {
  system: "gh-store",
  base: "stored-object",
  archived: "archived",
  deprecated: "deprecated-object",
  uidPrefix: "UID:",
  aliasPrefix: "ALIAS-TO:",
  mergedPrefix: "MERGED-INTO:",
  deprecatedPrefix: "DEPRECATED-BY:",
  continuesPrefix: "CONTINUES:",
};

// The rest of a label's 50 characters holds an id, or the hash of one with a few of its letters.
const longestName = 30;

/** What `names` of a store may rename. */
export type RenamedLabels = Partial<Pick<StoreLabels, "base" | "uidPrefix">>;

/**
 * @throws {HubsteadError} `invalid_input` with `data.path` for what no label can be called, and for names by which one label could be
 *   taken for another
 */
export function namesOfStore(
  given: RenamedLabels = {},
  reactions: Partial<StoreReactions> = {},
): StoreLabels {
  const names = { ...ghStoreLabels };
  for (const name of ["base", "uidPrefix"] as const) {
    const value: unknown = given[name];
    if (value === undefined) continue;
    if (!isLabelName(value))
      throw invalidInput(
        `${showValue(value)} is no name of a label`,
        `Use 1 to ${longestName} characters, no comma, no space at an end.`,
        { path: `names.${name}` },
      );
    names[name] = value;
  }
  const { uidPrefix, base, system, archived, deprecated, ...prefixes } = names;
  const others = [system, archived, deprecated, ...Object.values(prefixes), "status:"];
  const sameAsBase = others.find((other) => isAlike(base, other));
  if (sameAsBase !== undefined) throw alike(base, sameAsBase, "names.base");
  const like = [base, ...others].find((other) => isPrefix(uidPrefix, other) || isPrefix(other, uidPrefix));
  if (like !== undefined) throw alike(`${uidPrefix}…`, like, "names.uidPrefix");
  return { ...names, reactions: checkReactions(reactions) };
}

function alike(name: string, other: string, path: string) {
  return invalidInput(
    `a label ${JSON.stringify(name)} cannot be told from ${JSON.stringify(other)}, which means something else`,
    "Choose a name that begins like none of the others; GitHub does not tell case.",
    { path },
  );
}

function isLabelName(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length <= longestName &&
    /^[^\s,](?:[^,\p{C}]*[^\s,\p{C}])?$/u.test(value)
  );
}

/** GitHub does not tell case in labels. */
const isAlike = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
const isPrefix = (prefix: string, text: string) => text.toLowerCase().startsWith(prefix.toLowerCase());
