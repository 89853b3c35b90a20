/**
 * @module What GitHub answers when it does not do what it was asked for. Thrown by operations, answered by the server.
 * Not an error of ours: users of the emulator see it as an HTTP answer only.
 */
/** One entry of `errors` in a 422. @see https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
export interface FieldError {
  readonly resource?: string;
  readonly field?: string;
  readonly code:
    | "missing"
    | "missing_field"
    | "invalid"
    | "already_exists"
    | "unprocessable"
    | "too_large"
    | "custom";
  readonly message?: string;
  readonly value?: string | number | boolean | null;
}

export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly (FieldError | string)[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    errors?: readonly (FieldError | string)[],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

/** What was asked for is elsewhere now. */
export function moved(method: string, url: string): Refusal {
  const isRead = method === "GET" || method === "HEAD";
  // GitHub says so of both.
  return new Refusal(isRead ? 301 : 307, "Moved Permanently", undefined, { location: url });
}

/** Also for what one may not know of. */
export function notFound(): Refusal {
  return new Refusal(404, "Not Found");
}

export function forbidden(message: string): Refusal {
  return new Refusal(403, message);
}

export function validationFailed(...errors: readonly FieldError[]): Refusal {
  return new Refusal(422, "Validation Failed", errors);
}

/** For what GitHub has and the emulator has not. @param name of the operation */
export function notServed(name: string): Refusal {
  return new Refusal(501, `The emulator does not serve ${name}`, [
    {
      resource: name,
      code: "custom",
      message: "GitHub has this operation; docs/emulator.md lists what is served.",
    },
  ]);
}
