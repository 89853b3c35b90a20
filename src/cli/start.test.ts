/**
 * @module The command line as users start it: the launcher, the bundle, signals, pipes, terminals, shells.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { permissionsToText } from "../github/client/needed-permissions.ts";
import { type GovernedCommand, methodsByCommand, permissionsOfCommand } from "./commands/github/features.ts";
import { commands } from "./commands.ts";
import { allExitCodes } from "./exit-codes.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const node = process.execPath;
/** The package as it is installed, built from the sources as they are. */
let install: string;
let launcher: string;
let folder: string;

beforeAll(() => {
  install = mkdtempSync(join(tmpdir(), "hubstead-install-"));
  cpSync(join(root, "bin"), join(install, "bin"), { recursive: true });
  cpSync(join(root, "package.json"), join(install, "package.json"));
  const { status, stderr } = spawnSync(node, [join(root, "scripts", "build.js"), "cli", install], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  launcher = join(install, "bin", "hubstead.cjs");
}, 60_000);
afterAll(() => rmSync(install, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(install, "work-"));
});

function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, ...env } = process.env;
  return {
    ...env,
    XDG_DATA_HOME: join(folder, "data"),
    XDG_CACHE_HOME: join(install, "cache"),
    PATH: `${dirname(node)}${delimiter}${env.PATH}`,
    ...extra,
  };
}

