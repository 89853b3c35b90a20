/**
 * @module `hubstead github whoami`.
 */
import type { Command } from "commander";
import { redact } from "../../../base/redact.ts";
import { type Budget, readBudgets } from "../../../github/client/budgets.ts";
import { type Identity, readIdentity } from "../../../github/client/identity.ts";
import type { Context, Run } from "../../command.ts";
import { toPrintable } from "../../printable.ts";
import { withGitHub } from "./with-github.ts";

interface Whoami extends Identity {
  readonly apiUrl: string;
  readonly org?: string;
  /** Absent where nobody says whose installation is meant. */
  readonly budget?: Budget;
}

export function defineWhoami(command: Command, run: Run): void {
  command
    .description("Show which credential is used, what it may do, and how much of its budget is left")
    .addHelpText(
      "after",
      `
Example:
  hubstead github whoami --json`,
    )
    .action(
      run(async (context) => {
        const whoami = await withGitHub(context, undefined, async ({ session, credential, call }) => {
          const { app, org, apiUrl } = credential;
          const identity = await readIdentity(session, app, org, call);
          const isKnown = app === undefined || org !== undefined;
          const budgets = isKnown ? await readBudgets(session, call) : [];
          const budget = budgets.find(({ resource }) => resource === "core");
          return {
            ...identity,
            apiUrl,
            // Whatever was put there: it may be a token.
            ...(org === undefined ? {} : { org: redact(org) }),
            ...(budget === undefined ? {} : { budget }),
          };
        });
        if (context.options.json) return context.output.json(whoami);
        await showWhoami(context, whoami);
      }),
    );
}

async function showWhoami({ output }: Context, whoami: Whoami): Promise<void> {
  const { installation, budget } = whoami;
  const lines: Readonly<Record<string, string | undefined>> = {
    credential: whoami.credential,
    kind: whoami.kind,
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
