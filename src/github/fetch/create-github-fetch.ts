/**
 * @module The governed fetch: one way to talk to GitHub that keeps to its limits, asks whether anything has changed before it
 * reads again, and never makes a thing twice. Its layers, from the outside in: redaction, telemetry, deadline, retry,
 * redirects, credentials, single flight, conditional reads, turns and limits, the wire.
 */
import type { Logger } from "../../base/logger.ts";
import { HubsteadError, invalidInput } from "../../errors.ts";
import { anonymousSource, createTokenSource } from "../auth/static-token.ts";
import type { Credential, TokenSource } from "../auth/token-source.ts";
import { type GitHubClock, systemClock } from "../clock.ts";
import type { LimiterStore, PrincipalState } from "../limits/limiter-store.ts";
import { createMemoryLimiterStore } from "../limits/memory-limiter-store.ts";
import { createAdmission, principalKeyOf } from "./admission.ts";
import { type AlertOptions, defaultBlockAt, watchThresholds } from "./alerts.ts";
import { createAuthorize } from "./authorize.ts";
import { checkKeys, checkOptions, checkTerms, termNames } from "./check-options.ts";
import type { Resolve } from "./checked-addresses.ts";
import { createConditionalReads } from "./conditional-reads.ts";
import { beforeDeadline } from "./deadline.ts";
import type { PlannedRequest } from "./forecast.ts";
import { createGate } from "./gate.ts";
import { type GovernedRequest, type Handler, type Recovery, toResponse } from "./governed-request.ts";
import { createHome } from "./home.ts";
import {
  apiPathOf,
  type FetchInput,
  type IncomingRequest,
  readRequest,
  signalOf,
  type Within,
} from "./incoming-request.ts";
import { type Lane, laneFor } from "./lane.ts";
import { type LimitPolicy, limitOf } from "./needs.ts";
import { openResponseCache } from "./open-response-cache.ts";
import { type Operation, operationOf } from "./operation.ts";
import { withoutSecrets } from "./redaction.ts";
import { createRedirects } from "./redirects.ts";
import type { ResponseCache } from "./response-cache.ts";
import { createRetry, type RetryPolicy } from "./retry.ts";
import { createScopes } from "./scopes.ts";
import { createSingleFlight } from "./single-flight.ts";
import { createTelemetry, type GitHubEvent, type Telemetry } from "./telemetry.ts";
import { createTransport, TransportFailure } from "./transport.ts";

/** How a request is to be sent. What is absent is as the fetch was made with. */
export interface RequestTerms {
  /** Who goes first. Default: `interactive-write` or `interactive-read`. */
  readonly lane?: Lane;
  /** For the whole request with its waits and repetitions. Default: 2 minutes in the interactive lanes, else without end. */
  readonly timeoutMs?: number;
  /**
   * How long it may wait for its turn and for limits. Default: 90 s in the interactive lanes, which is longer than the minute that
   * GitHub asks for at least; else without end.
   */
  readonly maxWaitMs?: number;
  /** For one attempt. Default: 30 s, downloads and uploads included until their headers are there. */
  readonly attemptTimeoutMs?: number;
  /** How a create is looked up whose answer was lost. Without it, it fails with `ambiguous_write`. */
  readonly recovery?: Recovery;
  /**
   * Send a create that was `ambiguous_write`, or was given up while it was under way, a moment ago once more: somebody has looked
   * that it did not happen. Without it an equal one is looked up by its `recovery` first, or fails as `ambiguous_write` for five
   * minutes, so that nothing that repeats on errors makes it twice.
   */
  readonly again?: boolean;
  /** Whose installation of an App pays, where the path does not say it: for GraphQL. */
  readonly owner?: string;
}

