/**
 * @module `hubstead init`.
 */
import { Option } from "commander";
import { readIssueSettings } from "../../config/edit-config.ts";
import { invalidInput } from "../../errors.ts";
import { parseApiUrl, publicApiUrl } from "../../github/auth/api-url.ts";
import type { Context, DefineCommand } from "../command.ts";
import { type Checkout, findCheckout } from "../init/checkout.ts";
import { configName, type InitChoices, planInit } from "../init/init-plan.ts";
import { readProjectFile, writeProjectFile } from "../init/project-file.ts";
import { openQuestions } from "../init/questions.ts";
import { showInit } from "../init/show-init.ts";
import { askVisibility } from "../init/visibility.ts";
import { readVersion } from "../read-version.ts";
import type { RemoteRepository } from "../remote-repository.ts";

interface Flags {
  readonly repo?: string;
  readonly remote: string;
  readonly trustWorkflows?: boolean;
  /** `false` after `--no-snapshot`. */
  readonly snapshot?: string | false;
  readonly yes?: true;
  readonly force?: true;
  readonly dryRun?: true;
}

/** Where gh-store's own example keeps it. */
const usualSnapshot = "data/store-snapshot.json";

export const define: DefineCommand = (command, run) => {
  command
    .option("--repo <owner/name>", "whose issues hold the objects (default: where the remote leads)")
    .option("--remote <name>", "the git remote that leads to GitHub", "origin")
    .option("--trust-workflows", "workflows of the repository may change objects, with their GITHUB_TOKEN")
    .addOption(new Option("--no-trust-workflows", "they may not (default)").default(undefined))
    .option("--snapshot <path>", `where the snapshot is committed (default: ${usualSnapshot})`)
    .option("--no-snapshot", "no snapshots")
    .option("--yes", "ask nothing")
    .option("--force", "write workflows anew that somebody has changed")
    .option("--dry-run", "show what would change, and write nothing")
    .addHelpText(
      "after",
      `
Writes hubstead.yml, lines of .gitignore, and workflows under .github/workflows. At a terminal it
asks what no option says, three questions at most. A second run changes nothing.

Examples:
  hubstead init --dry-run
  hubstead init --yes --no-snapshot
  hubstead init --repo acme/data --snapshot public/objects.json`,
    )
    .action(
      run(async (context, flags: Flags) => {
        const checkout = await findCheckout(context.io);
        const { choices, repository } = await choose(context, checkout, flags);
        const plan = await planInit(checkout, choices);
        const seen = await askVisibility(context, repository);
        if (!flags.dryRun) for (const file of plan.files) await writeProjectFile(checkout.root, file);
        const trustsTeams = readIssueSettings(plan.files[0]!.after, configName).teams.length > 0;
        await showInit(context, plan, { ...choices, seen, trustsTeams, isDryRun: flags.dryRun === true });
      }),
    );
};

interface Chosen {
  readonly choices: InitChoices;
  readonly repository: RemoteRepository;
}

/** Flags first, then what a person at the terminal says, then what is usual. */
async function choose(context: Context, checkout: Checkout, flags: Flags): Promise<Chosen> {
  const known = readIssueSettings(readProjectFile(checkout.root, configName) ?? "", configName);
  const here = await hereOf(context, checkout, flags, known.repo);
  const questions = flags.yes ? undefined : openQuestions(context.io);
  const ask = async (question: string, usual: string) =>
    questions === undefined ? usual : questions.ask(question, usual);
  try {
    const usualRepo = known.repo ?? `${here!.owner}/${here!.name}`;
    const repo = checkRepo(
      flags.repo ?? (await ask("Whose issues are to hold the objects? OWNER/NAME", usualRepo)),
    );
    const trustsWorkflows =
      flags.trustWorkflows ??
      (known.trustedApps.includes("github-actions") ||
        /^y/iu.test(await ask("May workflows of the repository change objects, too? yes or no", "no")));
    const snapshot =
      flags.snapshot ??
      (await ask(
        "Where is a snapshot of all objects to be committed each day? A path, or: none",
        usualSnapshot,
      ));
    const [owner, name] = repo.split("/") as [string, string];
    const isHere = here !== undefined && repo.toLowerCase() === `${here.owner}/${here.name}`.toLowerCase();
    return {
      repository: { host: here?.host ?? "github.com", owner, name },
      choices: {
        repo,
        isHere: isHere || here === undefined,
        trustedApps: trustsWorkflows ? ["github-actions"] : [],
        snapshotPath: snapshot === false || snapshot === "none" ? undefined : checkSnapshotPath(snapshot),
        version: await readVersion(),
        force: flags.force === true,
      },
    };
  } finally {
    questions?.close();
  }
}

/** The repository that this is a checkout of. @returns `undefined` where no remote tells, and somebody else names it */
async function hereOf(
  { io }: Context,
  checkout: Checkout,
  { repo, remote }: Flags,
  known: string | undefined,
): Promise<RemoteRepository | undefined> {
  const url = io.env["HUBSTEAD_GITHUB_API_URL"] || io.env["GITHUB_API_URL"];
  const apiUrl = url
    ? parseApiUrl(url, { name: "GITHUB_API_URL", allowInsecureLoopback: true })
    : publicApiUrl;
  try {
    return await checkout.repositoryOf(remote, apiUrl);
  } catch (error) {
    if (repo === undefined && known === undefined) throw error;
    return undefined;
  }
}

function checkRepo(repo: string): string {
  if (/^[\w-]+\/(?!\.{1,2}$)[\w.-]+$/u.test(repo)) return repo;
  throw invalidInput(`${JSON.stringify(repo)} is no repository's name`, "Write --repo OWNER/NAME.", {
    path: "--repo",
    expected: "OWNER/NAME",
  });
}

/** It stands in a workflow: nothing that YAML, a shell or git's patterns read otherwise. */
function checkSnapshotPath(path: string): string {
  const parts = path.split("/");
  if (parts.every((part) => /^\w[\w.-]*$/u.test(part)) && path.endsWith(".json")) return path;
  throw invalidInput(
    `${JSON.stringify(path)} is no path for a snapshot`,
    "Name a .json file from the repository's root, of letters, digits, dots, - and _: data/objects.json.",
    { path: "--snapshot", expected: usualSnapshot },
  );
}
