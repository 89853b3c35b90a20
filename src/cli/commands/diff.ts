/**
 * @module `hubstead diff`.
 */
import type { EntityDifference } from "../../store/store.ts";
import type { DefineCommand } from "../command.ts";
import { readMoment } from "../moments.ts";
import type { Output } from "../output.ts";
import { toPrintable, toPrintableJson } from "../printable.ts";

export const define: DefineCommand = (command, run) => {
  command
    .argument("<id>")
    .argument("<from>", "a version (1), a change id, a time or some time ago (24h)")
    .argument("[to]", "the same; default: now")
    .addHelpText(
      "after",
      `
Examples:
  hubstead diff task-write-docs 1
  hubstead diff task-write-docs 24h --json`,
    );
  command.action(
    run(async ({ withStore, output, options }, id: string, from: string, to: string | undefined) => {
      const now = Date.now();
      const first = readMoment(from, now);
      const second = to === undefined ? undefined : readMoment(to, now);
      const difference = await withStore("read", (store) => store.diff(id, first, second));
      await (options.json ? output.json(difference) : show(difference, output));
    }),
  );
};

async function show({ id, from, to, differences }: EntityDifference, output: Output): Promise<void> {
  const { bold, red, green } = output.colors;
  const lines = differences.flatMap(({ path, before, after }) => [
    ...(before === undefined ? [] : [red(`- ${toPrintable(path)} ${shown(before)}`)]),
    ...(after === undefined ? [] : [green(`+ ${toPrintable(path)} ${shown(after)}`)]),
  ]);
  const heading = bold(`${toPrintable(id)}: ${named(from)} → ${named(to)}`);
  await output.write(`${[heading, ...(lines.length === 0 ? ["no difference"] : lines)].join("\n")}\n`);
}

function named({ version }: EntityDifference["from"]): string {
  return version === 0 ? "nothing" : `version ${version}`;
}

function shown(value: unknown): string {
  return toPrintableJson(JSON.stringify(value));
}
