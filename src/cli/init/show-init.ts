/**
 * @module Tells what `hubstead init` has done or would do, what the workflows may do and why, and what comes next.
 */
import type { Context } from "../command.ts";
import { toPrintable } from "../printable.ts";
import type { InitChoices, InitPlan } from "./init-plan.ts";
import { unifiedDiff } from "./unified-diff.ts";
import type { Seen } from "./visibility.ts";

export interface InitFacts extends InitChoices {
  readonly seen: Seen;
  /** Whether the settings name teams, of which a workflow's token may not ask. */
  readonly trustsTeams: boolean;
  readonly isDryRun: boolean;
}

export async function showInit(context: Context, plan: InitPlan, facts: InitFacts): Promise<void> {
  if (context.options.json) return showJson(context, plan, facts);
  const { output, options } = context;
  const diff = plan.files
    .filter(({ action }) => action === "created" || action === "changed")
    .map(({ path, before, after }) => unifiedDiff(path, before, after))
    .join("");
  if (facts.isDryRun) await output.write(printableLines(diff));
  else for (const { path, action } of plan.files) if (!options.quiet) await output.line(`${action} ${path}`);
  for (const { path } of plan.files.filter(({ action }) => action === "kept"))
    context.logger.warn(`${path} was changed by somebody and stays as it is; --force writes it anew`);
  for (const line of notesOf(plan, facts)) context.note(line);
}

/** With `--json` the same as facts. */
async function showJson({ output }: Context, plan: InitPlan, facts: InitFacts): Promise<void> {
  const { repo, seen, isDryRun } = facts;
  await output.json({
    repo,
    visibility: seen.visibility ?? null,
    dryRun: isDryRun,
    files: plan.files.map(({ path, action, before, after }) => ({
      path,
      action,
      ...(action === "created" || action === "changed" ? { diff: unifiedDiff(path, before, after) } : {}),
    })),
    workflows: plan.workflows.map(({ path, when, grants }) => ({ path, when, permissions: grants })),
    notes: notesOf(plan, facts).filter((line) => line !== ""),
  });
}

function notesOf({ files, workflows }: InitPlan, facts: InitFacts): readonly string[] {
  const { repo, isHere, trustedApps, trustsTeams, seen, isDryRun } = facts;
  const visibility = seen.visibility ?? `public or not: nobody knows (${seen.because})`;
  const permissions = workflows.flatMap(({ path, when, grants }) => [
    `${path} runs ${when}, and on demand. Its GITHUB_TOKEN may do no more than:`,
    ...grants.map(({ permission, level, because }) => `  ${permission}: ${level} (${because})`),
  ]);
  const isDone = !isDryRun && files.some(({ action }) => action === "created" || action === "changed");
  return [
    `${repo} is ${visibility}. ${seen.meaning}`,
    ...permissions,
    ...(isHere ? [] : [`No workflows: they belong to ${repo}. Run \`hubstead init\` in a clone of it.`]),
    ...(trustedApps.length === 0
      ? []
      : [
          "Every workflow of the repository may change objects: none may pass on what strangers write without a look at it.",
        ]),
    ...(trustsTeams && isHere
      ? [
          "hubstead.yml trusts teams, of which GITHUB_TOKEN may not ask: give the workflows the token of an App that reads members.",
        ]
      : []),
    ...(isDone ? ["Next: look at the files, commit and push them to the default branch."] : []),
  ];
}

function printableLines(text: string): string {
  return text.split("\n").map(toPrintable).join("\n");
}
