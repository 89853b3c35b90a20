/**
 * @module Where a GitHub App is installed, and the tokens that its installations give: asks GitHub, keeps nothing but the
 * numbers of installations.
 */
import { HubsteadError } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import type { AppAnswer, AppCalls } from "./app-calls.ts";
import { refusalToError } from "./app-refusals.ts";
import { createSingleFlight } from "./single-flight.ts";
import type { WishBody } from "./token-wish.ts";

export interface MintedToken {
  readonly token: string;
  readonly installationId: number;
  /** By GitHub's clock: ISO 8601 UTC. */
  readonly expiresAt: string;
  /** From the moment that GitHub answered. */
  readonly lifeMs: number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly repositorySelection: string;
}

export interface Installations {
  /**
   * @throws {HubsteadError} `not_found` where the App is not installed on the owner, with the address to install it;
   *   `forbidden` where it is suspended or has less than is wished; `unauthorized` for a key that is not the App's
   */
  mint(owner: string, wish: WishBody, signal: AbortSignal): Promise<MintedToken>;
}

export interface InstallationsOptions {
  readonly calls: AppCalls;
  readonly clock: GitHubClock;
  readonly apiUrl: string;
  /** `GitHub App 12`. */
  readonly app: string;
}

// A token that nobody has is harmless: asking for one may be repeated.
const retryAfterMs = 1_000;

export function createInstallations({ calls, clock, apiUrl, app }: InstallationsOptions): Installations {
  const numbers = new Map<string, number>();
  const lookups = createSingleFlight<number>();
  const errorOf = (answer: AppAnswer, what: string) => refusalToError(answer, { app, what, apiUrl });

  const find = async (owner: string, signal: AbortSignal): Promise<number> => {
    const what = `its installation on ${owner}`;
    const login = encodeURIComponent(owner);
    // Answers for organisations, too; the other path is for servers on which it does not.
    let answer = await calls.ask("GET", `/users/${login}/installation`, undefined, signal);
    if (answer.status === 404)
      answer = await calls.ask("GET", `/orgs/${login}/installation`, undefined, signal);
    if (answer.status === 404) throw await notInstalled(owner, signal);
    if (answer.status !== 200) throw errorOf(answer, what);
    const { id } = answer.body;
    if (typeof id !== "number") throw unreadable(what);
    numbers.set(owner.toLowerCase(), id);
    return id;
  };

  const notInstalled = async (owner: string, signal: AbortSignal): Promise<HubsteadError> => {
    // Where to install it is told by the App's own page.
    const answer = await calls.ask("GET", "/app", undefined, signal);
    if (answer.status !== 200) return errorOf(answer, `its installation on ${owner}`);
    const page = answer.body["html_url"];
    const installUrl = typeof page === "string" ? `${page}/installations/new` : undefined;
    return new HubsteadError("not_found", `${app} is not installed on ${owner}`, {
      hint:
        installUrl === undefined ? `Install the App on ${owner}.` : `Install it on ${owner}: ${installUrl}`,
      data: { owner, ...(installUrl === undefined ? {} : { installUrl }) },
    });
  };

  const unreadable = (what: string): HubsteadError =>
    new HubsteadError("remote_unavailable", `${app}: ${what}: ${apiUrl} answered what GitHub would not`, {
      hint: "Check whether GITHUB_API_URL is right.",
    });

  const ask = async (id: number, wish: WishBody, signal: AbortSignal): Promise<AppAnswer> => {
    const again = async (): Promise<AppAnswer> => {
      await clock.sleep(retryAfterMs, signal);
      return await calls.ask("POST", path, body, signal);
    };
    const path = `/app/installations/${id}/access_tokens`;
    const body = Object.keys(wish).length === 0 ? undefined : wish;
    try {
      const answer = await calls.ask("POST", path, body, signal);
      return answer.status >= 500 ? await again() : answer;
    } catch (error) {
      if (signal.aborted || !(error instanceof HubsteadError) || !isLost(error)) throw error;
      return await again();
    }
  };

  return {
    async mint(owner, wish, signal) {
      const what = `a token for ${owner}`;
      const share = (): Promise<number> =>
        lookups(owner.toLowerCase(), (shared) => find(owner, shared), signal);
      const known = numbers.get(owner.toLowerCase());
      let id = known ?? (await share());
      let answer = await ask(id, wish, signal);
      if (answer.status === 404 && known !== undefined) {
        // Uninstalled; perhaps installed anew, under another number.
        numbers.delete(owner.toLowerCase());
        id = await share();
        answer = await ask(id, wish, signal);
      }
      if (answer.status !== 201) {
        const error = errorOf(answer, what);
        throw wish.permissions === undefined || error.code !== "forbidden"
          ? error
          : new HubsteadError(error.code, error.message, {
              hint: error.hint ?? "",
              data: { ...error.data, needed: wish.permissions },
            });
      }
      return readToken(answer, id) ?? Promise.reject(unreadable(what));
    },
  };
}

function isLost({ code }: HubsteadError): boolean {
  return code === "remote_unavailable" || code === "ambiguous_write";
}

function readToken({ body, answeredAt }: AppAnswer, installationId: number): MintedToken | undefined {
  const { token, expires_at: expiresAt, permissions, repository_selection: selection } = body;
  if (typeof token !== "string" || typeof expiresAt !== "string") return undefined;
  const lifeMs = Date.parse(expiresAt) - answeredAt;
  if (!(lifeMs > 0)) return undefined;
  return {
    token,
    installationId,
    expiresAt: new Date(expiresAt).toISOString(),
    lifeMs,
    permissions: readPermissions(permissions),
    repositorySelection: selection === "selected" ? "selected" : "all",
  };
}

function readPermissions(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
