/**
 * @module `hubstead github limits`.
 */
import type { Command } from "commander";
import { HubsteadError } from "../../../errors.ts";
import { type Budget, readBudgets } from "../../../github/client/budgets.ts";
import type { LimitsView } from "../../../github/fetch/create-github-fetch.ts";
import type { Context, Run } from "../../command.ts";
import type { Column } from "../../table.ts";
import { type OpenedGitHub, withGitHub } from "./with-github.ts";

interface Flags {
  readonly owner?: string;
}

/** What GitHub allows, and what all commands of this user have used of what they allow themselves. */
interface Limits extends Partial<LimitsView> {
  readonly github: readonly Budget[];
}

const budgetColumns: readonly Column[] = [
  { title: "BUDGET" },
  { title: "LEFT", align: "right" },
  { title: "LIMIT", align: "right" },
  { title: "RESETS" },
];

export function defineLimits(command: Command, run: Run): void {
  command
    .description("Show what is left of GitHub's limits, and who waits for them")
    .option("--owner <login>", "whose installation of the App is meant (default: GITHUB_ORG)")
    .addHelpText(
      "after",
      `
\`github\` is what GitHub says; \`windows\` is what this user's commands allow themselves in any minute
or hour, and have used; \`lanes\` is who waits. Asking costs nothing.

Example:
  hubstead github limits --json`,
    )
    .action(
      run(async (context, { owner }: Flags) => {
        const limits = await withGitHub(context, undefined, (github) => readLimits(github, owner));
        if (context.options.json) return context.output.json(limits);
        await showLimits(context, limits);
      }),
    );
}

async function readLimits(
  { client, session, call }: OpenedGitHub,
  owner: string | undefined,
): Promise<Limits> {
  const github = await readBudgets(session, { ...call, ...(owner === undefined ? {} : { owner }) }).catch(
    whileRefused,
  );
  // The App's own token, which installations' tokens are got with, counts for the App.
  const views = await client.fetch.limits();
  const view = views.find(({ principal }) => !principal.includes("/app:")) ?? views[0];
  return { ...view, github };
}

/** While everything waits, GitHub is not asked, and what is known here is what people want to see. */
function whileRefused(error: unknown): readonly Budget[] {
  if (error instanceof HubsteadError && error.code === "rate_limited") return [];
  throw error;
}

async function showLimits({ output }: Context, limits: Limits): Promise<void> {
  const { dim } = output.colors;
  const { github, principal = "", paused, windows = [], lanes, inFlight = 0 } = limits;
  await output.line(`${dim("counted for")} ${principal}`);
  if (paused !== undefined)
    await output.line(`${dim("paused")} ${Math.ceil(paused.forMs / 1_000)} s (${paused.reason} limit)`);
  await output
    .openTable(budgetColumns)
    .rows(
      github.map(({ resource, remaining, limit, resetAt }) => [
        resource,
        String(remaining),
        String(limit),
        resetAt,
      ]),
    );
  for (const { name, used, limit } of windows) await output.line(`${dim(name)} ${used} of ${limit}`);
  const waiting = Object.entries(lanes ?? {}).filter(([, depth]) => depth > 0);
  await output.line(`${dim("under way")} ${inFlight}`);
  for (const [lane, depth] of waiting) await output.line(`${dim(`waiting, ${lane}`)} ${depth}`);
}
