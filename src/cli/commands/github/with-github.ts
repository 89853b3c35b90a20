/**
 * @module Opens the client for a command: with the credential of the environment, limits that all commands of this user share,
 * and a line that says what is waited for. Nothing of the client is loaded before.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { HubsteadError } from "../../../errors.ts";
import type { EnvironmentCredential } from "../../../github/auth/credential-from-environment.ts";
import type { TokenSource } from "../../../github/auth/token-source.ts";
import type { GitHubClient, GitHubClientOptions } from "../../../github/client/github-client.ts";
import { type Permissions, permissionsToText } from "../../../github/client/needed-permissions.ts";
import type { CallOptions, Session } from "../../../github/client/session.ts";
import { type GitHubClock, systemClock } from "../../../github/clock.ts";
import type { LimiterStore } from "../../../github/limits/limiter-store.ts";
import { userDataFolder } from "../../../store/locate.ts";
import type { Context } from "../../command.ts";
import { untilInterrupted } from "../../interruption.ts";
import type { Io } from "../../io.ts";
import type { StatusLine } from "../../status-line.ts";
import { type GovernedCommand, permissionsOfCommand } from "./features.ts";
import { inCommandWords, withHint } from "./hints.ts";

/** What a command on GitHub works with. */
export interface OpenedGitHub {
  readonly client: GitHubClient;
  readonly credential: EnvironmentCredential;
  /** For what only the command line asks: with the client's own fetch. */
  readonly session: Session;
  readonly clock: GitHubClock;
  /** For each call: an interruption ends it. */
  readonly call: CallOptions;
  readonly status: StatusLine;
}

/** A command that asks for itself what no method of the client does. */
export interface CommandNeeds {
  /** As it is typed: `hubstead issues update`. */
  readonly command: string;
  readonly permissions: Permissions;
}

/** What a command has to say of the client: where the credential comes from, if not from the environment, and how requests are sent. */
export interface ClientChoice extends Pick<GitHubClientOptions, "retry" | "limits"> {
  /** What `--token` was given. */
  readonly token?: string;
  /** Go on as nobody where there is none: for what everybody may read. */
  readonly isPublic?: boolean;
}

/**
 * Opens the client, and closes it in the end.
 *
 * @param command whose permissions a refusal tells of; absent for those that take none
 * @throws what the body throws, its hint in the words of the command line, with the permissions that the command takes
 */
export async function withGitHub<T>(
  context: Context,
  command: GovernedCommand | CommandNeeds | undefined,
  body: (github: OpenedGitHub) => Promise<T>,
  choice: ClientChoice = {},
): Promise<T> {
  const { io } = context;
  const { clock = systemClock } = io;
  const store = await openLimits(context, clock);
  const status = context.statusLine("waiting for GitHub");
  const { client, credential, session } = await openClient(context, { clock, store, choice });
  const stop = client.fetch.listen((event) => {
    context.logger.debug("github", { ...event });
    if (event.kind === "refusal") status.say(`GitHub asks to wait (${event.reason} limit)`);
  });
  const call = io.signal === undefined ? {} : { signal: io.signal };
  try {
    return await untilInterrupted(body({ client, credential, session, clock, call, status }), io.signal);
  } catch (error) {
    throw explain(error, command);
  } finally {
    stop();
    status.end();
    await client.close();
    await store.close();
  }
}

interface ClientParts {
  readonly clock: GitHubClock;
  readonly store: LimiterStore;
  readonly choice: ClientChoice;
}

async function openClient(context: Context, { clock, store, choice }: ClientParts) {
  const { token, isPublic = false, ...sending } = choice;
  const env = token === undefined ? context.io.env : withToken(context.io.env, token);
  const [{ GitHubClient }, { credentialFromEnvironment }, { createSession }] = await Promise.all([
    import("../../../github/client/github-client.ts"),
    import("../../../github/auth/credential-from-environment.ts"),
    import("../../../github/client/session.ts"),
  ]);
  // An App asks for its tokens under the same limits as everything else.
  let client: GitHubClient | undefined;
  const credential = credentialFromEnvironment({
    env,
    clock,
    fetch: (input, init) => client!.fetch(input, init),
    // A repository cannot set it, and the emulator is on this machine.
    allowInsecureLoopback: true,
    otherwise: "gh",
    ...(token === undefined ? {} : { calls: { GITHUB_TOKEN: "--token" } }),
  });
  const { apiUrl, org } = credential;
  const isGh = credential.label.startsWith("gh ");
  const source = isPublic && isGh ? orNobody(credential.source) : credential.source;
  client = new GitHubClient({
    apiUrl,
    auth: source,
    env: {},
    clock,
    store,
    logger: context.logger,
    ...(context.io.fetch === undefined ? {} : { fetch: context.io.fetch }),
    ...sending,
    ...(org === undefined ? {} : { org }),
  });
  const session = createSession({ apiUrl, source, org, clock, fetch: client.fetch });
  return { client, credential, session };
}

/** It wins over all else that the environment may hold. */
function withToken(env: Io["env"], token: string): Io["env"] {
  const ours = /^(?:HUBSTEAD_)?GITHUB_(?:TOKEN|APP_ID|APP_PRIVATE_KEY|APP_PRIVATE_KEY_PATH)$/u;
  const others = Object.entries(env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(others), GITHUB_TOKEN: token };
}

/** Where `gh` has no credential, what is public can be read without one. */
function orNobody(source: TokenSource): TokenSource {
  return {
    ...source,
    credentialFor: async (scope, signal) => {
      try {
        return await source.credentialFor(scope, signal);
      } catch (error) {
        if (error instanceof HubsteadError && error.code === "unauthorized")
          return { principal: "anonymous" };
        throw error;
      }
    },
  };
}

/** One file for all commands of this user; where there can be none, each command counts for itself. */
async function openLimits(context: Context, clock: GitHubClock): Promise<LimiterStore> {
  const folder = userDataFolder(context.io.env);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { openSqliteLimiterStore } = await import("../../../github/limits/sqlite-limiter-store.ts");
    return await openSqliteLimiterStore({ path: join(folder, "github-limits.db"), clock });
  } catch (error) {
    context.logger.warn("this command counts its use of GitHub's limits for itself alone", { folder, error });
    const { createMemoryLimiterStore } = await import("../../../github/limits/memory-limiter-store.ts");
    return createMemoryLimiterStore({ clock });
  }
}

/** The error as the command tells it: in its own words, and with what it takes. */
export function explain(error: unknown, command: GovernedCommand | CommandNeeds | undefined): unknown {
  const translated = inCommandWords(error);
  if (command === undefined) return translated;
  const needs =
    typeof command === "string"
      ? { command: `hubstead github ${command}`, permissions: permissionsOfCommand(command) }
      : command;
  return withPermissions(translated, needs);
}

/** GitHub says 403 or 404 where a permission is missing, and not always which. */
function withPermissions(error: unknown, { command, permissions }: CommandNeeds): unknown {
  if (!(error instanceof HubsteadError) || !["forbidden", "not_found"].includes(error.code)) return error;
  if (typeof error.data["status"] !== "number") return error;
  if (Object.keys(permissions).length === 0) return error;
  const takes = `\`${command}\` takes ${permissionsToText(permissions)}.`;
  return withHint(error, `${error.hint ?? ""} ${takes}`.trim(), { takes: permissions });
}
