/**
 * @module `hubstead github app manifest`.
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { invalidInput } from "../../../errors.ts";
import { mergePermissions } from "../../../github/client/needed-permissions.ts";
import type { Run } from "../../command.ts";
import {
  basePermissions,
  leastPermissions,
  methodsByCommand,
  permissionsByFeature,
  permissionsFor,
} from "./features.ts";

interface Flags {
  readonly for?: readonly string[];
  readonly only?: true;
  readonly name: string;
  readonly url?: string;
  readonly redirectUrl?: string;
  readonly public?: true;
}

const features = Object.keys(permissionsByFeature);

export function defineApp(command: Command, run: Run): void {
  command
    .description("Register a GitHub App that may do what is needed, and no more")
    .command("manifest")
    .description(
      "Print the manifest of a GitHub App: issues and contents, for Hubstead's own data, and what --for adds",
    )
    .addOption(
      new Option(
        "--for <features...>",
        'what else it is to do, or commands: "secret list"; several in a row, or with commas',
      )
        .choices(features)
        .argParser(readFeatures),
    )
    .option("--only", "just what --for names, no issues and contents: for Apps without Hubstead's data")
    .option("--name <name>", "the App's name, unlike any other on GitHub", "hubstead")
    .option("--url <url>", "its home page (default: the page of GITHUB_ORG)")
    .option("--redirect-url <url>", "where GitHub sends the code that the App's key is fetched with")
    .option("--public", "others may install it, too")
    .addHelpText(
      "after",
      `
Without --only the App can always write issues and contents, where Hubstead keeps its
data, though no command of --for needs it. --only --for "secret list" lists what that
command needs and nothing else; docs/cli.md has the table.

The manifest goes into the field \`manifest\` of a form that is posted to
https://github.com/organizations/ORG/settings/apps/new, or /settings/apps/new for yourself:
https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest

Examples:
  hubstead github app manifest
  hubstead github app manifest --for provision,workflows --name acme-data
  hubstead github app manifest --only --for issues
  hubstead github app manifest --only --for "repo list,secret list"`,
    )
    .action(
      run(async ({ output, io }, { for: wanted = [], only, ...flags }: Flags) => {
        if (only && wanted.length === 0) {
          throw invalidInput(
            "--only leaves nothing that the App may do",
            `Name what it is for: --for ${features.join(", ")}.`,
            { path: "--only", expected: features },
          );
        }
        const { name, url, redirectUrl, public: isPublic } = flags;
        const org = io.env["HUBSTEAD_GITHUB_ORG"] || io.env["GITHUB_ORG"];
        await output.json({
          name,
          url: url ?? `https://github.com${org ? `/${org}` : ""}`,
          ...(redirectUrl === undefined ? {} : { redirect_url: redirectUrl }),
          public: isPublic ?? false,
          default_permissions: mergePermissions([
            only ? leastPermissions : basePermissions,
            ...wanted.map((feature) => permissionsFor(feature)!),
          ]),
          default_events: [],
        });
      }),
    );
}

/** One argument of `--for`, which may hold several. */
function readFeatures(text: string, earlier: readonly string[] = []): readonly string[] {
  const named = text
    .split(",")
    .map((feature) => feature.trim())
    .filter((feature) => feature !== "");
  if (named.length === 0 || !named.every((feature) => permissionsFor(feature) !== undefined))
    throw new InvalidArgumentError(
      `Allowed choices are ${features.join(", ")}, and commands: ${Object.keys(methodsByCommand).join(", ")}.`,
    );
  return [...earlier, ...named];
}
