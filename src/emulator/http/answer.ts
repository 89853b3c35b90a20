/**
 * @module What an operation answers.
 */
export interface Answer {
  readonly status: number;
  /** JSON, or bytes and text as they are; absent for none. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function ok(body: unknown, headers?: Readonly<Record<string, string>>): Answer {
  return headers === undefined ? { status: 200, body } : { status: 200, body, headers };
}

/** @param location the new resource's URL */
export function created(body: unknown, location?: string): Answer {
  return location === undefined ? { status: 201, body } : { status: 201, body, headers: { location } };
}

export const noContent: Answer = { status: 204 };
