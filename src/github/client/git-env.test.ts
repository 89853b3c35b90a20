import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { startSession } from "../../../test/github/emulated-session.ts";
import { createAppTokenSource } from "../auth/app-tokens.ts";
import { gitEnvMethods, webOriginOf } from "./git-env.ts";
import { createSession } from "./session.ts";
import { tokenMethods } from "./tokens.ts";

const folder = mkdtempSync(join(tmpdir(), "hubstead-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const home = {
  PATH: process.env["PATH"] ?? "",
  HOME: folder,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
  LC_ALL: "C",
};

const seed = {
  users: { ada: {} },
  organizations: { acme: { members: { ada: "admin" } } },
  repositories: {
    "acme/app": { visibility: "private", files: { "README.md": "# App\n" } },
    "acme/other": { visibility: "private", files: { x: "x" } },
  },
  apps: {
    keeper: {
      permissions: { contents: "write", issues: "write" },
      installations: { acme: ["app", "other"] },
    },
  },
} as const;

/** An App's client on an emulator. */
async function startApp() {
  const emulated = await startSession({ seed });
  const { github, session } = emulated;
  const { appId, privateKey } = github.appCredentials("keeper");
  const { clock } = session;
  const source = createAppTokenSource({
    appId,
    privateKey,
    apiUrl: github.url,
    fetch: globalThis.fetch,
    clock: { ...clock, now: () => github.clock.now() },
  });
  return { ...emulated, app: createSession({ ...session, source, org: "acme" }) };
}

/** Everything that other users of this machine could see of processes: what was looked at, and where the text stands. */
function watchProcesses(secrets: readonly string[]) {
  const found = new Set<string>();
  const seen = new Set<string>();
  let isOver = false;
  const look = (): void => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/u.test(name))) {
      for (const file of ["cmdline", "environ"]) {
        // This process holds the token in its memory, not there; and others may have ended meanwhile.
        const text = readOr(`/proc/${pid}/${file}`);
        if (file === "cmdline" && /git|askpass/u.test(text)) seen.add(text.split("\0").slice(0, 2).join(" "));
        if (secrets.some((secret) => text.includes(secret))) found.add(`${file} of ${text.slice(0, 80)}`);
      }
    }
  };
  const watching = (async () => {
    while (!isOver) {
      look();
      await sleep(10);
    }
  })();
  return {
    async end() {
      isOver = true;
      await watching;
      return { found: [...found], seen: [...seen] };
    },
  };
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

test("stock git clones and pushes, and in 50 runs the token stands in no argument, environment, URL or configuration", async () => {
  await using emulated = await startApp();
  const { gitEnv } = gitEnvMethods(emulated.app);
  const { env, url, expiresAt, close } = await gitEnv("app");
  expect(url).toBe(`${emulated.github.url}/acme/app.git`);
  expect(Date.parse(expiresAt!)).toBeGreaterThan(emulated.github.clock.now());
  const token = readFileSync(join(dirname(env["GIT_ASKPASS"]!), "token"), "utf8").trim();
  expect(token).toMatch(/^ghs_/u);
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  const watched = watchProcesses([token, basic]);
  let output = "";
  const git = async (cwd: string, ...args: string[]): Promise<void> => {
    const traces = { GIT_TRACE: "1", GIT_CURL_VERBOSE: "1", GIT_TRACE_PACKET: "1", GIT_TRACE_SETUP: "1" };
    const ran = await promisify(execFile)("git", args, { cwd, env: { ...home, ...env, ...traces } });
    output += ran.stdout + ran.stderr;
  };
  // So slow that each is seen.
  emulated.github.faults.add({ operation: "git/*", does: { kind: "latency", ms: 20 } });
  await git(folder, "clone", url, "app");
  const clone = join(folder, "app");
  for (let run = 1; run < 50; run++) {
    writeFileSync(join(clone, "n"), `${run}`);
    await git(clone, "add", ".");
    await git(clone, "commit", "-qm", `${run}`);
    await git(clone, "push", "-q", "origin", "HEAD");
  }
  const { found, seen } = await watched.end();
  expect(found).toEqual([]);
  expect(seen.some((line) => line.includes("remote-http"))).toBe(true);
  expect(output).toContain("trace: run_command");
  expect(output).toContain("Authorization: Basic <redacted>");
  for (const text of [output, JSON.stringify(env), ...filesIn(clone)]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain(basic);
  }
  await close();
  expect(existsSync(env["GIT_ASKPASS"]!)).toBe(false);
}, 120_000);

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
}

test("only its own user can read the token, and no helper is given it", async () => {
  await using emulated = await startApp();
  await using given = await gitEnvMethods(emulated.app).gitEnv("app", { env: { GIT_CONFIG_COUNT: "2" } });
  const askpass = given.env["GIT_ASKPASS"]!;
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
  expect(modeOf(dirname(askpass))).toBe("700");
  expect(modeOf(askpass)).toBe("700");
  expect(modeOf(join(dirname(askpass), "token"))).toBe("600");
  expect(given.env).toMatchObject({
    GIT_CONFIG_COUNT: "3",
    GIT_CONFIG_KEY_2: "credential.helper",
    GIT_CONFIG_VALUE_2: "",
  });

  await using own = await gitEnvMethods(emulated.app).gitEnv("app", { env: {} });
  const kept = join(folder, "kept");
  writeFileSync(join(folder, ".gitconfig"), `[credential]\n\thelper = store --file=${kept}\n`);
  await promisify(execFile)("git", ["ls-remote", own.url], { env: { ...home, ...own.env } });
  expect(existsSync(kept)).toBe(false);
  rmSync(join(folder, ".gitconfig"));
});

