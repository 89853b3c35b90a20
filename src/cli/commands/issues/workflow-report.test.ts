/**
 * @module What a job of GitHub Actions is told: nothing of it is a command, Markdown or a link, whatever it is made of.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { summaryOf, warningLines, withoutCommands } from "./workflow-report.ts";

const row = (text: string) => ({ outcome: "refused", id: text, issueNumber: 1, by: text, because: text });

/** As the runner reads a line. @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs */
const isCommand = (line: string) => line.trimStart().startsWith("::") || line.includes("##[");

const nasty = fc.stringMatching(
  /^(?:::|##\[|%0A|[\n\r|`<>*_@# \\]|www\.|http:\/\/|set-env name=a|\]|[a-z]){0,20}$/u,
);

test("a warning is one line, and the one command that it is", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const [line = "", ...others] = warningLines([row(text)]);
      expect(others).toEqual([]);
      expect(line).toMatch(/^::warning title=hubstead::[^\r\n]*$/u);
      const data = line.slice("::warning title=hubstead::".length);
      const told = data.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
      expect(told).toBe(`${text} (issue 1): refused${text === "" ? "" : ` of ${text}`}, because ${text}`);
    }),
  );
});

test("a cell of the log is no command", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      for (const line of withoutCommands(text.replaceAll(/[\r\n]/gu, " ")).split("\n"))
        expect(isCommand(line)).toBe(false);
    }),
  );
});

test("a row of the summary is one row of letters, digits and numbers of signs", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const lines = summaryOf("1 applied", [row(text)])
        .trimEnd()
        .split("\n");
      expect(lines).toHaveLength(5);
      expect(lines[4]).toMatch(
        /^\| refused \| (?:[\p{L}\p{N} …-]|&#\d+;)* \| &#35;1 \|(?:(?:[\p{L}\p{N} …-]|&#\d+;)*\|){2}$/u,
      );
    }),
  );
});

test("much is cut, and said to be", () => {
  const rows = Array.from({ length: 700 }, () => row("x".repeat(1_000)));
  expect(warningLines(rows)).toHaveLength(11);
  const summary = summaryOf("many", rows);
  expect(summary).toContain("\nand 200 more\n");
  expect(Buffer.byteLength(summary)).toBeLessThan(1_048_576);
});
