/**
 * @module `hubstead init` in clones of repositories of the emulator.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCheckedGitHub } from "../../../test/emulator/checked-github.ts";
import type { EmulatedGitHub } from "../../emulator/start-github.ts";
import { openWorkbench, type Workbench } from "../captured-run.ts";

let github: EmulatedGitHub;
let bench: Workbench;
let env: Readonly<Record<string, string>>;

beforeEach(async () => {
  github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {} },
      repositories: { "ada/data": {}, "ada/secret": { visibility: "private" } },
    },
  });
  bench = openWorkbench();
  env = {
    PATH: process.env["PATH"]!,
    HOME: bench.folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CEILING_DIRECTORIES: join(bench.folder, ".."),
    GITHUB_API_URL: github.url,
    GITHUB_TOKEN: github.tokenFor("ada"),
  };
});
afterEach(async () => {
  bench.remove();
  await github.close();
});

const git = (...args: readonly string[]) =>
  execFileSync("git", args, { cwd: bench.folder, env, encoding: "utf8" });
/** A checkout whose `origin` is this. */
const checkOut = (remote = `${github.url}/ada/data`) => {
  git("init", "-q", "-b", "main");
  git("remote", "add", "origin", remote);
};
const init = (...flags: readonly string[]) => bench.runWith({ env }, "init", ...flags);
const json = async (...flags: readonly string[]) => {
  const { exitCode, stdout, stderr } = await init("--json", ...flags);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as {
    visibility: string | null;
    repo: string;
    files: { path: string; action: string; diff?: string }[];
    workflows: { path: string; permissions: { permission: string; level: string; because: string }[] }[];
    notes: string[];
  };
};
const read = (path: string) => readFileSync(join(bench.folder, path), "utf8");
const write = (path: string, text: string) => writeFileSync(join(bench.folder, path), text);
const workflows = ["process", "snapshot", "sweep"].map((name) => `.github/workflows/hubstead-${name}.yml`);

test("a clone gets its settings, an ignore line and three workflows, and a second run changes nothing", async () => {
  checkOut();
  const { exitCode, stdout, stderr } = await init();
  expect(exitCode).toBe(0);
  expect(stdout.trim().split("\n").sort()).toEqual(
    ["hubstead.yml", ".gitignore", ...workflows].map((path) => `created ${path}`).sort(),
  );
  expect(stderr).toContain("ada/data is public. Anybody can read the objects and comment on their issues.");
  expect(stderr).toContain("private repository, or the data in a separate one");
  expect(stderr).toContain("issues: write (reads updates");
  expect(stderr).toContain("Next: look at the files, commit and push them");
  expect(read("hubstead.yml")).toBe("issues:\n  repo: ada/data\n");
  expect(read(".gitignore")).toBe("/.hubstead/\n");
  git("add", "hubstead.yml", ".gitignore", ".github");
  const before = git("write-tree");
  const again = await json();
  expect(new Set(again.files.map(({ action }) => action))).toEqual(new Set(["unchanged"]));
  git("add", "hubstead.yml", ".gitignore", ".github");
  expect(git("write-tree")).toBe(before);
});

test("every right of every job is told with its reason", async () => {
  checkOut();
  const { workflows: told } = await json("--dry-run");
  expect(
    told.map(({ path, permissions }) => [
      path.replace(/.*hubstead-|\.yml/gu, ""),
      permissions.map(({ permission, level }) => `${permission}: ${level}`),
    ]),
  ).toEqual([
    ["process", ["contents: read", "issues: write"]],
    ["sweep", ["contents: read", "issues: write"]],
    ["snapshot", ["contents: write", "issues: read"]],
  ]);
  for (const { permissions } of told)
    for (const { because } of permissions) expect(because.length).toBeGreaterThan(10);
});

