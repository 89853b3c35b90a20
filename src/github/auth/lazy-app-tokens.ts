/**
 * @module The credentials of a GitHub App, loaded when the first request asks for one: programs that use a token do not load what
 * signs, reads keys and looks installations up.
 */
import type { AppTokenOptions, AppTokenSource } from "./app-tokens.ts";

/** @param label what kind of credential it is, for people */
export function createLazyAppTokenSource(label: string, options: AppTokenOptions): AppTokenSource {
  return lazySource(label, async () => {
    const { createAppTokenSource } = await import("./app-tokens.ts");
    return createAppTokenSource(options);
  });
}

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
