/**
 * @module What the labels are called that make issues a store's: gh-store's, of which its `config.yml` may rename two.
 */
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
}

export const ghStoreLabels: StoreLabels = {
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
