/**
 * @module GitHub's own command line, unmodified, as Debian packages it: its stories work. It takes the emulator for
 * github.com where its own setting `http_unix_socket` leads it there.
 */
import { execFile, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { isJsonObject, type JsonObject } from "../../src/base/json.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { ghSeed, ghStory, prepareForGh } from "./gh-story.ts";

const [, version] =
  /^gh version (\S+)/u.exec(spawnSync("gh", ["--version"], { encoding: "utf8" }).stdout) ?? [];
if (version === undefined) console.warn("SKIPPED: gh is not here; apt-get install gh");

/** Everything that comes to the socket goes to the port. @returns what closes it */
async function forward(socket: string, port: number): Promise<AsyncDisposable> {
  const server = createServer((from) => {
    const to = connect(port, "127.0.0.1");
    from.pipe(to).pipe(from);
    for (const end of [from, to]) end.on("error", () => [from, to].map((one) => one.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

test.skipIf(version === undefined && process.env["CI"] === undefined)(
  "a story told by gh",
  async () => {
    const sent: { command: string; requests: JsonObject[] }[] = [];
    await using github = await startCheckedGitHub({
      seed: ghSeed,
      onAnswer({ operation, content }) {
        if (operation === "graphql" && isJsonObject(content)) sent.at(-1)?.requests.push(content);
      },
    });
    await prepareForGh(github);
    const folder = temporaryFolder();
    const socket = join(folder, "github.sock");
    await using _ = await forward(socket, Number(new URL(github.url).port));
    writeFileSync(join(folder, "config.yml"), `http_unix_socket: ${socket}\n`);
    // Some of its commands look for where they are.
    for (const args of [
      ["init", "-q", "-b", "main"],
      ["remote", "add", "origin", "https://github.com/acme/data.git"],
    ])
      spawnSync("git", args, { cwd: folder });
    spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--allow-empty", "-qm", "x"], {
      cwd: folder,
    });
    for (const { command, says, exit = 0 } of ghStory) {
      sent.push({ command: command.join(" "), requests: [] });
      const { code, output } = await run(
        folder,
        { GH_TOKEN: github.tokenFor("ada"), GH_REPO: "acme/data" },
        command,
      );
      expect({ command: command.join(" "), code, output }).toEqual({
        command: command.join(" "),
        code: exit,
        output: expect.stringMatching(says),
      });
    }
    const asked = sent.filter(({ requests }) => requests.length > 0);
    if (process.env["UPDATE"] === "1")
      writeFileSync(
        join(import.meta.dirname, "gh-requests.json"),
        `${JSON.stringify({ source: `gh ${version}`, commands: asked }, null, 1)}\n`,
      );
    // Nearly all that it does it does over GraphQL.
    expect(asked.length).toBeGreaterThan(ghStory.length - 2);
  },
  60_000,
);

test.skipIf(version === undefined && process.env["CI"] === undefined)(
  "gh is led to the emulator by its environment alone, as docs/emulator.md says",
  async () => {
    await using github = await startCheckedGitHub({ seed: ghSeed });
    const folder = temporaryFolder();
    const led = {
      GH_HOST: "github.localhost",
      HTTP_PROXY: github.url,
      GH_TOKEN: github.tokenFor("ada"),
      GH_REPO: "github.localhost/acme/data",
    };
    expect(await run(folder, led, ["issue", "create", "--title", "Led", "--body", "here"])).toEqual({
      code: 0,
      output: expect.stringMatching(/^http:\/\/api\.github\.localhost\/acme\/data\/issues\/3\n/mu),
    });
    expect(await run(folder, led, ["issue", "view", "3"])).toMatchObject({ code: 0 });
    expect(github.state.issues.all().map(({ title }) => title)).toContain("Led");
  },
);

async function run(folder: string, led: Readonly<Record<string, string>>, command: readonly string[]) {
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    GH_CONFIG_DIR: folder,
    GH_PROMPT_DISABLED: "1",
    GH_NO_UPDATE_NOTIFIER: "1",
    NO_COLOR: "1",
    ...led,
  };
  const done = promisify(execFile)("gh", command, { cwd: folder, env });
  return done.then(
    ({ stdout, stderr }) => ({ code: 0, output: stderr + stdout }),
    ({ code, stdout, stderr }) => ({ code: code as number, output: stderr + stdout }),
  );
}
