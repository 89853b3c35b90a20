/**
 * @module `hubstead github whoami`.
 */
import type { Command } from "commander";
import { redact } from "../../../base/redact.ts";
import { HubsteadError } from "../../../errors.ts";
import { type Budget, readBudgets } from "../../../github/client/budgets.ts";
import { type Identity, readIdentity } from "../../../github/client/identity.ts";
import type { LimitsView } from "../../../github/fetch/create-github-fetch.ts";
import type { Context, Run } from "../../command.ts";
import { toPrintable } from "../../printable.ts";
import { type OpenedGitHub, withGitHub } from "./with-github.ts";

interface Whoami extends Identity {
  readonly apiUrl: string;
  readonly org?: string;
  /** As GitHub says it, or as it was known last. Absent where nobody says whose installation is meant, or nothing is known. */
  readonly budget?: Budget;
  /** Why GitHub could not be asked for the rest. */
  readonly notAsked?: { readonly reason: string; readonly retryAt?: string };
}

export function defineWhoami(command: Command, run: Run): void {
  command
    .description("Show which credential is used, what it may do, and how much of its budget is left")
    .addHelpText(
      "after",
      `
While GitHub's limits leave no room it shows what is known without asking, and says so.

Example:
  hubstead github whoami --json`,
    )
    .action(
      run(async (context) => {
        const whoami = await withGitHub(context, undefined, readWhoami);
        if (context.options.json) return context.output.json(whoami);
        await showWhoami(context, whoami);
        const { notAsked } = whoami;
        if (notAsked !== undefined) context.note(`the rest could not be asked: ${notAsked.reason}`);
      }),
    );
}

async function readWhoami(github: OpenedGitHub): Promise<Whoami> {
  const { session, credential, call } = github;
  const { app, org, apiUrl } = credential;
  // Whatever was put there: it may be a token.
  const place = { apiUrl, ...(org === undefined ? {} : { org: redact(org) }) };
  let identity: Identity | undefined;
  try {
    identity = await readIdentity(session, app, org, call);
    const isKnown = app === undefined || org !== undefined;
    const budgets = isKnown ? await readBudgets(session, call) : [];
    const budget = budgets.find(({ resource }) => resource === "core");
    return { ...identity, ...place, ...(budget === undefined ? {} : { budget }) };
  } catch (error) {
    if (!(error instanceof HubsteadError) || error.code !== "rate_limited") throw error;
    const { retryAt } = error.data;
    const notAsked = { reason: error.message, ...(typeof retryAt === "string" ? { retryAt } : {}) };
    return { ...(await readWithoutAsking(github)), ...identity, ...place, notAsked };
  }
}

/** What is known of the credential here, and of its budget by all commands of this user. */
async function readWithoutAsking({
  client,
  credential,
  clock,
  call,
}: OpenedGitHub): Promise<Identity & { readonly budget?: Budget }> {
  const { app, label, source } = credential;
  // Whose an App's installation is, GitHub would have to be asked.
  const named =
    app === undefined ? (await source.credentialFor({ path: "/user" }, call.signal)).principal : undefined;
  const views = await client.fetch.limits();
  const view = views.find(({ principal }) => !principal.includes("/app:")) ?? views[0];
  const core = view?.budgets.find(({ resource }) => resource === "core");
  const principal = named ?? view?.principal.split("/").at(-1);
  return {
    credential: label,
    kind: app === undefined ? (principal?.split(":", 1)[0] ?? "token") : "app",
    ...(principal === undefined ? {} : { principal }),
    ...(core === undefined ? {} : { budget: toBudget(core, clock.now()) }),
  };
}

function toBudget(
  { resource, limit, remaining, resetsInMs }: LimitsView["budgets"][number],
  now: number,
): Budget {
  return { resource, limit, remaining, resetAt: new Date(now + resetsInMs).toISOString() };
}

async function showWhoami({ output }: Context, whoami: Whoami): Promise<void> {
  const { installation, budget } = whoami;
  const lines: Readonly<Record<string, string | undefined>> = {
    credential: whoami.credential,
    kind: whoami.kind,
    principal: whoami.principal,
    login: whoami.login,
    scopes: whoami.scopes?.join(", "),
    app: whoami.app?.slug,
    installation: installation && `${installation.id} on ${installation.account}`,
    permissions:
      installation &&
      Object.entries(installation.permissions)
        .map(([name, level]) => `${name}=${level}`)
        .join(", "),
    repositories: whoami.repositories?.join(", ") ?? installation?.repositorySelection,
    "installed on": whoami.installedOn?.join(", "),
    expires: whoami.expiresAt,
    org: whoami.org ?? "none (GITHUB_ORG is not set)",
    api: whoami.apiUrl,
    budget: budget && `${budget.remaining} of ${budget.limit} requests until ${budget.resetAt}`,
  };
  await output.write(
    Object.entries(lines)
      .filter((line): line is [string, string] => line[1] !== undefined)
      .map(([name, value]) => `${output.colors.dim(name.padEnd(12))} ${toPrintable(value)}\n`)
      .join(""),
  );
}
