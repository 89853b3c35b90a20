/**
 * @module Octokit's errors as ours: a code to branch on, GitHub's own words, what permission it takes, and the id that GitHub's
 * support asks for.
 */
import { redact } from "../../base/redact.ts";
import { type ErrorCode, HubsteadError } from "../../errors.ts";
import { hintForNeeded, hintOf } from "./error-hints.ts";
import { missingScope, scopesIn } from "./scopes.ts";

/** One of the reasons that GitHub gives with a 422. */
export interface GitHubErrorItem {
  readonly resource?: string;
  readonly field?: string;
  readonly code?: string;
  readonly message?: string;
}

/** What `data` of an error from an answer of GitHub's holds. */
interface GitHubErrorData {
  readonly status: number;
  /** `GET /repos/{owner}/{repo}`. */
  readonly route: string;
  readonly requestId?: string;
  /**
   * Permissions that it takes, as GitHub names them: `contents=read`; of alternatives, parted by `;`, one will do, of those parted
   * by `,` it takes all. For a classic token the scopes that it lacks, of which one will do: `scope delete_repo`.
   */
  readonly needed?: string;
  /** Of a classic token: what it has. */
  readonly scopes?: readonly string[];
  readonly errors?: readonly (GitHubErrorItem | string)[];
  /** How to go on in a list that is too long for page numbers: the answer's `Link` header. */
  readonly link?: string;
}

/** As `@octokit/request-error` throws it. */
interface RequestErrorLike extends Error {
  readonly status: number;
  readonly response?: {
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly data: unknown;
  };
}

function isRequestError(error: unknown): error is RequestErrorLike {
  return error instanceof Error && error.name === "HttpError" && "status" in error;
}

/**
 * Whether an error is nothing but the caller's own abort, which keeps its reason whatever that is: Octokit wraps all of them but
 * one that is named `AbortError`.
 */
export function isGivenUp(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted !== true) return false;
  return error === signal.reason || (isRequestError(error) && error.cause === signal.reason);
}

/** Of a request that has brought its own `if-none-match`. */
export function isNotModified(
  error: unknown,
): error is RequestErrorLike & Required<Pick<RequestErrorLike, "response">> {
  return isRequestError(error) && error.status === 304 && error.response !== undefined;
}

/**
 * @param route method and template of what was asked
 * @param about what it was about, for the message: `octo/hello`
 */
