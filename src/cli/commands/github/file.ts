/**
 * @module `hubstead github file get`, `put`.
 */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { invalidInput } from "../../../errors.ts";
import type { FileContent } from "../../../github/client/read-file.ts";
import type { Context, Run } from "../../command.ts";
import { toPrintable } from "../../printable.ts";
import { readInput } from "../../read-input.ts";
import { printableLines } from "./show-text.ts";
import { withGitHub } from "./with-github.ts";

interface GetFlags {
  readonly ref?: string;
  readonly output?: string;
}

interface PutFlags {
  readonly branch?: string;
  readonly message?: string;
  readonly expectedSha?: string;
}

/** GitHub takes no more in a file. */
const inputLimits = {
  maxBytes: 100 * 1_048_576,
  hint: "GitHub takes files of up to 100 MiB; larger ones need Git LFS.",
};

export function defineFile(command: Command, run: Run): void {
  command.description("Read and write files of repositories");
  defineGet(command.command("get"), run);
  definePut(command.command("put"), run);
}

function defineGet(command: Command, run: Run): void {
  command
    .description("Write a file's bytes to the standard output, or to a file")
    .argument("<repository>", "OWNER/REPO, or REPO of GITHUB_ORG")
    .argument("<path>", "from the repository's root: docs/index.md")
    .option("--ref <ref>", "a branch, a tag or a commit (default: the default branch)")
    .option("-o, --output <path>", "write it there")
    .addHelpText(
      "after",
      `
With --json: path, sha, sizeBytes, encoding, and content as text ("utf-8") or Base64 ("base64").

Examples:
  hubstead github file get acme/data README.md
  hubstead github file get acme/data logo.png --ref v1.0 --output logo.png`,
    )
    .action(
      run(async (context, repository: string, path: string, { ref, output }: GetFlags) => {
        const file = await withGitHub(context, "file get", ({ client, call }) =>
          client.getFile(repository, path, { ...call, ...(ref === undefined ? {} : { ref }) }),
        );
        if (output !== undefined) await writeFile(resolve(context.io.cwd, output), file.bytes);
        await showFile(context, file, output);
      }),
    );
}

async function showFile(context: Context, file: FileContent, target: string | undefined): Promise<void> {
  const { output, options } = context;
  const { path, sha, sizeBytes, bytes, text } = file;
  if (options.json) {
    const content =
      text === undefined
        ? { encoding: "base64", content: Buffer.from(bytes).toString("base64") }
        : { encoding: "utf-8", content: text };
    return output.json({ path, sha, sizeBytes, ...(target === undefined ? content : { output: target }) });
  }
  if (target !== undefined) return context.note(`${path}: ${sizeBytes} bytes, written to ${target}`);
  if (!output.forPeople) return output.write(bytes);
  if (text === undefined)
    throw invalidInput(
      `${path} is not text, and this is a terminal`,
      "Write it to a file: --output FILE, or > FILE.",
    );
  // A terminal obeys what it is sent.
  await output.write(printableLines(text));
}

function definePut(command: Command, run: Run): void {
  command
    .description("Write a file in one commit, from a file or the standard input")
    .argument("<repository>", "OWNER/REPO, or REPO of GITHUB_ORG")
    .argument("<path>", "from the repository's root: docs/index.md")
    .argument("[file]", "where its bytes are; the standard input where absent, or -", "-")
    .option("--branch <branch>", "default: the default branch")
    .option("--message <text>", "of the commit (default: Create PATH, Update PATH)")
    .option(
      "--expected-sha <sha>",
      "only where it still has this id, as `file get --json` shows it; `none`: only where it is not there",
    )
    .addHelpText(
      "after",
      `
Nothing is committed where it is so already. Somebody else's change in between ends with 11.

Examples:
  date | hubstead github file put acme/data status/checked.txt
  hubstead github file put acme/data docs/index.md index.md --branch docs --message "New index"`,
    )
    .action(
      run(async (context, repository: string, path: string, source: string, flags: PutFlags) => {
        const { output, options, io } = context;
        const bytes = await readInput(source, io, inputLimits);
        const written = await withGitHub(context, "file put", ({ client, call }) =>
          client.putFile(repository, path, bytes, { ...call, ...readPutFlags(flags) }),
        );
        if (options.json) return output.json({ path, ...written });
        if (options.quiet) return;
        const { outcome, sha, commitSha } = written;
        const commit = commitSha === undefined ? "" : ` in commit ${commitSha}`;
        await output.line(`${output.colors.green(outcome)} ${toPrintable(path)} (${sha})${commit}`);
      }),
    );
}

function readPutFlags({ branch, message, expectedSha }: PutFlags) {
  if (expectedSha !== undefined && expectedSha !== "none" && !/^[0-9a-f]{40}$/u.test(expectedSha)) {
    throw invalidInput(
      `--expected-sha ${JSON.stringify(expectedSha)} is no id of a file`,
      "It has 40 hexadecimal digits, as `file get --json` shows it; `none` is for a file that must not be there.",
      { path: "--expected-sha" },
    );
  }
  return {
    ...(branch === undefined ? {} : { branch }),
    ...(message === undefined ? {} : { message }),
    ...(expectedSha === undefined ? {} : { expectedSha: expectedSha === "none" ? null : expectedSha }),
  };
}
