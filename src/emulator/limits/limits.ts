/**
 * @module The numbers of GitHub's limits, and which of them can be set to others.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
import { z } from "zod";
import { parseSettings } from "../settings.ts";

export interface Limits {
  /** Requests an hour, by who asks. */
  readonly core: {
    readonly user: number;
    readonly installation: number;
    readonly actions: number;
    readonly anonymous: number;
  };
  /** Points an hour. */
  readonly graphql: { readonly user: number; readonly installation: number; readonly actions: number };
  /** Requests a minute. */
  readonly search: {
    readonly signedIn: number;
    readonly anonymous: number;
    /** Of searches for code. */
    readonly code: number;
  };
  /** `false` switches them off. */
  readonly secondary: false | SecondaryLimits;
}

export interface SecondaryLimits {
  /** Requests at the same time, REST and GraphQL together. */
  readonly concurrent: number;
  /** A read is 1, a write 5. */
  readonly restPointsPerMinute: number;
  readonly graphqlPointsPerMinute: number;
  /** Requests that notify people. */
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
  readonly issuesPerMinute: number;
  readonly issuesPerHour: number;
  /** GitHub uses both. */
  readonly status: 403 | 429;
  /** Of what GraphQL answers to a whole request; 200 says it in `errors`. */
  readonly graphqlStatus: 200 | 403 | 429;
  /** Whether the refusal says in `retry-after` when to come again. */
  readonly saysWhen: boolean;
}

type Settings<T> = { readonly [K in keyof T]?: T[K] extends object ? T[K] | Settings<T[K]> : T[K] };
/** Some limits set to other numbers. */
export type LimitSettings = Omit<Settings<Limits>, "secondary"> & {
  readonly secondary?: false | Settings<SecondaryLimits>;
};

export const githubLimits: Limits = {
  core: { user: 5_000, installation: 5_000, actions: 1_000, anonymous: 60 },
  graphql: { user: 5_000, installation: 5_000, actions: 1_000 },
  search: { signedIn: 30, anonymous: 10, code: 10 },
  secondary: {
    concurrent: 100,
    restPointsPerMinute: 900,
    graphqlPointsPerMinute: 2_000,
    contentPerMinute: 80,
    contentPerHour: 500,
    // Found by bisecting: https://github.com/cli/cli/issues/4801
    issuesPerMinute: 20,
    issuesPerHour: 150,
    status: 403,
    graphqlStatus: 200,
    saysWhen: true,
  },
};

const count = z.number().min(0).optional();
const settingsSchema = z.strictObject({
  core: z.strictObject({ user: count, installation: count, actions: count, anonymous: count }).optional(),
  graphql: z.strictObject({ user: count, installation: count, actions: count }).optional(),
  search: z.strictObject({ signedIn: count, anonymous: count, code: count }).optional(),
  secondary: z
    .union([
      z.literal(false),
      z.strictObject({
        concurrent: count,
        restPointsPerMinute: count,
        graphqlPointsPerMinute: count,
        contentPerMinute: count,
        contentPerHour: count,
        issuesPerMinute: count,
        issuesPerHour: count,
        status: z.union([z.literal(403), z.literal(429)]).optional(),
        graphqlStatus: z.union([z.literal(200), z.literal(403), z.literal(429)]).optional(),
        saysWhen: z.boolean().optional(),
      }),
    ])
    .optional(),
});

const none = 1e9;
const noLimits: Limits = {
  core: { user: none, installation: none, actions: none, anonymous: none },
  graphql: { user: none, installation: none, actions: none },
  search: { signedIn: none, anonymous: none, code: none },
  secondary: false,
};

/**
 * @param settings `false`: none at all; else GitHub's, but for those that are named
 * @throws {HubsteadError} `invalid_input` for a limit that there is not
 */
export function limitsFrom(settings: false | LimitSettings | undefined): Limits {
  if (settings === false) return noLimits;
  parseSettings(settingsSchema, settings ?? {}, "the limits");
  const { core, graphql, search, secondary } = settings ?? {};
  return {
    core: { ...githubLimits.core, ...core },
    graphql: { ...githubLimits.graphql, ...graphql },
    search: { ...githubLimits.search, ...search },
    secondary: secondary === false ? false : { ...(githubLimits.secondary as SecondaryLimits), ...secondary },
  };
}