export interface GitHubFetchOptions extends RequestTerms {
  /**
   * The only API that requests go to: `https://api.github.com`, `https://HOST/api/v3`. Absent: wherever the caller sends
   * them, but each token to one API only.
   */
  readonly apiUrl?: string;
  /** For requests that bring no `authorization` of their own: a token, or where one comes from. Needs `apiUrl`. */
  readonly auth?: string | TokenSource;
  /**
   * Whom GitHub counts the tokens for that requests bring themselves: `installation:42`. Needed where they change, as an App's
   * do each hour: each counts for itself otherwise. It stands in events and in the limiter store, and must not hold the token.
   */
  readonly principal?: string | ((authorization: string) => string);
  /** Default: `2022-11-28`. */
  readonly apiVersion?: string;
  readonly limits?: LimitPolicy;
  /** Where use is counted; to be shared with other processes. Default: one for all of this process. It is not closed with the fetch. */
  readonly store?: LimiterStore;
  /** Where answers are kept: a file, a cache (which is not closed with the fetch), or `false`. Default: in memory. */
  readonly cache?: string | ResponseCache | false;
  readonly retry?: RetryPolicy;
  /** What is to be told of, and what to be stopped. */
  readonly alerts?: AlertOptions;
  readonly logger?: Logger;
  /**
   * The one below: one that adds a proxy. Default: the platform's. Where the API redirects to another host, its name is looked at
   * as always, but where this one connects to is its own affair: it resolves the name anew.
   */
  readonly fetch?: typeof globalThis.fetch;
  /** To what addresses a name leads, of the hosts that the API redirects to. Default: what `dns.lookup` says. */
  readonly resolve?: Resolve;
  readonly clock?: GitHubClock;
  /** From 0 to below 1, for the jitter of retries. */
  readonly chance?: () => number;
}

/** What one principal has used of its limits, and who waits. */
export interface LimitsView extends Omit<PrincipalState, "windows"> {
  /** What the client lets itself use: `requests/h`, `points/min`, `content/min`, `content/h`, `issues/min`, `issues/h`. */
  readonly windows: readonly (PrincipalState["windows"][number] & { readonly limit: number })[];
  /** `api.github.com/installation:42`. */
  readonly principal: string;
  readonly lanes: Readonly<Record<Lane, number>>;
}

export interface GitHubFetch extends AsyncDisposable {
  /**
   * As the platform's `fetch`, for requests to GitHub's API.
   *
   * @throws {HubsteadError} `rate_limited`, `ambiguous_write`, `remote_unavailable`, `forbidden`, `unauthorized`,
   *   `invalid_input`; the signal's reason. An answer of GitHub's is returned, whatever its status.
   */
  (input: FetchInput, init?: RequestInit): Promise<Response>;
  /** The same, with its limits and its cache, under other terms. */
  with(terms: RequestTerms): GitHubFetch;
  /** Of everybody that requests were sent for. */
  limits(): Promise<readonly LimitsView[]>;
  /**
   * How long requests would take by the limits alone, sent one after the other from now on in the lane of these terms. Sends nothing.
   *
   * @returns milliseconds
   */
  forecast(requests: Iterable<PlannedRequest>): Promise<number>;
  /** @returns stops it */
  listen(listener: (event: GitHubEvent) => void): () => void;
  /** Whoever waits for a turn is sent away. */
  close(): Promise<void>;
}

const minuteMs = 60_000;
const defaultAttemptTimeoutMs = 30_000;