test("the token is told for the configured host only, whatever git asks for", async () => {
  await using emulated = await startApp();
  await using given = await gitEnvMethods(emulated.app).gitEnv("app");
  const ask = (prompt: string) => {
    const { status, stdout } = spawnSync(given.env["GIT_ASKPASS"]!, [prompt], { encoding: "utf8" });
    return { status, stdout };
  };
  const { host, port } = new URL(emulated.github.url);
  expect(ask(`Username for 'http://${host}': `)).toEqual({ status: 0, stdout: "x-access-token\n" });
  expect(ask(`Password for 'http://x-access-token@${host}': `).stdout).toMatch(/^ghs_\S+\n$/u);
  expect(ask(`Password for 'http://x-access-token@${host}/acme/app.git': `).stdout).toMatch(/^ghs_/u);
  for (const place of [
    `https://x-access-token@${host}`,
    "http://x-access-token@127.0.0.1",
    `http://x-access-token@${host}0`,
    `http://x-access-token@${host}.evil.example`,
    `http://x-access-token@evil.example:${port}`,
    `http://x-access-token@evil.example/${host}`,
    `http://other@${host}`,
    `http://${host}`,
    "https://x-access-token@github.com",
  ]) {
    expect(ask(`Password for '${place}': `)).toEqual({ status: 1, stdout: "" });
  }
  expect(ask("Enter passphrase for key '/root/.ssh/id_ed25519': ")).toEqual({ status: 1, stdout: "" });
  // A submodule, or a URL that configuration rewrites, leads elsewhere: git is refused there.
  const elsewhere = given.url.replace("127.0.0.1", "localhost");
  const listing = promisify(execFile)("git", ["ls-remote", elsewhere], { env: { ...home, ...given.env } });
  await expect(listing).rejects.toThrow("could not read");
});

test.each([
  ["https://api.github.com", "https://github.com"],
  ["https://api.octo.ghe.com", "https://octo.ghe.com"],
  ["https://github.example.org/api/v3", "https://github.example.org"],
  ["http://127.0.0.1:4000", "http://127.0.0.1:4000"],
])("git finds what %s is for on %s", (apiUrl, origin) => {
  expect(webOriginOf(apiUrl)).toBe(origin);
});

test("an App's token for a repository is good for that one and for the permissions that were asked for", async () => {
  await using emulated = await startApp();
  const { getOrgAccess, getRepoAccess } = tokenMethods(emulated.app);
  const status = async (token: string, path: string, method = "GET") => {
    const headers = { authorization: `Bearer ${token}` };
    const body = method === "GET" ? null : JSON.stringify({ title: "x" });
    return (await fetch(emulated.github.url + path, { method, headers, body })).status;
  };
  const org = await getOrgAccess();
  expect(org).toMatchObject({ isScoped: true, expiresAt: expect.stringMatching(/Z$/u) });
  expect(await status(org.token, "/repos/acme/other")).toBe(200);
  const { token } = await getRepoAccess("app", { permissions: { contents: "read" } });
  expect(await status(token, "/repos/acme/app")).toBe(200);
  expect(await status(token, "/repos/acme/other")).toBe(404);
  expect(await status(token, "/repos/acme/app/issues", "POST")).toBe(403);
  await expect(getOrgAccess({ org: "nobody" })).rejects.toMatchObject({ code: "not_found" });
});

test("a personal token is handed out as it is, and none is told by name", async () => {
  await using emulated = await startSession({ seed });
  expect(await tokenMethods(emulated.session).getRepoAccess("app")).toEqual({
    token: expect.stringMatching(/^ghp_/u),
    expiresAt: undefined,
    isScoped: false,
  });
  const { anonymousSource } = await import("../auth/static-token.ts");
  const nobody = createSession({ ...emulated.session, source: anonymousSource, org: "acme" });
  await expect(gitEnvMethods(nobody).gitEnv("app")).rejects.toMatchObject({
    code: "unauthorized",
    data: { path: "GITHUB_TOKEN" },
  });
});

/** A program that leaves its token lying about. @param more what else it does */
async function startProgram(more = "") {
  const client = new URL("./github-client.ts", import.meta.url).href;
  const program = `
    const { GitHubClient } = await import(${JSON.stringify(client)});
    const git = await new GitHubClient({ auth: "ghp_${"a".repeat(36)}" }).gitEnv("octo/hello");
    ${more}
    setInterval(() => {}, 1_000);
    console.log(git.env.GIT_ASKPASS);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, ended: once(child, "exit"), left: dirname(line.toString().trim()) };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends the program and takes its token away",
  async (signal) => {
    const { child, ended, left } = await startProgram();
    expect(existsSync(join(left, "token"))).toBe(true);
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
    expect(existsSync(left)).toBe(false);
  },
);

test("a program that ends by itself after a signal has its token until then", async () => {
  const { child, ended, left } = await startProgram(`
    const { existsSync } = await import("node:fs");
    process.once("SIGTERM", () => setTimeout(() => process.exit(existsSync(git.env.GIT_ASKPASS) ? 7 : 8), 20));`);
  child.kill("SIGTERM");
  expect(await ended).toEqual([7, null]);
  expect(existsSync(left)).toBe(false);
});

test("whoever has closed it listens to no signal any more", async () => {
  await using emulated = await startSession({ seed });
  const count = () => ["exit", "SIGINT", "SIGTERM", "SIGHUP"].map((name) => process.listenerCount(name));
  const before = count();
  const git = [
    await gitEnvMethods(emulated.session).gitEnv("app"),
    await gitEnvMethods(emulated.session).gitEnv("app"),
  ];
  expect(count()).toEqual(before.map((found) => found + 1));
  for (const one of git) await one.close();
  expect(count()).toEqual(before);
});
