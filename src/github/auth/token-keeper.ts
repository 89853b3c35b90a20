/**
 * @module Has a good token for each installation at hand: mints one when there is none, before the old one ends, and once
 * where GitHub has refused it.
 */
import { HubsteadError } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import type { Installations } from "./installations.ts";
import { createSingleFlight } from "./single-flight.ts";
import { createTokenCache, type HeldToken } from "./token-cache.ts";
import type { WishBody } from "./token-wish.ts";

/** Which token is meant. */
export interface TokenKey {
  readonly owner: string;
  readonly wish: WishBody;
}

export interface TokenKeeper {
  /** @throws {HubsteadError} as minting; a failure that will pass is not told while an old token is still good */
  take(key: TokenKey, signal?: AbortSignal): Promise<HeldToken>;
  /**
   * @param refused the token that GitHub answered 401 to
   * @returns `undefined` where GitHub refuses what it has just given
   * @throws {HubsteadError} as minting
   */
  renew(refused: string, key: TokenKey, signal?: AbortSignal): Promise<HeldToken | undefined>;
  secrets(): readonly string[];
}

// A new token is taken so long before the old one's end, or in the last quarter of its life, whichever is shorter.
const marginMs = 300_000;
// Where no new token can be had, the old one is used up to here.
const leastMs = 30_000;
// GitHub's machines learn of a new token one after the other; @octokit/auth-app waits 1, 2 and 3 s.
const newMs = 5_000;
const settlingMs = 2_000;
// A renewed token that is refused as well, within so long, is not renewed again: that would never end.
const renewalPauseMs = 60_000;
// So long a refusal that waits for a person is not asked for again.
const refusalMs = 10_000;

export function createTokenKeeper(installations: Installations, clock: GitHubClock): TokenKeeper {
  const cache = createTokenCache(clock.now);
  const mints = createSingleFlight<HeldToken>();
  const refusals = new Map<string, { readonly error: HubsteadError; readonly untilMs: number }>();

  const mint = async (key: TokenKey, isRenewed: boolean, signal: AbortSignal): Promise<HeldToken> => {
    const text = textOf(key);
    const refused = refusals.get(text);
    if (refused !== undefined && refused.untilMs > clock.now()) throw refused.error;
    refusals.delete(text);
    try {
      const minted = await installations.mint(key.owner, key.wish, signal);
      const now = clock.now();
      const held = { ...minted, mintedAtMs: now, expiresAtMs: now + minted.lifeMs, isRenewed };
      cache.set(text, held);
      return held;
    } catch (error) {
      if (isCodeOf(error, ["not_found", "forbidden", "unauthorized"]))
        refusals.set(text, { error, untilMs: clock.now() + refusalMs });
      throw error;
    }
  };
  const share = (key: TokenKey, isRenewed: boolean, signal?: AbortSignal): Promise<HeldToken> =>
    mints(textOf(key), (shared) => mint(key, isRenewed, shared), signal);

  const take = async (key: TokenKey, signal?: AbortSignal): Promise<HeldToken> => {
    const held = cache.get(textOf(key));
    const leftMs = held === undefined ? 0 : held.expiresAtMs - clock.now();
    if (held !== undefined && leftMs > Math.min(marginMs, held.lifeMs / 4)) return held;
    try {
      return await share(key, false, signal);
    } catch (error) {
      if (held === undefined || leftMs < leastMs) throw error;
      if (!isCodeOf(error, ["remote_unavailable", "rate_limited", "ambiguous_write"])) throw error;
      return held;
    }
  };

  return {
    take,
    async renew(refused, key, signal) {
      const held = cache.get(textOf(key));
      // Somebody else has renewed it already, or it was replaced before its end.
      if (held === undefined || held.token !== refused) return await take(key, signal);
      const ageMs = clock.now() - held.mintedAtMs;
      if (held.isRenewed && ageMs < renewalPauseMs) return undefined;
      cache.drop(textOf(key));
      const renewed = await share(key, true, signal);
      if (ageMs < newMs) await clock.sleep(settlingMs, signal);
      return renewed;
    },
    secrets: cache.secrets,
  };
}

function textOf({ owner, wish }: TokenKey): string {
  return JSON.stringify([owner.toLowerCase(), wish]);
}

function isCodeOf(error: unknown, codes: readonly HubsteadError["code"][]): error is HubsteadError {
  return error instanceof HubsteadError && codes.includes(error.code);
}
