/**
 * @module What `hubstead init` writes, from what it was told: settings, ignore lines, workflows. Writes nothing itself.
 */
import { addIssueSettings, readIssueSettings } from "../../config/edit-config.ts";
import type { Checkout } from "./checkout.ts";
import { isUntouched, markGenerated } from "./generated-text.ts";
import { type ProjectFile, planFile, readProjectFile } from "./project-file.ts";
import { type WorkflowText, workflowTexts } from "./workflow-texts.ts";

export interface InitChoices {
  /** `OWNER/NAME` of the repository whose issues hold the objects. */
  readonly repo: string;
  /** Whether it is the one that this is a checkout of: workflows run where the issues are. */
  readonly isHere: boolean;
  readonly trustedApps: readonly string[];
  readonly snapshotPath: string | undefined;
  readonly version: string;
  /** Overwrites workflows that a person has changed. */
  readonly force: boolean;
}

export interface InitPlan {
  readonly files: readonly ProjectFile[];
  readonly workflows: readonly WorkflowText[];
}

export const configName = "hubstead.yml";

/** @throws {HubsteadError} `invalid_input` for a `hubstead.yml` that cannot be read; `forbidden` for links */
export async function planInit(checkout: Checkout, choices: InitChoices): Promise<InitPlan> {
  const { root } = checkout;
  const workflows = choices.isHere
    ? workflowTexts({
        version: choices.version,
        ...(choices.snapshotPath === undefined ? {} : { snapshotPath: choices.snapshotPath }),
      })
    : [];
  const settings = planFile(root, configName, (before) => addIssueSettings(before, configName, choices));
  const ignored = await missingLines(checkout, settings.after);
  const files = [
    settings,
    ...(ignored.length === 0
      ? []
      : [planFile(root, ".gitignore", (before = "") => appendLines(before, ignored))]),
    ...workflows.map(({ path, text }) =>
      planFile(
        root,
        path,
        () => markGenerated(text),
        (before) => choices.force || isUntouched(before),
      ),
    ),
  ];
  return { files, workflows };
}

/** What local stores leave, as far as git would see it: the file, what SQLite has beside it, the replica's mark. */
async function missingLines(checkout: Checkout, config: string): Promise<readonly string[]> {
  const { store } = readIssueSettings(config, configName);
  const own = store?.replaceAll("\\", "/").replace(/^\.\//u, "");
  const places = [
    { line: "/.hubstead/", path: ".hubstead/store.db" },
    ...(own === undefined || own.startsWith(".hubstead/") ? [] : [{ line: `/${own}*`, path: `${own}-wal` }]),
  ];
  const missing: string[] = [];
  const there = (readProjectFile(checkout.root, ".gitignore") ?? "").split(/\r?\n/u);
  for (const { line, path } of places)
    if (!there.includes(line) && !(await checkout.ignores(path))) missing.push(line);
  return missing;
}

function appendLines(text: string, lines: readonly string[]): string {
  const end = text === "" || text.endsWith("\n") ? "" : "\n";
  return `${text}${end}${lines.join("\n")}\n`;
}