/** @throws {HubsteadError} `invalid_input` */
export function createGitHubFetch(options: GitHubFetchOptions = {}): GitHubFetch {
  checkOptions(options);
  const { clock = systemClock, apiUrl, apiVersion = "2022-11-28", chance = Math.random } = options;
  if (options.auth !== undefined && apiUrl === undefined) {
    throw invalidInput(
      "a credential needs the API that it is for",
      'Name it: `apiUrl: "https://api.github.com"`.',
      { path: "apiUrl" },
    );
  }
  const home = createHome(apiUrl);
  const source =
    typeof options.auth === "string"
      ? createTokenSource({ token: options.auth })
      : (options.auth ?? anonymousSource);
  const telemetry = createTelemetry();
  const store = options.store ?? storeOfProcess(clock);
  const gate = createGate(store, clock);
  const policy = policyOf(options);
  if (options.alerts !== undefined) watchThresholds(options.alerts, { telemetry, clock, store });
  const principals = new Set<string>();
  const cache = lazyCache(options);
  const held = new Set<string>();
  const scopes = createScopes();

  const wire = createTransport(options.fetch ?? globalThis.fetch, clock);
  const admission = createAdmission({ gate, policy, clock, telemetry }, wire);
  const conditional =
    cache === undefined ? admission : createConditionalReads(cache.open, telemetry, admission);
  const shared = createSingleFlight(clock, telemetry, conditional);
  const remembering: Handler = (request) => {
    note(principals, principalKeyOf(request), mostPrincipals);
    if (request.credential.authorization !== undefined) remember(held, request.credential);
    return shared(request).catch((error: unknown) => {
      if (error instanceof HubsteadError && error.code === "rate_limited") tellGaveUp(telemetry, request);
      throw error;
    });
  };
  const authorize = createAuthorize({ source, clock, telemetry, principal: options.principal }, remembering);
  // Few are ever led away: loaded when somebody is.
  const outside =
    (api: URL): Handler =>
    async (request) => {
      const { sendOutside } = await import("./outside.ts");
      return sendOutside({ clock, resolve: options.resolve, fetch: options.fetch }, api, request);
    };
  const redirects = createRedirects(home, authorize, outside);
  const retry = createRetry({ policy: options.retry ?? {}, clock, telemetry, chance }, redirects);

  const send = async (incoming: IncomingRequest, terms: RequestTerms, since: number): Promise<Response> => {
    const { method, url, headers, body, signal, redirect } = incoming;
    home.guardFor(url, headers.get("authorization"));
    const path = apiPathOf(url);
    const scope = scopes.scopeOf(path, terms.owner);
    const described = operationOf(method, path, path === "/graphql" ? bodyText(body) : undefined);
    // An asset is a file only for who asks for its bytes.
    const isAsset = described.route.endsWith("/releases/assets/{asset_id}");
    const operation =
      isAsset && !/octet-stream/u.test(headers.get("accept") ?? "")
        ? { ...described, isDownload: false }
        : described;
    if (!headers.has("x-github-api-version")) headers.set("x-github-api-version", apiVersion);
    if (!headers.has("user-agent")) headers.set("user-agent", "hubstead");
    const answer = await retry({
      method,
      url,
      headers,
      body,
      operation,
      redirect,
      scope,
      credential: { principal: "anonymous" },
      terms: termsOf(operation, terms, since, signal),
    });
    scopes.learn(scope, operation, answer);
    return toResponse(answer);
  };

  const withTerms = (terms: RequestTerms): GitHubFetch => {
    checkTerms(terms);
    const call = (input: FetchInput, given?: RequestInit): Promise<Response> => {
      // The platform's takes null as well.
      const init = given ?? {};
      const [since, signal] = [clock.now(), signalOf(input, init)];
      const within: Within = (read) =>
        beforeDeadline(clock, { deadlineAt: since + timeoutOf(terms), signal }, read).catch(bodyTooLate);
      return withoutSecrets(
        () => [...held, ...source.secrets()],
        async () => send(await readRequest(input, init, within), terms, since),
        signal,
      );
    };
    return Object.assign(call, {
      with: (changed: RequestTerms) => {
        checkKeys(changed, termNames, "a request");
        return withTerms({ ...terms, ...changed });
      },
      limits: () =>
        Promise.all(
          [...principals].map(async (principal) => {
            const state = await store.read(principal);
            const windows = state.windows.map((window) => ({ ...window, limit: limitOf(window, policy) }));
            return { principal, ...state, windows, lanes: gate.depths(principal) };
          }),
        ),
      async forecast(requests: Iterable<PlannedRequest>) {
        const { forecast } = await import("./forecast.ts");
        const lane = terms.lane ?? laneFor(true);
        const planned = [...requests];
        const states = await Promise.all([...principals].map((principal) => store.read(principal)));
        const times = (states.length === 0 ? [undefined] : states).map((state) =>
          forecast(planned, { lane, policy, state }),
        );
        return Math.max(...(await Promise.all(times)));
      },
      listen: telemetry.listen,
      close,
      [Symbol.asyncDispose]: close,
    });
  };
  const close = async (): Promise<void> => {
    await gate.close();
    await cache?.close();
  };
  return withTerms(options);
}

