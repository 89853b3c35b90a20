/**
 * @module The tokens of installations that a process has, kept in memory for as long as they are good.
 */
import type { MintedToken } from "./installations.ts";

export interface HeldToken extends MintedToken {
  /** By the clock here. */
  readonly mintedAtMs: number;
  readonly expiresAtMs: number;
  /** Whether it took the place of one that GitHub had refused. */
  readonly isRenewed: boolean;
}

export interface TokenCache {
  /** Also one that ends soon. */
  get(key: string): HeldToken | undefined;
  set(key: string, token: HeldToken): void;
  /** Takes a token out that GitHub has refused. */
  drop(key: string): void;
  /** Those in use, and those that others have replaced while they were good. */
  secrets(): readonly string[];
}

export function createTokenCache(now: () => number): TokenCache {
  const held = new Map<string, HeldToken>();
  let replaced: readonly HeldToken[] = [];
  const isGood = ({ expiresAtMs }: HeldToken): boolean => expiresAtMs > now();
  const retire = (key: string): void => {
    const old = held.get(key);
    held.delete(key);
    replaced = [...replaced, ...(old === undefined ? [] : [old])].filter(isGood);
  };
  return {
    get: (key) => held.get(key),
    set(key, token) {
      retire(key);
      // One for each repository adds up.
      for (const [other, old] of held) if (!isGood(old)) held.delete(other);
      held.set(key, token);
    },
    drop: retire,
    secrets: () => [...held.values(), ...replaced].map(({ token }) => token),
  };
}