test("a dry run shows a diff that git applies, and writes nothing", async () => {
  checkOut();
  write("hubstead.yml", "# our own\nauthor: Ada\n");
  const { stdout } = await init("--dry-run");
  expect(readdirSync(bench.folder).sort()).toEqual([".git", "data", "hubstead.yml"]);
  expect(stdout).toContain("+++ b/.github/workflows/hubstead-process.yml\n");
  expect(stdout).toContain("--- a/hubstead.yml\n+++ b/hubstead.yml\n@@ -1,2 +1,4 @@\n # our own\n");
  execFileSync("git", ["apply", "-"], { cwd: bench.folder, env, input: stdout });
  const { files } = await json();
  expect(new Set(files.map(({ action }) => action))).toEqual(new Set(["unchanged"]));
});

test("a workflow that somebody has changed stays as it is, and --force writes it anew", async () => {
  checkOut();
  await init();
  const [path] = workflows as [string];
  const generated = read(path);
  write(path, `${generated}# ours\n`);
  const { stdout, stderr, exitCode } = await init();
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`kept ${path}`)]);
  expect(stderr).toContain(`${path} was changed by somebody and stays as it is; --force writes it anew`);
  expect(read(path)).toBe(`${generated}# ours\n`);
  await init("--force");
  expect(read(path)).toBe(generated);
});

test("a workflow of another version that nobody has changed is brought up to date, whatever the ends of its lines", async () => {
  checkOut();
  await init("--snapshot", "public/objects.json");
  const path = workflows[1]!;
  const old = read(path);
  expect(old).toContain("SNAPSHOT: public/objects.json");
  write(path, old.replaceAll("\n", "\r\n"));
  expect((await json("--snapshot", "public/objects.json")).files.at(-1)).toMatchObject({
    action: "unchanged",
  });
  expect((await json()).files.at(-1)).toMatchObject({ path, action: "changed" });
  expect(read(path)).toContain("SNAPSHOT: data/store-snapshot.json");
});

test("at a terminal three questions are asked, and the answers count", async () => {
  checkOut();
  const person = { env, terminalInput: true, terminalError: true, stdin: "\nyes\npublic/all.json\n" };
  const { stderr, exitCode } = await bench.runWith(person, "init");
  expect(exitCode).toBe(0);
  expect(stderr.match(/\[[^\]]*\] /gu)).toEqual(["[ada/data] ", "[no] ", "[data/store-snapshot.json] "]);
  expect(read("hubstead.yml")).toBe("issues:\n  repo: ada/data\n  trust:\n    apps: [ github-actions ]\n");
  expect(stderr).toContain("Every workflow of the repository may change objects");
  expect(read(workflows[1]!)).toContain("SNAPSHOT: public/all.json");
});

test("who leaves the terminal gets what is usual, and flags are not asked about", async () => {
  checkOut();
  const person = { env, terminalInput: true, terminalError: true, stdin: "" };
  expect((await bench.runWith(person, "init")).exitCode).toBe(0);
  expect(read("hubstead.yml")).toBe("issues:\n  repo: ada/data\n");
  const flags = ["--repo", "ada/data", "--no-trust-workflows", "--no-snapshot"];
  expect((await bench.runWith(person, "init", ...flags)).stderr).not.toContain("[");
  expect((await bench.runWith(person, "init", "--yes")).stderr).not.toContain("[");
});

test("a private repository is told as such, and nobody who knows is no reason to stop", async () => {
  checkOut(`${github.url}/ada/secret`);
  expect(await json("--dry-run")).toMatchObject({ visibility: "private", repo: "ada/secret" });
  const { GITHUB_TOKEN: _, ...nobody } = env;
  const { exitCode, stderr } = await bench.runWith({ env: nobody }, "init");
  expect(exitCode).toBe(0);
  expect(stderr).toContain("ada/secret is public or not: nobody knows (");
});