function hubstead(
  argv: readonly string[],
  options: {
    readonly env?: Record<string, string>;
    readonly input?: string;
    readonly nodeArgs?: readonly string[];
  } = {},
) {
  const { env, input, nodeArgs = [] } = options;
  const { status, stdout, stderr } = spawnSync(node, [...nodeArgs, launcher, ...argv], {
    cwd: folder,
    env: environment(env),
    encoding: "utf8",
    input: input ?? "",
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

function shell(script: string, env: Record<string, string> = {}, timeout = 20_000) {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], {
    cwd: folder,
    env: environment({ HUBSTEAD: `${node} ${launcher}`, ...env }),
    encoding: "utf8",
    timeout,
  });
  return { status, stdout, stderr };
}

test("an entity is made and read, without a word too many", () => {
  expect(hubstead(["create", "task-a", "title=Hello"])).toEqual({
    status: 0,
    stdout: "created task-a (version 1, active)\n",
    stderr: "",
  });
  expect(hubstead(["get", "task-a", "--json"])).toMatchObject({ status: 0, stderr: "" });
  expect(hubstead(["get", "task-b"])).toMatchObject({ status: 10, stdout: "" });
});

test("every command is in the bundle", () => {
  for (const { name } of commands) {
    expect(hubstead([name, "--help"]), name).toMatchObject({ status: 0, stderr: "" });
  }
}, 60_000);

describe("the demo", () => {
  /** Nothing of the user's, and no network: a git without identity, proxies that lead nowhere. */
  function nowhere() {
    const temporary = join(folder, "tmp");
    const home = join(folder, "home");
    for (const path of [temporary, home]) mkdirSync(path);
    const env = {
      HOME: home,
      TMPDIR: temporary,
      XDG_DATA_HOME: "",
      XDG_CONFIG_HOME: "",
      GIT_CONFIG_NOSYSTEM: "1",
      NODE_USE_ENV_PROXY: "",
      https_proxy: "http://127.0.0.1:1",
      http_proxy: "http://127.0.0.1:1",
    };
    return { env, left: () => [...readdirSync(temporary), ...readdirSync(home)] };
  }

  test("shows a local store and the same objects in issues, offline, and leaves nothing behind", () => {
    const { env, left } = nowhere();
    const { status, stdout, stderr } = spawnSync(node, [launcher, "demo"], {
      cwd: folder,
      env: environment(env),
      encoding: "utf8",
      timeout: 170_000,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringContaining("error") });
    let from = 0;
    for (const line of [
      "$ hubstead import papers.json\nimported 981 entities",
      "$ hubstead search",
      "$ hubstead history paper:",
      '+ status "reading"',
      "$ hubstead verify",
      "ada$ hubstead issues import papers.json\n981 objects: 981 to make\n1,080 requests",
      "112 of 981 done; GitHub's limits let it go on at",
      "imported 981 objects",
      "ada$ hubstead issues update paper:",
      "bob$ hubstead issues update paper:",
      "eve$ curl",
      "applied  paper:",
      "refused  paper:",
      "nothing, because eve",
      "written snapshot.json (981 objects)",
      "`hubstead demo --keep`",
    ]) {
      const at = stdout.indexOf(line, from);
      expect(at, `${line}, in ${stdout.slice(from)}`).toBeGreaterThanOrEqual(from);
      from = at + line.length;
    }
    // The folder is as long as it is.
    expect(stdout.split("\n").filter((line) => line.length > 80 && !line.includes(folder))).toEqual([]);
    expect(stdout).not.toContain("\u001b");
    expect(left()).toEqual([]);
  }, 180_000);

  test("with --keep serves until it is interrupted, and leaves nothing behind", async () => {
    const { env, left } = nowhere();
    const child = spawn(node, [launcher, "demo", "--keep"], { cwd: folder, env: environment(env) });
    let stdout = "";
    const closed = new Promise((resolve) => child.once("close", (code) => resolve(code)));
    await new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => {
        stdout += chunk.toString();
        if (stdout.includes("keeps nothing when it ends")) resolve();
      });
      void closed.then((code) => reject(new Error(`ended with ${code}: ${stdout}`)));
    });
    const url = /GITHUB_API_URL=(\S+)/u.exec(stdout)![1]!;
    const token = /GITHUB_TOKEN=(\S+)/u.exec(stdout)![1]!;
    const answer = await fetch(`${url}/repos/ada/papers/issues?state=all&per_page=1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await answer.json()).toMatchObject([{ number: 981, state: "closed" }]);
    child.kill("SIGINT");
    expect(await closed).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    expect(left()).toEqual([]);
  }, 180_000);

  test("ends when it is interrupted in the middle, and leaves nothing behind", async () => {
    const { env, left } = nowhere();
    const child = spawn(node, [launcher, "demo"], { cwd: folder, env: environment(env) });
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("112 of 981 done")) child.kill("SIGINT");
    });
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(130);
    expect(left()).toEqual([]);
  }, 180_000);
});

describe("the launcher", () => {
  const pretend = (version: string) => {
    const file = join(folder, "pretend.cjs");
    writeFileSync(
      file,
      `Object.defineProperty(process, "versions", { value: { ...process.versions, node: ${JSON.stringify(version)} } });`,
    );
    return hubstead(["--version"], { nodeArgs: ["-r", file] });
  };

  test.each(["0.12.18", "8.17.0", "18.20.8", "20.20.2", "22.22.2", "22.5.0", "23.11.1", "24.14.1", "25.9.0"])(
    "Node %s is refused in one line",
    (version) => {
      expect(pretend(version)).toEqual({
        status: 2,
        stdout: "",
        stderr: `hubstead needs Node ^22.22.3 || ^24.15.0 || >=26; this is Node ${version}\n`,
      });
    },
  );

  test.each(["22.22.3", "22.23.0", "24.15.0", "24.21.0", "26.0.0", "27.1.0"])(
    "Node %s is fine",
    (version) => {
      expect(pretend(version)).toMatchObject({ status: 0, stderr: "" });
    },
  );

  test("it names the range that the package asks for", () => {
    const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(readFileSync(join(root, "bin", "hubstead.cjs"), "utf8")).toContain(`"${engines.node}"`);
  });

  test.each(["hubstead.cjs", "gh-store.cjs"])("the language of %s is old", (name) => {
    const code = readFileSync(join(root, "bin", name), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    expect(code).not.toMatch(/=>|`|\b(?:const|let|class|async|await|import)\b|\?\.|\?\?|\.\.\./u);
  });

  test("it may be run", () => {
    chmodSync(launcher, 0o755);
    expect(spawnSync("git", ["ls-files", "--stage", "bin"], { cwd: root, encoding: "utf8" }).stdout).toMatch(
      /^(?:100755 .*\n)*$/u,
    );
    expect(shell(`"${launcher}" --version`)).toMatchObject({ status: 0, stderr: "" });
  });

  test("the SQLite warning is hidden, no other is", () => {
    const file = join(folder, "warn.cjs");
    writeFileSync(
      file,
      'setImmediate(() => { process.emitWarning("SQLite is an experimental feature", "ExperimentalWarning"); process.emitWarning("something else", "ExperimentalWarning"); process.emitWarning("SQLite in other words"); });',
    );
    const { stderr } = hubstead(["create", "task-a"], { nodeArgs: ["-r", file] });
    expect(stderr).not.toContain("SQLite is an experimental feature");
    expect(stderr).toContain("something else");
    expect(stderr).toContain("SQLite in other words");
  });

  test("compiled code is kept in the user's cache, and where it cannot be kept nothing is lost", () => {
    hubstead(["--version"]);
    expect(readdirSync(join(install, "cache", "hubstead")).length).toBeGreaterThan(0);
    expect(hubstead(["--version"], { env: { XDG_CACHE_HOME: "/dev/null/no" } })).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(hubstead(["--version"], { env: { XDG_CACHE_HOME: "", HOME: "" } })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });
});

