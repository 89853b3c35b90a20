/**
 * @module `hubstead github provision`.
 */
import type { Command } from "commander";
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { parseJson } from "../../../base/json-text.ts";
import { maxYamlBytes, parseYaml } from "../../../config/parse-yaml.ts";
import { HubsteadError, invalidInput } from "../../../errors.ts";
import type { ProvisionReport } from "../../../github/client/provision.ts";
import type { Context, Run } from "../../command.ts";
import type { Io } from "../../io.ts";
import { toPrintable } from "../../printable.ts";
import { decode } from "../../read-data.ts";
import { readInput } from "../../read-input.ts";
import { inCommandWords } from "./hints.ts";
import { readSecrets } from "./read-secrets.ts";
import { explain, withGitHub } from "./with-github.ts";

interface Flags {
  readonly spec: string;
  readonly secrets?: string;
  readonly description?: string;
  readonly public?: true;
  readonly replaceSpec?: true;
}

export function defineProvision(command: Command, run: Run): void {
  command
    .description("Make a repository with its .project.yaml and its secrets; safe to run again")
    .argument("<name>", "OWNER/REPO, or REPO of GITHUB_ORG")
    .requiredOption("--spec <path>", "YAML or JSON: an object, which becomes .project.yaml")
    .option("--secrets <path>", "a file or - : JSON, or lines NAME=value")
    .option("--description <text>", "of the repository")
    .option("--public", "for everybody to see")
    .option("--replace-spec", "another .project.yaml that is there is replaced")
    .addHelpText(
      "after",
      `
What is done already is seen and left: run it again after a failure, with the same options. A
repository of something else is never touched (11).

Examples:
  hubstead github provision acme/shop --spec shop.yaml
  hubstead github provision acme/shop --spec shop.yaml --secrets - < .env`,
    )
    .action(
      run(async (context, name: string, flags: Flags) => {
        const { description, secrets: source } = flags;
        if (flags.spec === "-" && source === "-")
          throw invalidInput("the standard input cannot be both", "Give a file to --spec or to --secrets.");
        const spec = await readSpec(flags.spec, context.io);
        const secrets = source === undefined ? {} : await readSecrets(source, context.io);
        const report = await withGitHub(context, "provision", ({ client, call }) =>
          client.provisionRepo({
            ...call,
            name,
            spec,
            secrets,
            private: flags.public !== true,
            replaceSpec: flags.replaceSpec === true,
            ...(description === undefined ? {} : { description }),
          }),
        );
        await showReport(context, report);
        if (!report.ok) throw explain(failureOf(report), "provision");
      }),
    );
}

async function readSpec(path: string, io: Io): Promise<JsonObject> {
  const source = path === "-" ? "the standard input" : path;
  const limits = { maxBytes: maxYamlBytes, hint: "A specification is small; keep data in files of its own." };
  const bytes = await readInput(path, io, limits);
  const text = decode(bytes, source);
  const value = /^\s*\{/u.test(text) ? parseJson(text, source) : parseYaml(bytes, source).value;
  if (isJsonObject(value)) return value;
  throw invalidInput(`${source} is no object`, "Write names with values: name: shop.", { source });
}

async function showReport({ output, options }: Context, report: ProvisionReport): Promise<void> {
  const { ok, repository, steps } = report;
  if (options.json) {
    return output.json({
      ok,
      repository,
      steps: steps.map(({ step, outcome, error }) => ({
        step,
        outcome,
        ...(error === undefined ? {} : { error: inCommandWords(error).toJSON() }),
      })),
    });
  }
  if (options.quiet) return;
  for (const { step, outcome } of steps) await output.line(`${outcome} ${toPrintable(step)}`);
  await output.line(toPrintable(repository.htmlUrl));
}

/** The first step that failed stands for all. */
function failureOf({ repository, steps }: ProvisionReport): HubsteadError {
  const failed = steps.filter(({ outcome }) => outcome === "failed" || outcome === "not-tried");
  const first = steps.find(({ error }) => error !== undefined)?.error;
  return new HubsteadError(
    first?.code ?? "remote_unavailable",
    `${repository.fullName} is not ready: ${first?.message ?? "a step was not tried"}`,
    {
      hint: `${first?.hint ?? ""} Then run it again: what is done stays.`.trim(),
      data: { ...first?.data, failed: failed.map(({ step }) => step) },
    },
  );
}
