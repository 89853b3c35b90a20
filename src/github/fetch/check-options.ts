/**
 * @module What a fetch may be made with: mistakes that would switch a limit off, or be left out of account, are told at once.
 */
import { invalidInput } from "../../errors.ts";
import type { LimiterStore } from "../limits/limiter-store.ts";
import { type Lane, lanes } from "./lane.ts";
import { type LimitPolicy, limitSettings } from "./needs.ts";

interface CheckedTerms {
  readonly lane?: Lane;
  readonly timeoutMs?: number;
  readonly maxWaitMs?: number;
  readonly attemptTimeoutMs?: number;
}

export interface CheckedOptions extends CheckedTerms {
  readonly limits?: LimitPolicy;
  readonly store?: LimiterStore;
}

/** How a request is to be sent: the terms of `GitHubFetch.with`. */
export const termNames: readonly string[] = [
  "lane",
  "timeoutMs",
  "maxWaitMs",
  "attemptTimeoutMs",
  "recovery",
  "again",
  "owner",
];

/** What `createGitHubFetch` takes. */
export const fetchOptionNames: readonly string[] = [
  "apiUrl",
  "auth",
  "principal",
  "apiVersion",
  "limits",
  "store",
  "cache",
  "retry",
  "alerts",
  "logger",
  "fetch",
  "resolve",
  "clock",
  "chance",
  ...termNames,
];

/** @throws {HubsteadError} `invalid_input` with `data.path` */
export function checkOptions(options: CheckedOptions): void {
  if (typeof options !== "object" || options === null) {
    throw invalidInput("a governed fetch wants its options as an object", "Leave them out for the defaults.");
  }
  const misplaced = Object.keys(options).find((name) => limitSettings.includes(name));
  if (misplaced !== undefined) {
    throw invalidInput(`${misplaced} is one of the limits`, `Put it there: \`limits: { ${misplaced} }\`.`, {
      path: misplaced,
    });
  }
  checkKeys(options, fetchOptionNames, "a governed fetch");
  checkTerms(options);
  const { limits, store } = options;
  // Who hands in `undefined` means to share what is counted, and would not.
  if (store !== undefined && typeof (store as Partial<LimiterStore> | null)?.acquire !== "function") {
    throw invalidInput(
      "`store` is no limiter store",
      'Open one: `store: await openLimiterStore({ kind: "sqlite", path })`.',
      { path: "store" },
    );
  }
  for (const [name, value] of Object.entries(limits ?? {})) checkLimit(name, value);
}

function checkLimit(name: string, value: unknown): void {
  if (!limitSettings.includes(name)) {
    throw invalidInput(
      `there is no limit ${JSON.stringify(name)}`,
      `There are ${limitSettings.join(", ")}.`,
      {
        path: `limits.${name}`,
      },
    );
  }
  if (value === undefined || (typeof value === "number" && value >= 0)) return;
  throw invalidInput(`the limit ${name} is no number from 0 on`, "Leave it out for the default.", {
    path: `limits.${name}`,
  });
}

/** @throws {HubsteadError} `invalid_input` with `data.path` */
export function checkTerms(terms: CheckedTerms): void {
  const { lane } = terms;
  if (lane !== undefined && !lanes.includes(lane)) {
    throw invalidInput(`there is no lane ${JSON.stringify(lane)}`, `The lanes are ${lanes.join(", ")}.`, {
      path: "lane",
      expected: lanes,
    });
  }
  for (const name of ["timeoutMs", "maxWaitMs", "attemptTimeoutMs"] as const) {
    const value: unknown = terms[name];
    // What is no number would be a millisecond for a timer of Node's.
    if (value === undefined || (typeof value === "number" && value >= 0)) continue;
    throw invalidInput(`${name} is no number of milliseconds`, "Leave it out for the default.", {
      path: name,
      expected: "a number from 0 on, or Infinity",
    });
  }
}

/** @param known what may be named @throws {HubsteadError} `invalid_input` with `data.path` for anything else */
export function checkKeys(options: unknown, known: readonly string[], what: string): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw invalidInput(`${what} wants its options as an object`, `It can have ${known.join(", ")}.`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const isText = /^\d+$/u.test(unknown);
  throw invalidInput(
    isText ? `${what} wants an object where it got text` : `${what} has no option ${JSON.stringify(unknown)}`,
    `It can have ${known.join(", ")}.`,
    { path: unknown },
  );
}
