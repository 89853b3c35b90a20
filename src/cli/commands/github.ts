/**
 * @module `hubstead github …`: what there is; each part is in a file of its own under `github/`.
 */
import type { DefineCommand } from "../command.ts";
import { defineApp } from "./github/app.ts";
import { defineFile } from "./github/file.ts";
import { defineLimits } from "./github/limits.ts";
import { defineProvision } from "./github/provision.ts";
import { defineRepo } from "./github/repo.ts";
import { defineSecret } from "./github/secret.ts";
import { defineWhoami } from "./github/whoami.ts";
import { defineWorkflow } from "./github/workflow.ts";

export const define: DefineCommand = (command, run) => {
  defineRepo(command.command("repo"), run);
  defineFile(command.command("file"), run);
  defineSecret(command.command("secret"), run);
  defineWorkflow(command.command("workflow"), run);
  defineProvision(command.command("provision"), run);
  defineLimits(command.command("limits"), run);
  defineWhoami(command.command("whoami"), run);
  defineApp(command.command("app"), run);
  // Commander would offer a `help` of its own in each part.
  for (const part of command.commands) part.helpCommand(false);
  command.addHelpText(
    "after",
    `
The credential is the environment's: GITHUB_APP_ID with GITHUB_APP_PRIVATE_KEY_PATH (or
GITHUB_APP_PRIVATE_KEY), else GITHUB_TOKEN, else what \`gh auth token\` has. GITHUB_ORG is the
owner of names without one, GITHUB_API_URL another server. Each also as HUBSTEAD_GITHUB_….
All commands of a user keep to GitHub's limits together.

Examples:
  hubstead github whoami
  hubstead github repo create acme/data --description "Our data"
  hubstead github file get acme/data README.md`,
  );
};
