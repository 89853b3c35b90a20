/**
 * @module `hubstead verify`.
 */
import { exitCodes } from "../../errors.ts";
import type { DefineCommand } from "../command.ts";
import { toPrintable } from "../printable.ts";

export const define: DefineCommand = (command, run) => {
  command.addHelpText(
    "after",
    `
Reads every row and compares it with the log. Exits with 16 when something is damaged:
\`hubstead rebuild\` mends what is derived, \`hubstead backup restore\` brings the rest back.

Example:
  hubstead verify`,
  );
  command.action(
    run(async ({ io, withStore, output, options, clock, note }) => {
      io.letSignalsKill?.();
      const waiting = await clock("verifying");
      const { path, findings } = await withStore("read", async (store) => ({
        path: store.path,
        findings: await store.verify(),
      })).finally(() => waiting.end());
      const ok = findings.length === 0;
      if (options.json) await output.json({ ok, findings });
      else if (ok) {
        if (!options.quiet) await output.line(`${output.colors.green("ok")} ${toPrintable(path)}`);
      } else {
        const lines = findings.map(
          ({ where, problem }) => `${toPrintable(where)}: ${toPrintable(problem)}\n`,
        );
        await output.write(lines.join(""));
        note("`hubstead rebuild` mends what is derived; `hubstead backup restore` brings the rest back.");
      }
      return ok ? 0 : exitCodes.corrupt;
    }),
  );
};
