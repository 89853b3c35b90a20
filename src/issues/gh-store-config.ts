/**
 * @module gh-store's own `config.yml`, in every form that a release of it has written. Of the keys, gh-store itself goes by the
 * reactions alone; here all of them work. Read only where somebody names the file.
 */
import * as z from "zod/mini";
import type { LogEntry, LogLevel } from "../base/logger.ts";
import { checkSettings, type Refuse, refuseAt } from "../config/check-settings.ts";
import { parseYaml } from "../config/parse-yaml.ts";
import { readSmallFile } from "../config/read-small-file.ts";
import { HubsteadError } from "../errors.ts";
import type { GitHubClientOptions } from "../github/client/github-client.ts";
import { readLogFormat } from "./log-format.ts";
import { namesOfStore, type RenamedLabels } from "./store-labels.ts";
import { checkReactions, type ReactionName, type StoreReactions } from "./store-reactions.ts";

/** What a file says; what it leaves out is absent. */
export interface GhStoreConfig {
  /** For `openIssueStore`. */
  readonly store: {
    readonly names?: RenamedLabels;
    readonly reactions?: Partial<StoreReactions>;
  };
  /** For `new GitHubClient`: never where requests go, nor with which credential. */
  readonly client: Pick<GitHubClientOptions, "retry" | "limits">;
  /** For `createLogger`. */
  readonly log: {
    readonly level?: LogLevel;
    readonly format?: (entry: LogEntry) => string;
  };
}

const text = z.string({ error: "a text" });
const count = (most: number) => {
  const error = `a whole number from 1 to ${most}`;
  return z.optional(z.int({ error }).check(z.minimum(1, error), z.maximum(most, error)));
};
const map = "a map of settings";
const factor = "a number from 1 to 60";
// loguru's names. @see https://loguru.readthedocs.io/en/stable/api/logger.html#levels
const levels: Readonly<Record<string, LogLevel>> = {
  TRACE: "debug",
  DEBUG: "debug",
  INFO: "info",
  SUCCESS: "info",
  WARNING: "warn",
  ERROR: "error",
  CRITICAL: "error",
};
const level = `one of ${Object.keys(levels).join(", ")}`;

const shape = z.strictObject(
  {
    store: z.optional(
      z.strictObject(
        {
          base_label: z.optional(text),
          uid_prefix: z.optional(text),
          // Until 0.5.
          processed_reaction: z.optional(text),
          reactions: z.optional(
            z.strictObject({ processed: z.optional(text), initial_state: z.optional(text) }, { error: map }),
          ),
          retries: z.optional(
            z.strictObject(
              {
                max_attempts: count(100),
                backoff_factor: z.optional(
                  z.number({ error: factor }).check(z.minimum(1, factor), z.maximum(60, factor)),
                ),
              },
              { error: map },
            ),
          ),
          rate_limit: z.optional(z.strictObject({ max_requests_per_hour: count(1_000_000) }, { error: map })),
          log: z.optional(
            z.strictObject(
              {
                level: z.optional(
                  z
                    .string({ error: level })
                    .check(z.refine((name) => Object.hasOwn(levels, name.toUpperCase()), { error: level })),
                ),
                format: z.optional(text),
              },
              { error: map },
            ),
          ),
        },
        { error: map },
      ),
    ),
  },
  { error: map },
);

type Store = NonNullable<z.infer<typeof shape>["store"]>;

/** @throws {HubsteadError} `not_found` where there is no such file; as {@link parseGhStoreConfig} does */
export function readGhStoreConfig(path: string): GhStoreConfig {
  const bytes = readSmallFile(
    path,
    (cause) =>
      new HubsteadError("not_found", `there is no configuration ${path}`, {
        hint: "Name a config.yml that is there, or leave it out: gh-store's defaults hold without one.",
        data: { path },
        cause,
      }),
  );
  return parseGhStoreConfig(bytes, path);
}

