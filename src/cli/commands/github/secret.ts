/**
 * @module `hubstead github secret set`, `list`.
 */
import { type Command, Option } from "commander";
import { redact } from "../../../base/redact.ts";
import { HubsteadError, invalidInput } from "../../../errors.ts";
import type { Secret, SecretResult } from "../../../github/client/secrets.ts";
import type { Context, Run } from "../../command.ts";
import { showTime } from "../../moments.ts";
import { toPrintable } from "../../printable.ts";
import { inCommandWords } from "./hints.ts";
import { readSecret, readSecrets, refuseArgument } from "./read-secrets.ts";
import { explain, withGitHub } from "./with-github.ts";

interface SetFlags {
  readonly file?: string;
  readonly all?: string;
  readonly value?: string;
  readonly body?: string;
}

export function defineSecret(command: Command, run: Run): void {
  command.description("Set and list secrets of Actions, sealed before they leave this machine");
  defineSet(command.command("set"), run);
  defineList(command.command("list"), run);
}

function defineSet(command: Command, run: Run): void {
  command
    .description("Set a secret to what comes through the standard input, or stands in a file")
    .usage("[options] <repository> [name]")
    .argument("<repository>", "OWNER/REPO, or REPO of GITHUB_ORG")
    .argument("[name]", "letters, digits and _: DEPLOY_KEY")
    // Commander would quote what is too much; it may be the value.
    .argument("[value...]", "never: use the standard input or --file")
    .option("--file <path>", "the value is in this file; default: the standard input")
    .option("--all <path>", "many at once, from a file or - : JSON, or lines NAME=value")
    .addOption(new Option("--value <value>").hideHelp())
    .addOption(new Option("--body <value>").hideHelp())
    .addHelpText(
      "after",
      `
A value is never taken from the command line: other users of the machine see it there. One line
break at its end is left out. With --all the command goes on where one fails, and tells which did.

Examples:
  printf %s "$KEY" | hubstead github secret set acme/data DEPLOY_KEY
  hubstead github secret set acme/data DEPLOY_KEY --file key.pem
  hubstead github secret set acme/data --all .env`,
    )
    .action(
      run(
        async (
          context,
          repository: string,
          name: string | undefined,
          values: readonly string[],
          flags: SetFlags,
        ) => {
          const { file, all, value, body } = flags;
          if (values.length > 0 || value !== undefined || body !== undefined || isValue(name))
            throw refuseArgument();
          if ((name === undefined) === (all === undefined) || (all !== undefined && file !== undefined)) {
            throw invalidInput(
              "it is not clear which secrets are to be set",
              "Name one secret, or give a file with all of them: --all FILE.",
            );
          }
          if (name === undefined) await setMany(context, repository, all!);
          else await setOne(context, repository, name, file ?? "-");
        },
      ),
    );
}

/** Somebody may have written the value where the name belongs. */
function isValue(name: string | undefined): boolean {
  return name !== undefined && (name.includes("=") || redact(name) !== name);
}

async function setOne(context: Context, repository: string, name: string, path: string): Promise<void> {
  const { output, options, io } = context;
  const value = await readSecret(path, io);
  const outcome = await withGitHub(context, "secret set", ({ client, call }) =>
    client.setSecret(repository, name, value, call),
  );
  if (options.json) return output.json({ name, outcome });
  if (!options.quiet) await output.line(`${output.colors.green(outcome)} ${toPrintable(name)}`);
}

async function setMany(context: Context, repository: string, path: string): Promise<void> {
  const secrets = await readSecrets(path, context.io);
  const { ok, results } = await withGitHub(context, "secret set", ({ client, call }) =>
    client.setSecrets(repository, secrets, call),
  );
  await showSecretResults(context, results);
  if (!ok) throw explain(partFailure(results), "secret set");
}

async function showSecretResults(
  { output, options }: Context,
  results: readonly SecretResult[],
): Promise<void> {
  if (options.json) return output.json(results.map(secretResultToJson));
  if (options.quiet) return;
  for (const { name, outcome } of results) await output.line(`${outcome} ${toPrintable(name)}`);
}

/** @returns what came of it, with the error's code and words */
function secretResultToJson({ name, outcome, error }: SecretResult) {
  return { name, outcome, ...(error === undefined ? {} : { error: inCommandWords(error).toJSON() }) };
}

/** The first failure stands for all. */
function partFailure(results: readonly SecretResult[]): HubsteadError {
  const failed = results.filter(({ outcome }) => outcome === "failed");
  const first = results.find(({ error }) => error !== undefined)?.error;
  return new HubsteadError(
    first?.code ?? "remote_unavailable",
    `${failed.length} of ${results.length} secrets were not set: ${first?.message ?? "nobody knows why"}`,
    {
      hint: `${first?.hint ?? ""} The others are set; it is safe to run it again.`.trim(),
      data: { ...first?.data, failed: failed.map(({ name }) => name) },
    },
  );
}

function defineList(command: Command, run: Run): void {
  command
    .description("List the names of secrets; nobody gets a value back from GitHub")
    .argument("<repository>", "OWNER/REPO, or REPO of GITHUB_ORG")
    .addHelpText(
      "after",
      `
Example:
  hubstead github secret list acme/data`,
    )
    .action(
      run(async (context, repository: string) => {
        const { output, options } = context;
        const secrets = await withGitHub(context, "secret list", ({ client, call }) =>
          client.listSecrets(repository, call),
        );
        if (options.json) return output.json(secrets);
        await output.openTable([{ title: "NAME" }, { title: "UPDATED" }]).rows(secrets.map(toRow));
        if (secrets.length === 0) context.note("there are no secrets");
      }),
    );
}

function toRow({ name, updatedAt }: Secret): string[] {
  return [name, showTime(updatedAt)];
}