test("a command loads what it needs and no more", () => {
  const spy = join(folder, "spy.cjs");
  writeFileSync(
    spy,
    'const M = require("module"); const fs = require("fs"); const load = M._load; M._load = function (id) { fs.appendFileSync(process.env.LOADED, id + "\\n"); return load.apply(this, arguments); };',
  );
  const loaded = (...argv: string[]): string => {
    const list = join(folder, "loaded.txt");
    writeFileSync(list, "");
    hubstead(argv, { nodeArgs: ["-r", spy], env: { LOADED: list } });
    return readFileSync(list, "utf8");
  };
  hubstead(["create", "task-a"]);
  const get = loaded("get", "task-a");
  expect(get).toMatch(/\/store-/u);
  expect(get).not.toMatch(
    /read-config|\/(?:list|import|demo|ndjson)-|child_process|worker_threads|node:zlib/u,
  );
  mkdirSync(join(folder, ".git"));
  writeFileSync(join(folder, "hubstead.yml"), "");
  expect(loaded("status")).toContain("read-config");
  const client = /github-client|libsodium|credential-from/u;
  for (const argv of [
    ["get", "task-a"],
    ["github", "--help"],
    ["github", "app", "manifest"],
    ["issues", "--help"],
  ])
    expect(loaded(...argv), argv.join(" ")).not.toMatch(client);
  expect(loaded("github", "whoami")).toMatch(/github-client/u);
});

