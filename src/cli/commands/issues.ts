/**
 * @module `hubstead issues …`: what there is; each part is in a file of its own under `issues/`.
 */
import type { DefineCommand } from "../command.ts";
import { defineAlias, defineDeprecate } from "./issues/alias.ts";
import { defineAudit } from "./issues/audit.ts";
import { defineCreate } from "./issues/create.ts";
import { defineDedupe } from "./issues/dedupe.ts";
import { defineDelete, defineRestore } from "./issues/delete.ts";
import { defineGet } from "./issues/get.ts";
import { defineHistory } from "./issues/history.ts";
import { defineImport } from "./issues/import.ts";
import { defineList } from "./issues/list.ts";
import { defineProcessUpdates } from "./issues/process-updates.ts";
import { defineSnapshot, defineUpdateSnapshot } from "./issues/snapshot.ts";
import { defineReplace, defineUpdate } from "./issues/update.ts";

export const define: DefineCommand = (command, run) => {
  defineCreate(command.command("create"), run);
  defineGet(command.command("get"), run);
  defineUpdate(command.command("update"), run);
  defineReplace(command.command("replace"), run);
  defineDelete(command.command("delete"), run);
  defineRestore(command.command("restore"), run);
  defineList(command.command("list"), run);
  defineHistory(command.command("history"), run);
  defineProcessUpdates(command.command("process-updates"), run);
  defineSnapshot(command.command("snapshot"), run);
  defineUpdateSnapshot(command.command("update-snapshot"), run);
  defineAlias(command.command("alias"), run);
  defineDeprecate(command.command("deprecate"), run);
  defineDedupe(command.command("dedupe"), run);
  defineAudit(command.command("audit"), run);
  defineImport(command.command("import"), run);
  // Commander would offer a `help` of its own in each part.
  for (const part of command.commands) part.helpCommand(false);
  command.addHelpText(
    "after",
    `
One issue is one object, as gh-store keeps them: docs/issues.md. The repository is --repo, else
GITHUB_REPOSITORY, else git's remote origin; the credential as for \`hubstead github\`. All
commands of a user keep to GitHub's limits together.

Examples:
  hubstead issues create metrics count:=0 --repo acme/data
  hubstead issues update metrics --increment /count --process
  hubstead issues get metrics`,
  );
};
