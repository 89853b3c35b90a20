/**
 * @module The credentials of a GitHub App, loaded when the first request asks for one: programs that use a token do not load what
 * signs, reads keys and looks installations up.
 */
import { systemClock } from "../clock.ts";
import type { AppTokenOptions, AppTokenSource } from "./app-tokens.ts";

/** @param label what kind of credential it is, for people */
export function createLazyAppTokenSource(label: string, options: AppTokenOptions): AppTokenSource {
  return lazySource(label, async () => {
    const { createAppTokenSource } = await import("./app-tokens.ts");
    return createAppTokenSource(options);
  });
}

/** A GitHub App's credentials, as `auth` of a fetch or of a client: for all its installations, renewed before they end. */
export function createAppSource(options: AppSourceOptions): AppTokenSource {
  return createLazyAppTokenSource(`GitHub App ${options.appId ?? options.clientId}`, {
    apiUrl: "https://api.github.com",
    fetch: globalThis.fetch,
    clock: systemClock,
    ...options,
  });
}

/** As the App's own; by default for GitHub's public API. */
export type AppSourceOptions = Omit<AppTokenOptions, "apiUrl" | "fetch" | "clock"> &
  Partial<Pick<AppTokenOptions, "apiUrl" | "fetch" | "clock">>;

function lazySource(label: string, open: () => Promise<AppTokenSource>): AppTokenSource {
  let opened: AppTokenSource | undefined;
  let opening: Promise<AppTokenSource> | undefined;
  const source = async (): Promise<AppTokenSource> => {
    opening ??= open();
    try {
      opened = await opening;
      return opened;
    } catch (error) {
      // What was wrong may be right the next time.
      opening = undefined;
      throw error;
    }
  };
  return {
    label,
    credentialFor: async (scope, signal) => (await source()).credentialFor(scope, signal),
    renew: async (refused, scope, signal) => (await source()).renew(refused, scope, signal),
    tokenFor: async (scope, signal) => (await source()).tokenFor(scope, signal),
    scopedTo: (wish) => lazySource(label, async () => (await source()).scopedTo(wish)),
    // Nothing is held before it is loaded.
    secrets: () => opened?.secrets() ?? [],
  };
}