describe("pipes and signals", () => {
  test("a reader that goes away is no failure", () => {
    const lines = Array.from({ length: 3_000 }, (_, index) =>
      JSON.stringify({ id: `task-${index}`, data: { text: "x".repeat(200) } }),
    );
    hubstead(["import", "-"], { input: lines.join("\n") });
    for (const command of [
      "list --all",
      "list --all --json",
      "list --all --csv",
      "export",
      "search task --limit 1000",
      "audit",
    ]) {
      const { stdout, stderr } = shell(
        `$HUBSTEAD ${command} | head -c 100 >/dev/null; echo "\${PIPESTATUS[0]}"`,
      );
      expect({ command, stdout, stderr }).toEqual({ command, stdout: "0\n", stderr: "" });
    }
  });

  test("Ctrl-C ends an import between two transactions, with 130, and the store is whole", async () => {
    const child = spawn(node, [launcher, "import", "-"], {
      cwd: folder,
      env: environment(),
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (part) => {
      stderr += part;
    });
    const lines = Array.from(
      { length: 3_000 },
      (_, index) => `${JSON.stringify({ id: `task-${index}`, data: { index } })}\n`,
    );
    child.stdin.write(lines.join(""));
    const counted = () =>
      (JSON.parse(hubstead(["status", "--json"]).stdout || "{}") as { entities?: number }).entities ?? 0;
    for (let tries = 0; counted() === 0 && tries < 50; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill("SIGINT");
    const exitCode = await new Promise((resolve) => child.on("exit", resolve));
    expect({ exitCode, stderr }).toEqual({
      exitCode: 130,
      stderr: "error: interrupted; what was acknowledged before is kept\n",
    });
    // What was acknowledged stays; what waited for more input was not begun.
    expect(counted()).toBeGreaterThan(0);
    expect(counted()).toBeLessThan(3_000);
    expect(hubstead(["verify", "--json"]).stdout).toContain('"ok": true');
  }, 20_000);

  test("Ctrl-C ends at once what holds the thread", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) =>
      JSON.stringify({ id: `task-${index}`, data: { index } }),
    );
    hubstead(["import", "-"], { input: lines.join("\n") });
    for (const command of ["verify", "rebuild"]) {
      const child = spawn(node, [launcher, command], { cwd: folder, env: environment(), stdio: "ignore" });
      const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve(signal ?? code)));
      await new Promise((resolve) => setTimeout(resolve, 400));
      child.kill("SIGINT");
      expect(await ended, command).toBe("SIGINT");
    }
    expect(hubstead(["status", "--json"]).stdout).toContain('"entities": 20000');
  }, 30_000);

  test("what is piped out comes in again", () => {
    hubstead(["create", "task-a", "title=日本語"]);
    expect(
      shell(
        "$HUBSTEAD export | $HUBSTEAD import - --store copy.db && $HUBSTEAD get task-a --store copy.db --json",
      ),
    ).toMatchObject({ status: 0, stdout: expect.stringContaining("日本語") });
  });
});

/** From util-linux: runs a command on a terminal. */
const terminalProgram = "script";

/** Runs a command on a terminal of its own; `undefined` where there is no `script`. */
function onTerminal(command: string, env: Record<string, string> = {}): string | undefined {
  if (spawnSync(terminalProgram, ["--version"]).status !== 0) {
    console.error("\n!!! SKIPPED: a test needs `script` (util-linux) for a terminal\n");
    return undefined;
  }
  return shell(
    `stty -a >/dev/null 2>&1; ${terminalProgram} -qec ${JSON.stringify(command)} /dev/null </dev/null`,
    {
      TERM: "xterm",
      ...env,
    },
  ).stdout;
}

