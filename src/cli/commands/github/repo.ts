/**
 * @module `hubstead github repo create`, `list`, `delete`.
 */
import type { Command } from "commander";
import { type HubsteadError, invalidInput } from "../../../errors.ts";
import type { Repository } from "../../../github/client/repository.ts";
import type { Context, Run } from "../../command.ts";
import { toPrintable } from "../../printable.ts";
import type { Column } from "../../table.ts";
import { withGitHub } from "./with-github.ts";

interface CreateFlags {
  readonly description?: string;
  readonly public?: true;
  readonly init?: true;
}

const columns: readonly Column[] = [
  { title: "NAME" },
  { title: "VISIBILITY" },
  { title: "PUSHED" },
  { title: "DESCRIPTION", flexible: true },
];

export function defineRepo(command: Command, run: Run): void {
  command.description("Make, list and delete repositories");
  defineCreate(command.command("create"), run);
  defineList(command.command("list"), run);
  defineDelete(command.command("delete"), run);
}

function defineCreate(command: Command, run: Run): void {
  command
    .description("Make a repository, private unless said otherwise")
    .argument("<name>", "OWNER/REPO, or REPO of GITHUB_ORG")
    .option("--description <text>", "what it is for, in a line")
    .option("--public", "for everybody to see")
    .option("--init", "begin with a README and its commit")
    .addHelpText(
      "after",
      `
It is made once, even where the answer was lost on its way; where nobody can tell whether it was,
the command ends with 18.

Example:
  hubstead github repo create acme/data --description "Our data"`,
    )
    .action(
      run(async (context, name: string, flags: CreateFlags) => {
        const repository = await withGitHub(context, "repo create", ({ client, call }) =>
          client.createRepo(name, {
            ...call,
            ...(flags.description === undefined ? {} : { description: flags.description }),
            private: flags.public !== true,
            autoInit: flags.init === true,
          }),
        );
        await showDone(context, "created", repository);
      }),
    );
}

function defineList(command: Command, run: Run): void {
  command
    .description("List all repositories of an owner that the credential may see")
    .argument("[owner]", "an organisation or a user (default: GITHUB_ORG)")
    .addHelpText(
      "after",
      `
Example:
  hubstead github repo list acme --json`,
    )
    .action(
      run(async (context, owner: string | undefined) => {
        const { output, options } = context;
        const found = await withGitHub(context, "repo list", ({ client, credential, call }) => {
          if (owner === undefined && credential.org === undefined) throw noOwner();
          return client.listRepos({ ...call, ...(owner === undefined ? {} : { owner }) });
        });
        if (options.json) return output.json(found);
        await output.openTable(columns).rows(found.map(toRow));
        if (found.length === 0) context.note("there is none that the credential may see");
      }),
    );
}

function noOwner(): HubsteadError {
  return invalidInput(
    "it is not clear whose repositories are meant: no owner is named, and GITHUB_ORG is not set",
    "Name the owner: `hubstead github repo list OWNER`; or set GITHUB_ORG.",
    { path: "owner", missing: ["GITHUB_ORG"] },
  );
}

function defineDelete(command: Command, run: Run): void {
  command
    .description("Delete a repository with everything in it, for good")
    .argument("<name>", "OWNER/REPO, or REPO of GITHUB_ORG")
    .option("--confirm <name>", "the full name once more: OWNER/REPO")
    .addHelpText(
      "after",
      `
Example:
  hubstead github repo delete acme/old-data --confirm acme/old-data`,
    )
    .action(
      run(async (context, name: string, { confirm }: { readonly confirm?: string }) => {
        if (confirm === undefined) {
          throw invalidInput(
            `${name} was not deleted: it is not confirmed`,
            "Add --confirm OWNER/REPO, with the full name of the repository that is to be gone for good.",
            { path: "--confirm" },
          );
        }
        await withGitHub(context, "repo delete", ({ client, call }) =>
          client.deleteRepo(name, { ...call, confirm }),
        );
        if (context.options.json) return context.output.json({ deleted: confirm });
        if (!context.options.quiet)
          await context.output.line(`${context.output.colors.green("deleted")} ${toPrintable(confirm)}`);
      }),
    );
}

async function showDone({ output, options }: Context, done: string, repository: Repository): Promise<void> {
  if (options.json) return output.json(repository);
  if (options.quiet) return;
  const { fullName, visibility, htmlUrl } = repository;
  await output.line(
    `${output.colors.green(done)} ${toPrintable(fullName)} (${visibility}) ${toPrintable(htmlUrl)}`,
  );
}

function toRow({ fullName, visibility, pushedAt = "", description = "" }: Repository): string[] {
  return [fullName, visibility, pushedAt, description];
}