/**
 * @param source the file's name
 * @throws {HubsteadError} `invalid_input` with `data.source`, `data.line` and `data.path`
 */
export function parseGhStoreConfig(bytes: Uint8Array, source: string): GhStoreConfig {
  const document = parseYaml(bytes, source);
  const refuse = refuseAt(document, source);
  const { store = {} } = checkSettings(shape, document, refuse);
  const { retries, rate_limit: limit } = store;
  const { max_attempts: attempts, backoff_factor: pauseFactor } = retries ?? {};
  const perHour = limit?.max_requests_per_hour;
  return {
    store: { ...readNames(store, refuse), ...readReactions(store, refuse) },
    client: {
      ...(retries === undefined
        ? {}
        : {
            retry: {
              ...(attempts === undefined ? {} : { attempts }),
              // gh-store pauses `backoff_factor ** attempt` seconds, attempts counted from 0.
              ...(pauseFactor === undefined ? {} : { firstPauseMs: 1_000, pauseFactor }),
            },
          }),
      ...(perHour === undefined ? {} : { limits: { maxRequestsPerHour: perHour } }),
    },
    log: readLog(store, refuse),
  };
}

function readNames(
  { base_label: base, uid_prefix: uidPrefix }: Store,
  refuse: Refuse,
): GhStoreConfig["store"] {
  const names: RenamedLabels = {
    ...(base === undefined ? {} : { base }),
    ...(uidPrefix === undefined ? {} : { uidPrefix }),
  };
  const keys = { "names.base": "base_label", "names.uidPrefix": "uid_prefix" };
  atItsKey(() => namesOfStore(names), keys, refuse);
  return Object.keys(names).length === 0 ? {} : { names };
}

function readReactions(store: Store, refuse: Refuse): GhStoreConfig["store"] {
  const { processed_reaction: old, reactions: { processed = old, initial_state: first } = {} } = store;
  if (old !== undefined && old !== processed)
    throw refuse(
      ["store", "processed_reaction"],
      `"store.processed_reaction" says ${old}, and "store.reactions.processed" says ${processed}`,
      "Keep one of them: `reactions.processed` is the newer name.",
    );
  const initialState = first === undefined || first === unreactable ? undefined : toName(first);
  const reactions = {
    ...(processed === undefined ? {} : { processed: toName(processed) }),
    ...(initialState === undefined ? {} : { initialState }),
  };
  const keys = {
    "reactions.processed": old === undefined ? "reactions.processed" : "processed_reaction",
    "reactions.initialState": "reactions.initial_state",
  };
  atItsKey(() => checkReactions(reactions), keys, refuse);
  return Object.keys(reactions).length === 0 ? {} : { reactions };
}

// The first releases have it in their own defaults; GitHub never took it, and they never found out.
const unreactable = "🔰";
const emoji: Readonly<Record<string, ReactionName>> = {
  "👍": "+1",
  "👎": "-1",
  "😄": "laugh",
  "😕": "confused",
  "❤️": "heart",
  "🎉": "hooray",
  "🚀": "rocket",
  "👀": "eyes",
};

/** Whether it is one is checked later. */
function toName(given: string): ReactionName {
  return emoji[given] ?? (given as ReactionName);
}

function readLog({ log = {} }: Store, refuse: Refuse): GhStoreConfig["log"] {
  const { level: name, format } = log;
  return {
    ...(name === undefined ? {} : { level: levels[name.toUpperCase()]! }),
    ...(format === undefined
      ? {}
      : { format: atItsKey(() => readLogFormat(format), { format: "log.format" }, refuse) }),
  };
}

/** @param keys by `data.path` of an error, the key below `store` */
function atItsKey<Result>(
  read: () => Result,
  keys: Readonly<Record<string, string>>,
  refuse: Refuse,
): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof HubsteadError)) throw error;
    const path = ["store", ...keys[String(error.data["path"])]!.split(".")];
    throw refuse(path, `"${path.join(".")}" does not do, because ${error.message}`, error.hint);
  }
}