test("on a terminal there are headers, colours and, after a second, progress", () => {
  hubstead(["create", "task-a", "title=Hello"]);
  const list = onTerminal("$HUBSTEAD list");
  if (list === undefined) return;
  expect(list).toMatch(/\u001b\[1mID +TYPE/u);
  expect(onTerminal("$HUBSTEAD list", { NO_COLOR: "1" })).not.toContain("\u001b");
  writeFileSync(
    join(folder, "slow.sh"),
    'for n in 1 2; do for i in $(seq 600); do echo "{\\"id\\":\\"slow-$n-$i\\"}"; done; sleep 1.2; done\n',
  );
  const progress = onTerminal("bash slow.sh | $HUBSTEAD import -");
  expect(progress).toMatch(/\r\u001b\[Kimporting: [\d,]+ entities, \d+ a second/u);
  expect(progress).toContain(" 1200 entities: 1200 new");
  expect(onTerminal("bash slow.sh | $HUBSTEAD import - --quiet")).not.toContain("importing");
}, 30_000);

test("bash completes commands, parts and options", () => {
  writeFileSync(join(folder, "completion.bash"), hubstead(["completion", "bash"]).stdout);
  const complete = (...words: string[]) => {
    const { stdout, stderr } = shell(
      `source completion.bash; COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _hubstead; echo "\${COMPREPLY[*]}"`,
    );
    expect(stderr).toBe("");
    return stdout.trim().split(" ");
  };
  expect(complete("hubstead", "re")).toEqual(["restore", "revert", "rebuild"]);
  expect(complete("hubstead", "--store", "x.db", "upd")).toEqual(["update"]);
  expect(complete("hubstead", "update", "task-a", "--exp")).toEqual(["--expected-version"]);
  expect(complete("hubstead", "backup", "")).toEqual(expect.arrayContaining(["create", "list", "restore"]));
  expect(complete("hubstead", "completion", "f")).toEqual(["fish"]);
  expect(complete("hubstead", "import", "--format", "")).toEqual(["ndjson", "gh-store", "chora-store"]);
  expect(complete("hubstead", "github", "re")).toEqual(["repo"]);
  expect(complete("hubstead", "github", "repo", "")).toEqual(
    expect.arrayContaining(["create", "list", "delete", "--json"]),
  );
  expect(complete("hubstead", "github", "repo", "delete", "acme/data", "--c")).toEqual(["--confirm"]);
  expect(complete("hubstead", "github", "app", "manifest", "--for", "sec")).toEqual(["secrets"]);
  expect(complete("hubstead", "github", "app", "manifest", "--on")).toEqual(["--only"]);
  expect(complete("hubstead", "github", "workflow", "ca")).toEqual(["cancel"]);
  expect(complete("hubstead", "github", "secret", "set", "--v")).toEqual([""]);
  expect(complete("hubstead", "issues", "de")).toEqual(["delete", "deprecate", "dedupe"]);
  expect(complete("hubstead", "issues", "update", "metrics", "--inc")).toEqual(["--increment"]);
  expect(complete("hubstead", "issues", "deprecate", "--reason", "m")).toEqual(["merged"]);
});

test.each([
  ["zsh", ["-n"]],
  ["fish", ["--no-execute"]],
] as const)("%s understands its completion script", (name, check) => {
  const script = join(folder, `completion.${name}`);
  writeFileSync(script, hubstead(["completion", name]).stdout);
  const { status, stderr, error } = spawnSync(name, [...check, script], { encoding: "utf8" });
  if (error !== undefined)
    return console.error(`\n!!! SKIPPED: the completion for ${name} is not checked, there is no ${name}\n`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

/** Where they are installed. */
const shells = { fish: "fish", zsh: "zsh" };

test("fish completes parts of parts, and only those", () => {
  writeFileSync(join(folder, "completion.fish"), hubstead(["completion", "fish"]).stdout);
  const complete = (line: string): string[] | undefined => {
    const script = `source completion.fish; complete -C ${JSON.stringify(line)}`;
    const { stdout, stderr, error } = spawnSync(shells.fish, ["--no-config", "-c", script], {
      cwd: folder,
      encoding: "utf8",
      env: environment({ HOME: folder }),
    });
    if (error !== undefined) return undefined;
    expect(stderr).toBe("");
    return stdout.split("\n").flatMap((row) => row.split("\t")[0] || []);
  };
  const parts = complete("hubstead github repo ");
  if (parts === undefined)
    return console.error("\n!!! SKIPPED: what fish completes is not checked, there is no fish\n");
  expect(parts.sort()).toEqual(["create", "delete", "list"]);
  expect(complete("hubstead github wh")).toEqual(["whoami"]);
  expect(complete("hubstead github workflow ca")).toEqual(["cancel"]);
  expect(complete("hubstead github app manifest --on")).toEqual(["--only"]);
  expect(complete("hubstead github app manifest --for sec")).toEqual(["secrets"]);
  expect(complete("hubstead --store x.db github repo delete acme/data --con")).toEqual(["--confirm"]);
  expect(complete("hubstead create --con")).toEqual([]);
  expect(complete("hubstead backup ")?.sort()).toEqual(["create", "list", "restore"]);
});

test("zsh offers what belongs to the part that was typed", () => {
  writeFileSync(join(folder, "completion.zsh"), hubstead(["completion", "zsh"]).stdout);
  // In place of zsh's own: the first call parts the words, the second is given what is offered.
  const script = `
compdef() { :; }
_describe() { :; }
_arguments() {
  if [[ $1 == -C ]]; then state=argument; line=(github repo); words=(github repo delete x ""); CURRENT=5
  else print -l -- "$@"; fi
}
source completion.zsh
_hubstead`;
  const { stdout, stderr, error } = spawnSync(shells.zsh, ["-fc", script], { cwd: folder, encoding: "utf8" });
  if (error !== undefined)
    return console.error("\n!!! SKIPPED: what zsh completes is not checked, there is no zsh\n");
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^--confirm\[/u);
  expect(stdout).not.toContain("--description");
});

describe("docs/cli.md", () => {
  const path = join(root, "docs", "cli.md");
  const text = readFileSync(path, "utf8");

  /** Between two comments that bear its name. */
  const expectTable = (name: string, lines: readonly string[]) => {
    const table = [`<!-- ${name} -->`, ...lines, `<!-- /${name} -->`].join("\n");
    const now = readFileSync(path, "utf8");
    const current = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`, "u").exec(now)![0];
    if (process.env["UPDATE"] === "1") writeFileSync(path, now.replace(current, table));
    else expect(current).toBe(table);
  };

  test("every example works, one after the other", () => {
    const examples = [...text.matchAll(/```sh\n([\s\S]*?)```/gu)].map(([, code]) => code!);
    expect(examples.length).toBeGreaterThan(15);
    const script = examples.map((code) => `echo '=== example'\n${code}`).join("\n");
    mkdirSync(join(folder, "bin"));
    // A program, not a function: one that runs in the background is stopped by its number. Each command on GitHub counts for
    // itself, or all would wait for their turns.
    const alone =
      'case "$1" in github|issues) export XDG_DATA_HOME="$(mktemp -d -p "$XDG_DATA_HOME")" ;; esac';
    const program = `#!/bin/sh\n${alone}\nexec $HUBSTEAD "$@"\n`;
    writeFileSync(join(folder, "bin", "hubstead"), program, { mode: 0o755 });
    mkdirSync(join(folder, "data"), { recursive: true });
    const { status, stdout, stderr } = shell(
      `set -e; git init -q . ; PATH="$PWD/bin:$PATH"; trap 'kill $! 2>/dev/null || true' EXIT\n${script}`,
      {},
      60_000,
    );
    expect(status, `${stdout.split("=== example").at(-1)}\n${stderr}`).toBe(0);
    // The loop of a worker ends when nothing is left.
    expect(stderr.match(/^error: .*$/gmu)).toEqual(["error: no entity fits"]);
  }, 90_000);

  test("the configuration that it shows is accepted", () => {
    writeFileSync(join(folder, "hubstead.yml"), /```yaml\n([\s\S]*?)```/u.exec(text)![1]!);
    expect(hubstead(["create", "task-a", "title=A", "priority:=1", "--json"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('"status": "open"'),
    });
    expect(hubstead(["create", "task-b", "title=A", "priority:=0"])).toMatchObject({ status: 2 });
  });

  test("it has the permissions that each command takes (UPDATE=1 writes them)", () => {
    const rows = (Object.keys(methodsByCommand) as GovernedCommand[]).map(
      (command) => `| \`${command}\` | ${permissionsToText(permissionsOfCommand(command)) || "none"} |`,
    );
    const head = ["| command | permissions that it takes, besides `metadata=read` |", "|---|---|"];
    expectTable("permissions", [...head, ...rows]);
  });

  test("it has the exit codes that the help has (UPDATE=1 writes them)", () => {
    const rows = allExitCodes.map(({ exitCode, codes, meaning, advice }) => {
      const names = codes.map((code) => `\`${code}\``).join(", ");
      return `| ${exitCode} |${names === "" ? "" : ` ${names}`} | ${meaning}${advice === undefined ? "" : `: ${advice}`} |`;
    });
    const head = ["| exit code | `code` | |", "|---|---|---|"];
    expectTable("exit codes", [...head, ...rows]);
    const { stdout } = hubstead(["github", "whoami", "--help"]);
    const help = stdout.replaceAll("\n", " ");
    for (const { exitCode, meaning } of allExitCodes) expect(help).toContain(`${exitCode} ${meaning}`);
  });

  test("it names every command", () => {
    for (const { name } of commands) expect(text).toContain(name);
  });
});
