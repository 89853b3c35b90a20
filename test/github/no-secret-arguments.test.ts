/**
 * @module P6: while commands run, and while git works with a token of ours, no secret stands in the arguments of any process, nor
 * in a URL that git keeps.
 */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { canaryTokens, createDetector, password, webhookSecret } from "./canary-secrets.ts";
import { createFastClock } from "./fast-clock.ts";
import { watchProcesses } from "./watched-processes.ts";

const launcher = resolve(import.meta.dirname, "..", "..", "bin", "hubstead.cjs");
const token = canaryTokens.personal;
const detector = createDetector([token, webhookSecret, password]);

/** Of compiled code, for all runs. */
const cache = mkdtempSync(join(tmpdir(), "hubstead-cache-"));
const runs = 50;
const atOnce = 8;

let github: Awaited<ReturnType<typeof startCheckedGitHub>>;
beforeAll(async () => {
  github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    seed: {
      users: { ada: { token } },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": { visibility: "private", files: { "README.md": "# Data" } },
        ...Object.fromEntries(
          Array.from({ length: runs }, (_, round) => [
            `acme/target-${round}`,
            { visibility: "private" as const },
          ]),
        ),
      },
      apps: {
        keeper: {
          owner: "acme",
          permissions: { contents: "write", administration: "write", secrets: "write" },
          installations: { acme: "all" },
        },
      },
    },
  });
  detector.add(github.appCredentials("keeper").privateKey);
});
afterAll(async () => {
  rmSync(cache, { recursive: true, force: true });
  await github.close();
});

interface Run {
  readonly argv: readonly string[];
  readonly stdin?: string;
  readonly byApp?: boolean;
}

/** Each kind of run once. @param round no two of them write to one repository at a time */
const kindsOf = (round: number): readonly Run[] => [
  { argv: ["secret", "set", "acme/data", "HOOK"], stdin: webhookSecret },
  { argv: ["secret", "set", "acme/data", "HOOK", "--file", "value"] },
  { argv: ["secret", "set", "acme/data", "--all", "-"], stdin: `HOOK=${webhookSecret}\nPASS=${password}\n` },
  { argv: ["provision", `acme/shop-${round}`, "--spec", "spec.yaml", "--secrets", "all.json"] },
  { argv: ["secret", "set", "acme/data", "HOOK"], stdin: webhookSecret, byApp: true },
  { argv: ["file", "get", "acme/data", "README.md"], byApp: true },
  { argv: ["file", "put", `acme/target-${round}`, "key.txt"], stdin: password },
  { argv: ["whoami"] },
];

async function runOnce({ argv, stdin = "", byApp }: Run): Promise<number | null> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "value"), webhookSecret);
  writeFileSync(join(folder, "spec.yaml"), "name: shop\n");
  writeFileSync(join(folder, "all.json"), JSON.stringify({ HOOK: webhookSecret, PASS: password }));
  const { appId, privateKey } = github.appCredentials("keeper");
  const credential = byApp
    ? { GITHUB_APP_ID: String(appId), GITHUB_APP_PRIVATE_KEY: privateKey }
    : { GITHUB_TOKEN: token };
  const child = spawn(process.execPath, [launcher, "github", ...argv], {
    cwd: folder,
    env: { ...credential, GITHUB_API_URL: github.url, XDG_DATA_HOME: folder, XDG_CACHE_HOME: cache },
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.stdin.end(stdin);
  return await new Promise((done) => child.on("close", done));
}

function expectNoSecret(texts: Iterable<string>): void {
  for (const { token: given } of github.state.tokens.all()) detector.add(given);
  for (const text of texts) expect(detector.leaksIn(text), text).toEqual([]);
}

/** Aloud: elsewhere than on Linux nothing can be seen. */
function hasProc(): boolean {
  if (process.platform === "linux") return true;
  console.error("\n!!! SKIPPED: the arguments of processes can only be watched on Linux\n");
  return false;
}

test("in 50 runs of commands no process has a secret among its arguments", async () => {
  if (!hasProc()) return;
  const all = Array.from({ length: runs }, (_, round) => kindsOf(round))
    .flat()
    .slice(0, runs);
  const waiting = [...all];
  // One that waits for its turn at GitHub keeps no other from going on.
  const work = async (): Promise<void> => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift())
      expect(await runOnce(run), run.argv.join(" ")).toBe(0);
  };
  const { commandLines } = await watchProcesses(/^never$/u, async () => {
    await Promise.all(Array.from({ length: atOnce }, work));
  });
  // All were seen; other tests may run commands meanwhile.
  const seen = [...commandLines].join("\n");
  for (const { argv } of all) expect(seen).toContain(`hubstead.cjs github ${argv.join(" ")}`);
  expectNoSecret(commandLines);
});

test("git clones and pushes with a token that stands in no argument, environment or URL", async () => {
  if (!hasProc()) return;
  const folder = temporaryFolder();
  const { appId, privateKey } = github.appCredentials("keeper");
  const names = { NAME: "Ada", EMAIL: "ada@example.com" };
  const author = Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((who) =>
      Object.entries(names).map(([what, value]) => [`GIT_${who}_${what}`, value]),
    ),
  );
  const own = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1", ...author };
  const credentials = [
    { GITHUB_TOKEN: token },
    { GITHUB_APP_ID: String(appId), GITHUB_APP_PRIVATE_KEY: privateKey },
  ];
  for (const [index, credential] of credentials.entries()) {
    await using client = new GitHubClient({
      env: { ...credential, GITHUB_API_URL: github.url },
      clock: createFastClock(20),
    });
    await using access = await client.gitEnv("acme/data", { env: own });
    const target = join(folder, `clone-${index}`);
    const git = (...args: readonly string[]) =>
      promisify(execFile)("git", [...args], { cwd: folder, env: { ...own, ...access.env } });
    const { commandLines, environments } = await watchProcesses(/^git |\/git[ -]|askpass/u, async () => {
      for (let round = 0; round < 5; round++) {
        if (round === 0) await git("clone", "--quiet", access.url, target);
        writeFileSync(join(target, "pushed.txt"), `${index} ${round}\n`);
        await git("-C", target, "add", ".");
        await git("-C", target, "commit", "--quiet", "-m", `Round ${round}`);
        await git("-C", target, "push", "--quiet");
        await git("-C", target, "fetch", "--quiet");
      }
    });
    expect([...commandLines].filter((line) => /^git /u.test(line)).length).toBeGreaterThan(0);
    expect(environments.size).toBeGreaterThan(0);
    const { stdout: remotes } = await git("-C", target, "remote", "-v");
    expect(remotes).toContain("acme/data.git");
    const config = readFileSync(join(target, ".git", "config"), "utf8");
    expectNoSecret([...commandLines, ...environments, remotes, config]);
  }
});
