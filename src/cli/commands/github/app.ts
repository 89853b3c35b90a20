/**
 * @module `hubstead github app manifest`.
 */
import { type Command, Option } from "commander";
import { mergePermissions } from "../../../github/client/needed-permissions.ts";
import type { Run } from "../../command.ts";
import { basePermissions, permissionsByFeature } from "./features.ts";

interface Flags {
  readonly for?: readonly string[];
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
    .description("Print the manifest of a GitHub App: issues and contents, and what --for adds")
    .addOption(new Option("--for <features...>", "what else it is to do").choices(features))
    .option("--name <name>", "the App's name, unlike any other on GitHub", "hubstead")
    .option("--url <url>", "its home page (default: the page of GITHUB_ORG)")
    .option("--redirect-url <url>", "where GitHub sends the code that the App's key is fetched with")
    .option("--public", "others may install it, too")
    .addHelpText(
      "after",
      `
The manifest goes into the field \`manifest\` of a form that is posted to
https://github.com/organizations/ORG/settings/apps/new, or /settings/apps/new for yourself:
https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest

Examples:
  hubstead github app manifest
  hubstead github app manifest --for provision workflows --name acme-data`,
    )
    .action(
      run(async ({ output, io }, { for: wanted = [], name, url, redirectUrl, public: isPublic }: Flags) => {
        const org = io.env["HUBSTEAD_GITHUB_ORG"] || io.env["GITHUB_ORG"];
        await output.json({
          name,
          url: url ?? `https://github.com${org ? `/${org}` : ""}`,
          ...(redirectUrl === undefined ? {} : { redirect_url: redirectUrl }),
          public: isPublic ?? false,
          default_permissions: mergePermissions([
            basePermissions,
            ...wanted.map((feature) => permissionsByFeature[feature]!),
          ]),
          default_events: [],
        });
      }),
    );
}
