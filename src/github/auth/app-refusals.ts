/**
 * @module What GitHub's refusals of a GitHub App's own requests mean, as errors that say what to do.
 */
import { redact } from "../../base/redact.ts";
import { HubsteadError } from "../../errors.ts";
import type { AppAnswer } from "./app-calls.ts";

/** What was asked, for a message. */
export interface Asked {
  /** `GitHub App 12`. */
  readonly app: string;
  /** `a token for acme`. */
  readonly what: string;
  readonly apiUrl: string;
}

/** @param answer not of a success */
export function refusalToError(answer: AppAnswer, { app, what, apiUrl }: Asked): HubsteadError {
  const { status, headers } = answer;
  const said = redact(answer.message).slice(0, 300);
  const requestId = headers.get("x-github-request-id") ?? undefined;
  const data = { status, ...(requestId === undefined ? {} : { requestId }) };
  const error = (code: HubsteadError["code"], message: string, hint: string, more: object = {}) =>
    new HubsteadError(code, `${app}: ${message}, asked for ${what}`, { hint, data: { ...data, ...more } });
  const waitMs = waitOf(answer);
  if (waitMs !== undefined) {
    const retryAt = new Date(answer.answeredAt + waitMs).toISOString();
    return error("rate_limited", `GitHub's limit is reached (${said})`, `Try again after ${retryAt}.`, {
      retryAt,
    });
  }
  if (status >= 300 && status < 400) {
    return error(
      "invalid_input",
      `${apiUrl} leads elsewhere (${status})`,
      "Set GITHUB_API_URL to where the API really is; credentials follow no redirect.",
    );
  }
  if (status === 401)
    return error("unauthorized", `GitHub does not take its key (${said})`, hintFor401(said));
  if (status === 403 && /suspended/u.test(said)) {
    return error(
      "forbidden",
      "the installation is suspended",
      "An owner of the account can unsuspend it: Settings, GitHub Apps, Configure.",
      { suspended: true },
    );
  }
  if (status === 422) {
    return error(
      "forbidden",
      `GitHub does not grant it (${said})`,
      "Ask for no more than the installation has: an owner can add repositories, and accept new permissions, in its settings.",
    );
  }
  if (status === 404)
    return error("not_found", `GitHub finds no such installation (${said})`, "Install the App there.");
  if (status === 403)
    return error("forbidden", `GitHub forbids it (${said})`, "See the App's permissions in its settings.");
  return error(
    "remote_unavailable",
    `GitHub answered ${status} (${said})`,
    "Try again; see https://www.githubstatus.com.",
  );
}

function hintFor401(said: string): string {
  if (/claim/u.test(said)) return "Set this machine's clock right.";
  if (/Integration not found/iu.test(said))
    return "Check the App's id (GITHUB_APP_ID, `appId`), and whether the API's address (GITHUB_API_URL, `apiUrl`) is of the host that the App is on.";
  return "Check that the key (GITHUB_APP_PRIVATE_KEY, `privateKey`) is one of this App, and was not deleted in its settings.";
}

/** @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function waitOf({ status, headers, message, answeredAt }: AppAnswer): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const retryAfter = Number(headers.get("retry-after") ?? Number.NaN);
  if (retryAfter >= 0) return retryAfter * 1000;
  const resetAt = Number(headers.get("x-ratelimit-reset") ?? Number.NaN) * 1000;
  if (headers.get("x-ratelimit-remaining") === "0" && resetAt > 0) return Math.max(0, resetAt - answeredAt);
  // Where no time is named: a minute.
  return status === 429 || /rate limit/iu.test(message) ? 60_000 : undefined;
}
