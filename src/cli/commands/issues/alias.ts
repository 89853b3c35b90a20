/**
 * @module `hubstead issues alias`, `deprecate`: objects that others stand for.
 */
import { type Command, Option } from "commander";
import { invalidInput } from "../../../errors.ts";
import type { DeprecateOptions } from "../../../issues/issue-store.ts";
import type { Context, Run } from "../../command.ts";
import { showDone } from "./show-object.ts";
import { addStoreOptions, type StoreFlags } from "./store-flags.ts";
import { withIssueStore } from "./with-issue-store.ts";

interface DeprecateFlags extends StoreFlags {
  readonly reason?: NonNullable<DeprecateOptions["reason"]>;
}

const command = "hubstead issues alias";

export function defineAlias(definition: Command, run: Run): void {
  addStoreOptions(
    definition
      .description("Let an object stand for another one; or show what stands for what")
      .argument("[id]", "alone: the object that it stands for, in the end")
      .argument("[target]", "both must be there"),
  )
    .addHelpText(
      "after",
      `
What is said to the alias counts for the object that it stands for.

Examples:
  hubstead issues alias old-name new-name
  hubstead issues alias old-name
  hubstead issues alias --json`,
    )
    .action(
      run(async (context, id: string | undefined, target: string | undefined, flags: StoreFlags) => {
        if (id === undefined) return listAliases(context, flags);
        if (target === undefined) return resolveAlias(context, id, flags);
        await withIssueStore(context, { command, access: "write", flags }, ({ store }) =>
          store.createAlias(id, target),
        );
        await showDone(context, "made", `${id} stands for ${target}`, { id, target });
      }),
    );
}

async function listAliases(context: Context, flags: StoreFlags): Promise<void> {
  const { output, options } = context;
  const use = { command, access: "read-public", flags } as const;
  const aliases = await withIssueStore(context, use, ({ store }) => store.findAliases());
  if (options.json) return output.json(aliases);
  const rows = Object.entries(aliases);
  await output.openTable([{ title: "ID" }, { title: "STANDS FOR" }]).rows(rows);
  if (rows.length === 0) context.note("no object stands for another one");
}

async function resolveAlias(context: Context, id: string, flags: StoreFlags): Promise<void> {
  const use = { command, access: "read-public", flags } as const;
  const target = await withIssueStore(context, use, ({ store }) => store.resolve(id));
  await showDone(context, id === target ? "itself:" : "stands for", target, { id, target });
}

export function defineDeprecate(definition: Command, run: Run): void {
  addStoreOptions(
    definition
      .description("Say that another object has taken over; `restore` takes it back")
      .argument("<id>", "its data stay where they are, and it is no object any more")
      .argument("<target>")
      .addOption(
        new Option("--reason <reason>", "default: replaced").choices(["duplicate", "merged", "replaced"]),
      ),
  )
    .addHelpText(
      "after",
      `
Example:
  hubstead issues deprecate old-name new-name --reason merged`,
    )
    .action(
      run(async (context, id: string, target: string, { reason, ...flags }: DeprecateFlags) => {
        if (id === target)
          throw invalidInput(`${JSON.stringify(id)} cannot take over from itself`, "Name another object.");
        const use = { command: "hubstead issues deprecate", access: "write", flags } as const;
        await withIssueStore(context, use, ({ store }) =>
          store.deprecate(id, target, reason === undefined ? {} : { reason }),
        );
        await showDone(context, "deprecated", `${id}, for ${target}`, {
          id,
          target,
          reason: reason ?? "replaced",
        });
      }),
    );
}