export function toGitHubError(error: unknown, route: string, about: string): unknown {
  if (!isRequestError(error)) return graphqlError(error, about) ?? error;
  // What the governed fetch throws, Octokit wraps.
  if (error.response === undefined) return causeOf(error) ?? unavailable(error, route);
  const { status, response } = error;
  const { message, errors } = bodyOf(response.data);
  const isRefusal = status === 403 || status === 404;
  const scopes = isRefusal ? scopesIn(response.headers) : undefined;
  const needed =
    (isRefusal ? missingScope(response.headers) : undefined) ||
    response.headers["x-accepted-github-permissions"] ||
    undefined;
  const requestId = response.headers["x-github-request-id"];
  const data: GitHubErrorData = {
    status,
    route,
    ...(requestId === undefined ? {} : { requestId }),
    ...(needed === undefined ? {} : { needed }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(errors === undefined ? {} : { errors }),
    ...(status === 422 && response.headers["link"] !== undefined ? { link: response.headers["link"] } : {}),
  };
  const code = codeOf(status, errors, message);
  return new HubsteadError(
    code,
    redact(`${messageStart(code, status, message)} ${about}: ${message || status}${reasons(errors)}`),
    {
      hint: redact(hintOf({ code, status, message, hasReasons: (errors?.length ?? 0) > 0, needed })),
      data: { ...data },
    },
  );
}

/**
 * What the governed fetch threw: ours, the caller's abort, or what somebody's store, source of tokens or `fetch` threw. A network that
 * fails it tells as ours.
 */
function causeOf({ cause }: Error): unknown {
  return cause instanceof Error ? cause : undefined;
}

function unavailable(error: Error, route: string): HubsteadError {
  return new HubsteadError("remote_unavailable", redact(`no answer to ${route}: ${error.message}`), {
    hint: "Check the network and https://www.githubstatus.com, then try again.",
    data: { route },
    cause: error,
  });
}

interface GraphqlErrorLike extends Error {
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  readonly errors: readonly {
    readonly type?: string;
    readonly message: string;
    readonly path?: readonly (string | number)[];
  }[];
}

const graphqlCodes: Readonly<Record<string, ErrorCode>> = {
  NOT_FOUND: "not_found",
  FORBIDDEN: "forbidden",
  INSUFFICIENT_SCOPES: "forbidden",
  STALE_DATA: "version_conflict",
  RATE_LIMITED: "rate_limited",
  SERVICE_UNAVAILABLE: "remote_unavailable",
};

/** GraphQL's errors come with 200. */
export function isGraphqlError(error: unknown): error is GraphqlErrorLike {
  return error instanceof Error && error.name === "GraphqlResponseError";
}

function graphqlError(error: unknown, about: string): HubsteadError | undefined {
  if (!isGraphqlError(error)) return undefined;
  const { errors, headers = {} } = error;
  const requestId = headers["x-github-request-id"];
  const code = graphqlCodes[errors[0]?.type ?? ""] ?? "invalid_input";
  const message = errors.map((item) => item.message).join("; ");
  const isRefusal = code === "forbidden" || code === "not_found";
  const needed = isRefusal ? missingScope(headers) : undefined;
  const scopes = isRefusal ? scopesIn(headers) : undefined;
  return new HubsteadError(code, redact(`${messageStart(code, 200, message)} ${about}: ${message}`), {
    hint: redact(hintOf({ code, status: 200, message, hasReasons: true, needed })),
    data: {
      status: 200,
      route: "POST /graphql",
      ...(requestId === undefined ? {} : { requestId: String(requestId) }),
      ...(needed === undefined ? {} : { needed }),
      ...(scopes === undefined ? {} : { scopes }),
      errors,
    },
  });
}

function bodyOf(data: unknown): {
  readonly message: string;
  readonly errors: readonly (GitHubErrorItem | string)[] | undefined;
} {
  const { message, errors } = (typeof data === "object" && data !== null ? data : {}) as {
    message?: unknown;
    errors?: unknown;
  };
  return {
    message: typeof message === "string" ? message : "",
    errors: Array.isArray(errors) ? (errors as (GitHubErrorItem | string)[]) : undefined,
  };
}

function codeOf(
  status: number,
  errors: readonly (GitHubErrorItem | string)[] | undefined,
  message: string,
): ErrorCode {
  if (status === 401) return "unauthorized";
  if (status === 404 || status === 410) return "not_found";
  if (status === 409 || status === 412) return "version_conflict";
  if (status === 403 || status === 451) return "forbidden";
  if (status === 422 && (/already exists/iu.test(message) || errors?.some(isThere))) return "already_exists";
  if (status === 422 && /not a fast.forward/iu.test(message)) return "version_conflict";
  if (status === 429) return "rate_limited";
  return status >= 500 ? "remote_unavailable" : "invalid_input";
}

function isThere(item: GitHubErrorItem | string): boolean {
  if (typeof item === "string") return /already exists/iu.test(item);
  return item.code === "already_exists" || /already exists/iu.test(item.message ?? "");
}

function reasons(errors: readonly (GitHubErrorItem | string)[] | undefined): string {
  if (errors === undefined || errors.length === 0) return "";
  const texts = errors.map((item) =>
    typeof item === "string" ? item : (item.message ?? [item.field, item.code].filter(Boolean).join(" ")),
  );
  return ` (${texts.join("; ")})`;
}

function messageStart(code: ErrorCode, status: number, message: string): string {
  if (status === 501) return "GitHub does not serve this for";
  if (status === 409 && /repository is empty/iu.test(message)) return "GitHub cannot do this on";
  switch (code) {
    case "not_found":
      return "GitHub has not, or does not show,";
    case "unauthorized":
      return "GitHub does not take the credential for";
    case "forbidden":
      return "GitHub does not allow this on";
    case "version_conflict":
      return "somebody else was faster on";
    case "already_exists":
      return "it is there already:";
    case "remote_unavailable":
      return "GitHub has trouble with";
    default:
      return "GitHub does not accept this for";
  }
}

/** The same error, with what it takes in its `data` and its hint. @param needed `secrets=write`, `scope workflow` */
export function withNeeded(error: HubsteadError, needed: string): HubsteadError {
  return new HubsteadError(error.code, error.message, {
    hint: hintForNeeded(needed),
    data: { ...error.data, needed },
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  });
}