test("a credential for another host is not used to ask", async () => {
  checkOut("git@github.com:ada/data.git");
  const { visibility, notes } = await json("--dry-run");
  expect(visibility).toBeNull();
  expect(notes[0]).toContain(`the credential is for ${new URL(github.url).host}, not for github.com`);
});

test("workflows are written where the issues are", async () => {
  checkOut();
  const { files, notes } = await json("--repo", "ada/secret");
  expect(files.map(({ path }) => path)).toEqual(["hubstead.yml", ".gitignore"]);
  expect(notes.join()).toContain("No workflows: they belong to ada/secret.");
  // What the settings say goes on.
  expect((await json()).files).toHaveLength(1);
});

test("teams are told to need more than a workflow's token", async () => {
  checkOut();
  write("hubstead.yml", "issues: { trust: { teams: [acme/data] } }\n");
  expect((await json()).notes.join()).toContain(
    "hubstead.yml trusts teams, of which GITHUB_TOKEN may not ask",
  );
});

test("ignore lines come to those that are there, for a store elsewhere, too, and not twice", async () => {
  checkOut();
  write(".gitignore", "node_modules");
  write("hubstead.yml", "store: ./local/objects.db\n");
  await init();
  expect(read(".gitignore")).toBe("node_modules\n/.hubstead/\n/local/objects.db*\n");
  write(".gitignore", ".hubstead\n*.db*\n");
  await init();
  expect(read(".gitignore")).toBe(".hubstead\n*.db*\n");
});

test("what cannot be is refused with what to do", async () => {
  const refused = async (exitCode: number, ...flags: readonly string[]) => {
    const result = await bench.runWith({ env }, "init", ...flags);
    expect(result).toMatchObject({
      exitCode,
      stdout: "",
      stderr: expect.stringMatching(/^error: .+\n hint: .+\n$/u),
    });
    return result.stderr;
  };
  expect(await refused(10)).toContain("in no checkout of a git repository");
  git("init", "-q");
  expect(await refused(10)).toContain('no remote "origin"');
  git("remote", "add", "origin", "https://token:hunter2@gitlab.com/ada/data");
  const noGitHub = await refused(2);
  expect(noGitHub).toContain("gitlab.com, which is not GitHub");
  expect(noGitHub).toContain("GITHUB_API_URL");
  expect(noGitHub).not.toContain("hunter2");
  git("remote", "set-url", "origin", "/srv/data.git");
  expect(await refused(2)).toContain("to no repository on a server");
  git("remote", "set-url", "origin", "git@github.com:ada/data.git");
  expect(await refused(2, "--repo", "ada")).toContain('"ada" is no repository');
  for (const path of ["../x.json", "/x.json", "a b.json", "x.yml", "$(touch x).json", ".git/x.json"])
    expect(await refused(2, "--snapshot", path)).toContain("is no path for a snapshot");
  write("hubstead.yml", "issues: [\n");
  expect(await refused(2)).toContain("hubstead.yml line");
  env = { ...env, PATH: bench.folder };
  expect(await refused(10)).toContain("git is not on this machine");
});

test("nothing is written through links that lie in a checkout", async () => {
  checkOut();
  mkdirSync(join(bench.folder, "outside"));
  writeFileSync(join(bench.folder, "outside", "rc"), "untouched\n");
  symlinkSync(join(bench.folder, "outside", "rc"), join(bench.folder, "hubstead.yml"));
  expect((await init()).exitCode).toBe(14);
  rmSync(join(bench.folder, "hubstead.yml"));
  symlinkSync(join(bench.folder, "outside"), join(bench.folder, ".github"));
  const { exitCode, stderr } = await init();
  expect(exitCode).toBe(14);
  expect(stderr).toContain("nothing is written through links");
  expect(read("outside/rc")).toBe("untouched\n");
  expect(existsSync(join(bench.folder, "outside", "workflows"))).toBe(false);
  expect(existsSync(join(bench.folder, "hubstead.yml"))).toBe(false);
});
