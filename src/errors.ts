/**
 * @module Every error that Hubstead throws on purpose. One class, a closed set of codes, and a hint that says
 * what to do next. Knows nothing of where an error is shown.
 */

/** What went wrong, as a program can branch on it. Each code has one exit code, see {@link exitCodes}. */
export type ErrorCode =
  | "invalid_input"
  | "not_found"
  | "version_conflict"
  | "already_exists"
  | "busy"
  | "wrong_key"
  | "unauthorized"
  | "forbidden"
  | "rate_limited"
  | "remote_unavailable"
  | "corrupt"
  | "unsupported_format"
  | "ambiguous_write";

/** The process exit code of each error code. 0 is done, 1 a bug, 130 interrupted. */
export const exitCodes: Readonly<Record<ErrorCode, number>> = {
  invalid_input: 2,
  not_found: 10,
  version_conflict: 11,
  already_exists: 11,
  busy: 12,
  wrong_key: 13,
  unauthorized: 14,
  forbidden: 14,
  rate_limited: 15,
  remote_unavailable: 15,
  corrupt: 16,
  unsupported_format: 17,
  ambiguous_write: 18,
};

/** What a thrower may add to an error. */
export interface ErrorDetails {
  /** What the caller can do next, one sentence. */
  readonly hint?: string;
  /** Facts for programs: `path`, `expected`, `retryAfterMs`, `found`, `supported` … */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A failure that the caller can do something about. The message says what failed and on what. */
export class HubsteadError extends Error {
  override readonly name = "HubsteadError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.data = details.data ?? {};
  }

  /** The stable shape that `--json` prints on stderr. */
  toJSON(): { code: ErrorCode; message: string; hint?: string; data: Readonly<Record<string, unknown>> } {
    const { code, message, hint, data } = this;
    return hint === undefined ? { code, message, data } : { code, message, hint, data };
  }
}

/** Shorthand for the most common error: the caller's input is not acceptable. */
export function invalidInput(message: string, hint?: string, data?: Record<string, unknown>): HubsteadError {
  return new HubsteadError("invalid_input", message, {
    ...(hint === undefined ? {} : { hint }),
    ...(data === undefined ? {} : { data }),
  });
}
