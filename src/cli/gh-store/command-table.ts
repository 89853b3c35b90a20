/**
 * @module gh-store's commands, with what each takes, in the order in which it takes it without names.
 */
import type { Parameter } from "./fire-arguments.ts";

export interface GhStoreCommand {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
}

const optional = (name: string): Parameter => ({ name, isOptional: true });
const config = optional("config");
const access = [optional("token"), optional("repo"), config];

export const ghStoreCommands = [
  {
    name: "process-updates",
    summary: "fold the updates that wait in an issue",
    parameters: [{ name: "issue" }, ...access],
  },
  {
    name: "snapshot",
    summary: "write all objects into a file",
    parameters: [optional("token"), optional("repo"), { name: "output", default: "snapshot.json" }, config],
  },
  {
    name: "update-snapshot",
    summary: "bring a snapshot up to date",
    parameters: [{ name: "snapshot_path" }, ...access],
  },
  { name: "init", summary: "write the default configuration", parameters: [config] },
  {
    name: "create",
    summary: "make an object of JSON",
    parameters: [{ name: "object_id" }, { name: "data" }, ...access],
  },
  {
    name: "get",
    summary: "print an object",
    parameters: [{ name: "object_id" }, optional("output"), ...access],
  },
  {
    name: "update",
    summary: "send changes of an object, as JSON",
    parameters: [{ name: "object_id" }, { name: "changes" }, ...access],
  },
  { name: "delete", summary: "delete an object", parameters: [{ name: "object_id" }, ...access] },
  {
    name: "history",
    summary: "print all updates of an object",
    parameters: [{ name: "object_id" }, optional("output"), ...access],
  },
] as const satisfies readonly GhStoreCommand[];

export type GhStoreCommandName = (typeof ghStoreCommands)[number]["name"];

/** What `gh-store --help` prints. */
export function helpText(): string {
  const lines = ghStoreCommands.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`);
  return `Usage: gh-store COMMAND [--token TOKEN] [--repo OWNER/REPO] [--config FILE] …

gh-store's own command lines, carried out by hubstead. GITHUB_TOKEN and GITHUB_REPOSITORY stand
in for --token and --repo. \`hubstead issues --help\` shows what else there is.

${lines.join("\n")}

Exit codes: 0 done, 1 failed, 2 not understood, 130 interrupted
`;
}

/** What `gh-store COMMAND --help` prints. */
export function commandHelpText({ name, summary, parameters }: GhStoreCommand): string {
  const words = parameters.map(({ name: parameter, isOptional, default: given }) => {
    const flag = `--${parameter.replaceAll("_", "-")} ${parameter.toUpperCase()}`;
    return isOptional || given !== undefined ? `[${flag}]` : flag;
  });
  return `Usage: gh-store ${name} ${words.join(" ")}\n\n${summary[0]!.toUpperCase()}${summary.slice(1)}. Values may also stand in this order without names.\n`;
}