const stores = new WeakMap<GitHubClock, LimiterStore>();

/** GitHub does not know how many fetches a process makes: together they keep to the limits. */
function storeOfProcess(clock: GitHubClock): LimiterStore {
  const known = stores.get(clock) ?? createMemoryLimiterStore({ clock });
  stores.set(clock, known);
  return known;
}

/** With the threshold at which nothing more is to be sent. */
function policyOf({ limits = {}, alerts }: GitHubFetchOptions): LimitPolicy {
  if (alerts?.block !== true) return limits;
  const most = Math.min(
    limits.maxRequestsPerHour ?? Number.POSITIVE_INFINITY,
    alerts.blockAt ?? defaultBlockAt,
  );
  return { ...limits, maxRequestsPerHour: most };
}

function termsOf(
  operation: Operation,
  terms: RequestTerms,
  now: number,
  signal: AbortSignal | undefined,
): Parameters<Handler>[0]["terms"] {
  const lane = terms.lane ?? laneFor(operation.effect !== "read");
  const maxWaitMs = terms.maxWaitMs ?? (isInteractive(terms) ? 1.5 * minuteMs : Number.POSITIVE_INFINITY);
  return {
    lane,
    deadlineAt: now + timeoutOf(terms),
    waitUntil: now + maxWaitMs,
    attemptTimeoutMs: terms.attemptTimeoutMs ?? defaultAttemptTimeoutMs,
    signal,
    recovery: terms.recovery,
    again: terms.again === true,
  };
}

/** Somebody waits for what is not put into another lane. */
function isInteractive({ lane }: RequestTerms): boolean {
  return lane === undefined || lane.startsWith("interactive");
}

function timeoutOf(terms: RequestTerms): number {
  return terms.timeoutMs ?? (isInteractive(terms) ? 2 * minuteMs : Number.POSITIVE_INFINITY);
}

function bodyTooLate(error: unknown): never {
  if (!(error instanceof TransportFailure)) throw error;
  throw new HubsteadError("remote_unavailable", "the request's body was not there before its deadline", {
    hint: "Allow more time (`timeoutMs`), or look for what writes the body.",
    data: { reason: error.reason },
  });
}

function bodyText(body: IncomingRequest["body"]): string | undefined {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
}

// So many are enough: who rotates tokens each hour has used the older ones long ago.
const mostHeld = 100;

/** Notes a credential that is in use, so that no error shows it. */
function remember(held: Set<string>, { authorization = "" }: Credential): void {
  note(held, authorization.replace(/^\S+\s+/u, ""), mostHeld);
}

// Of so many `limits()` tells.
const mostPrincipals = 1_000;

function note(values: Set<string>, value: string, most: number): void {
  if (values.has(value)) return;
  values.add(value);
  if (values.size > most) values.delete(values.values().next().value!);
}

function tellGaveUp(telemetry: Telemetry, { url, credential, operation, terms }: GovernedRequest): void {
  const { principal } = credential;
  telemetry.emit({ kind: "gave-up", host: url.host, principal, route: operation.route, lane: terms.lane });
}

interface LazyCache {
  readonly open: () => Promise<ResponseCache | undefined>;
  readonly close: () => Promise<void>;
}

/** Opened with the first read. One that cannot be opened is none, and is told of once. */
function lazyCache({
  cache = ":memory:",
  clock = systemClock,
  logger,
}: GitHubFetchOptions): LazyCache | undefined {
  if (cache === false) return undefined;
  if (typeof cache !== "string") return { open: async () => cache, close: async () => undefined };
  let opening: Promise<ResponseCache | undefined> | undefined;
  return {
    open() {
      opening ??= openResponseCache({ path: cache, now: clock.now }).catch((error: unknown) => {
        logger?.warn("answers are not kept: the cache cannot be opened", { cache, error });
        return undefined;
      });
      return opening;
    },
    close: async () => (await opening)?.close(),
  };
}
