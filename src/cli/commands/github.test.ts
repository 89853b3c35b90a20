/**
 * @module `hubstead github …`, each part on the emulator.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startCheckedGitHub } from "../../../test/emulator/checked-github.ts";
import { createFastClock } from "../../../test/github/fast-clock.ts";
import type { EmulatedGitHub } from "../../emulator/start-github.ts";
import { openWorkbench, type Workbench } from "../captured-run.ts";

const limitMessage = { message: "You have exceeded a secondary rate limit." };
const deploy = `
name: Deploy
on: { workflow_dispatch: { inputs: { stage: { default: test } } } }
jobs:
  build: { steps: [{ name: Build all, run: npm run build }] }
`;

// An attempt of half a minute has a second and a half of ours, also on a machine with much to do.
const speed = 20;

let github: EmulatedGitHub;
let bench: Workbench;
let env: Record<string, string>;

beforeEach(async () => {
  github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin", bob: "member" } } },
      repositories: {
        "acme/data": {
          visibility: "private",
          files: { "README.md": "# Data\n", ".github/workflows/deploy.yml": deploy },
        },
      },
      apps: {
        keeper: { owner: "acme", permissions: { contents: "write" }, installations: { acme: "all" } },
      },
    },
  });
  bench = openWorkbench();
  env = { GITHUB_API_URL: github.url, GITHUB_TOKEN: github.tokenFor("ada"), GITHUB_ORG: "acme", PATH: "" };
});
afterEach(async () => {
  bench.remove();
  await github.close();
});

const run = (...argv: readonly string[]) => runWith({}, ...argv);

function runWith(
  options: { readonly stdin?: string | Uint8Array; readonly env?: Record<string, string> },
  ...argv: readonly string[]
) {
  return bench.runWith(
    { clock: createFastClock(speed), ...options, env: { ...env, ...options.env } },
    "github",
    ...argv,
  );
}

const json = async (...argv: readonly string[]): Promise<unknown> => {
  const { exitCode, stdout, stderr } = await run(...argv, "--json");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout);
};

describe("repo", () => {
  test("a repository is made private, listed, and deleted only when its full name is said twice", async () => {
    expect(await json("repo", "create", "new", "--description", "A new one")).toMatchObject({
      fullName: "acme/new",
      private: true,
      description: "A new one",
    });
    expect(await run("repo", "list")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^acme\/data\tprivate\t\S+\t\nacme\/new\tprivate\t\S+\tA new one\n$/u),
    });
    for (const confirm of [[], ["--confirm", "new"], ["--confirm", "acme/data"]])
      expect(await run("repo", "delete", "new", ...confirm)).toMatchObject({ exitCode: 2, stdout: "" });
    expect(await run("repo", "delete", "new", "--confirm", "acme/new")).toMatchObject({
      exitCode: 0,
      stdout: "deleted acme/new\n",
    });
    expect(await json("repo", "list", "acme")).toHaveLength(1);
    expect(await run("repo", "create", "data")).toMatchObject({
      exitCode: 11,
      stderr: expect.stringContaining("read what is there with `hubstead github repo list`."),
    });
    expect(await run("repo", "delete", "data", "--confirm", "data")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("hint: Add --confirm acme/data to delete it"),
    });
  });

  test("where nobody says whose repositories are meant, it is said how to", async () => {
    const { exitCode, stderr } = await runWith({ env: { GITHUB_ORG: "" } }, "repo", "list");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("hint: Name the owner: `hubstead github repo list OWNER`; or set GITHUB_ORG.");
    expect(await runWith({ env: { GITHUB_ORG: "" } }, "repo", "list", "acme")).toMatchObject({ exitCode: 0 });
  });
});

describe("file", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);

  test("bytes go in by the standard input and come out as they were", async () => {
    const put = await runWith({ stdin: bytes }, "file", "put", "acme/data", "all.bin", "--message", "Bytes");
    expect(put).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^created all\.bin \(\w{40}\)/u),
    });
    const target = join(bench.folder, "out.bin");
    expect(await run("file", "get", "acme/data", "all.bin", "--output", "out.bin")).toMatchObject({
      exitCode: 0,
      stdout: "",
    });
    expect(new Uint8Array(readFileSync(target))).toEqual(bytes);
    expect(await json("file", "get", "data", "all.bin")).toMatchObject({
      encoding: "base64",
      content: Buffer.from(bytes).toString("base64"),
      sizeBytes: 256,
    });
    expect((await run("file", "get", "acme/data", "README.md")).stdout).toBe("# Data\n");
  });

  test("a terminal gets no bytes that it would obey", async () => {
    await runWith({ stdin: "\u001b[31mred\n" }, "file", "put", "acme/data", "escape.txt");
    await runWith({ stdin: bytes }, "file", "put", "acme/data", "all.bin");
    const onTerminal = (path: string) =>
      bench.runWith({ env, columns: 80 }, "github", "file", "get", "acme/data", path);
    expect((await onTerminal("escape.txt")).stdout).toBe("\\u001b[31mred\n");
    expect(await onTerminal("all.bin")).toMatchObject({ exitCode: 2, stdout: "" });
  });

  test("with --expected-sha somebody else's change is kept", async () => {
    const { sha } = (await json("file", "get", "acme/data", "README.md")) as { sha: string };
    writeFileSync(join(bench.folder, "new.md"), "# New\n");
    const put = ["file", "put", "acme/data", "README.md", "new.md", "--expected-sha"];
    expect(await json(...put, sha)).toMatchObject({ outcome: "updated" });
    writeFileSync(join(bench.folder, "new.md"), "# Newer\n");
    expect(await run(...put, sha)).toMatchObject({ exitCode: 11 });
    expect(await run(...put, "none")).toMatchObject({ exitCode: 11 });
    expect(await run(...put, "ghp_what")).toMatchObject({ exitCode: 2 });
    expect((await run("file", "get", "acme/data", "README.md")).stdout).toBe("# New\n");
  });

  test("what is not there ends with 10, and says what the command takes", async () => {
    expect(await run("file", "get", "acme/data", "none.md")).toMatchObject({
      exitCode: 10,
      stderr: expect.stringContaining("`hubstead github file get` takes contents=read."),
    });
  });
});

describe("secret", () => {
  test("a value comes through the standard input or a file, and only its name goes out", async () => {
    expect(await runWith({ stdin: "hush-hush\n" }, "secret", "set", "acme/data", "KEY")).toEqual({
      exitCode: 0,
      stdout: "created KEY\n",
      stderr: "",
    });
    writeFileSync(join(bench.folder, "value"), "another");
    expect(await run("secret", "set", "acme/data", "KEY", "--file", "value")).toMatchObject({
      exitCode: 0,
      stdout: "updated KEY\n",
    });
    expect(await json("secret", "list", "acme/data")).toMatchObject([{ name: "KEY" }]);
  });

  test.each([
    ["an argument", ["KEY", "hush-hush"]],
    ["several arguments", ["KEY", "hush", "hush-hush"]],
    ["NAME=value", ["KEY=hush-hush"]],
    ["--value", ["KEY", "--value", "hush-hush"]],
    ["--value=", ["KEY", "--value=hush-hush"]],
    ["--body", ["KEY", "--body", "hush-hush"]],
  ])("a value as %s is refused, and not repeated", async (_, argv) => {
    const { exitCode, stdout, stderr } = await run("secret", "set", "acme/data", ...argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/not taken as an argument[\s\S]*hint: Pipe it in/u);
    expect(stderr).not.toContain("hush");
    expect(github.requests.names()).toEqual([]);
  });

  test.each([
    ["lines", 'A=1\n# no\n\nexport B="two\nlines\\n \\"x\\"" # why\nC=\'$three #\'\nD=four # why\nE=\n'],
    ["JSON", '{"A":"1","B":"two\\nlines\\n \\"x\\"","C":"$three #","D":"four","E":""}'],
  ])("many secrets are set from %s", async (_, text) => {
    expect(await runWith({ stdin: text }, "secret", "set", "acme/data", "--all", "-")).toMatchObject({
      exitCode: 0,
      stdout: "created A\ncreated B\ncreated C\ncreated D\ncreated E\n",
    });
  });

  test("what of many secrets failed is told by name, and the others are set", async () => {
    const { exitCode, stdout, stderr } = await runWith(
      { stdin: "GOOD=1\nGITHUB_BAD=2\nBETTER=3\n" },
      "secret",
      "set",
      "acme/data",
      "--all",
      "-",
    );
    expect({ exitCode, stdout }).toEqual({
      exitCode: 2,
      stdout: "created GOOD\nfailed GITHUB_BAD\ncreated BETTER\n",
    });
    expect(stderr).toContain("1 of 3 secrets were not set");
  });

  test.each([
    ["a line without a name", "hush-hush\n"],
    ["an open quote", 'KEY="hush-hush\n'],
    ["wrong JSON", '{"KEY": hush-hush}'],
    ["a value that is no text", '{"KEY": {"a": "hush-hush"}}'],
  ])("%s is refused without being quoted", async (_, stdin) => {
    const { exitCode, stderr } = await runWith({ stdin }, "secret", "set", "acme/data", "--all", "-");
    expect(exitCode).toBe(2);
    expect(stderr).not.toContain("hush");
  });
});

test.each([
  ["a number", '{"GOOD": "x", "PORT": 8080}', "PORT in all.json is a number, not text"],
  ["nothing", '{"PORT": null}', "PORT in all.json is null, not text"],
  ["a list", '{"PORT": ["hush"]}', "PORT in all.json is a list, not text"],
  ["an object", '{"PORT": {}}', "PORT in all.json is an object, not text"],
  [
    "a number, by a name that cannot be one",
    '{"hush-hush": 1}',
    "the secret at place 1 in all.json is a number",
  ],
])("of many secrets it is said which one is %s", async (_, text, message) => {
  writeFileSync(join(bench.folder, "all.json"), text);
  const { exitCode, stderr } = await run("secret", "set", "acme/data", "--all", "all.json");
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("hush");
  expect(github.requests.names()).toEqual([]);
});

describe("workflow", () => {
  const start = async () => {
    const found = await json("workflow", "run", "acme/data", "deploy.yml", "--input", "stage=live");
    expect(found).toMatchObject({ status: "queued", event: "workflow_dispatch" });
    return (found as { id: number }).id;
  };
  const end = (id: number, conclusion: "success" | "failure") => {
    github.actions.advance(id, { status: "in_progress" });
    github.actions.advance(id, { status: "completed", conclusion, log: "one\n\u001b[31mtwo\n" });
  };

  test("a run is started with its inputs, watched until it ends, and its logs are read", async () => {
    const id = await start();
    expect(github.actions.runs("acme/data")).toMatchObject([{ id, inputs: { stage: "live" } }]);
    const watching = run("workflow", "watch", "acme/data", String(id));
    await new Promise((resolve) => setTimeout(resolve, 200));
    end(id, "success");
    expect(await watching).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(new RegExp(`^success run ${id} http`, "u")),
      stderr: `run ${id} is queued\n`,
    });
    expect((await run("workflow", "logs", "acme/data", String(id))).stdout).toMatch(
      /^==> \S.*\n[\s\S]*one[\s\S]*\u001b\[31mtwo/u,
    );
  });

  test("a run that fails says so by its exit code where that is asked for, and where it failed", async () => {
    const id = await start();
    end(id, "failure");
    const watch = ["workflow", "watch", "acme/data", String(id)];
    expect(await run(...watch)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^failure run/u),
    });
    expect(await run(...watch, "--exit-status")).toMatchObject({ exitCode: 1 });
    const { stdout } = await run("workflow", "logs", "acme/data", String(id), "--failed");
    expect(stdout).toContain("==> build (failure)");
    expect(await json("workflow", "logs", "acme/data", String(id), "--failed")).toMatchObject({
      jobs: [{ name: "build", conclusion: "failure" }],
    });
  });

  test("a run is ended, and one that has ended stays as it is", async () => {
    const id = await start();
    const found = await json("workflow", "cancel", "acme/data", String(id));
    expect(found).toMatchObject({ id, status: "completed", conclusion: "cancelled" });
    expect(await run("workflow", "cancel", "acme/data", String(id), "--force")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(new RegExp(`^cancelled run ${id} http`, "u")),
    });
    expect(await run("workflow", "cancel", "acme/data", "999")).toMatchObject({ exitCode: 10 });
  });

  test("a run that was started is told, also where it cannot be read or waited for", async () => {
    github.lag.readsMs = 60_000;
    expect(await json("workflow", "run", "acme/data", "deploy.yml")).toEqual({ id: expect.any(Number) });
    expect(await run("workflow", "run", "acme/data", "deploy.yml")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^started run \d+\n$/u),
      stderr: expect.stringMatching(/^it cannot be read for the moment: /u),
    });
    const watched = await run(
      "workflow",
      "run",
      "acme/data",
      "deploy.yml",
      "--watch",
      "--timeout",
      "9",
      "--json",
    );
    expect(watched.exitCode).toBe(12);
    expect(JSON.parse(watched.stderr)).toMatchObject({ error: { code: "busy" } });
    const ids = github.actions.runs("acme/data").map(({ id }) => id);
    expect(ids).toHaveLength(3);
    expect(JSON.parse(watched.stdout)).toEqual({ id: ids[2] });
  });

  test("a person who watches is served below a fifth of the allowance", async () => {
    await using scarce = await startCheckedGitHub({
      limits: { core: { user: 100 } },
      seed: {
        users: { ada: {} },
        repositories: { "ada/data": { files: { ".github/workflows/deploy.yml": deploy } } },
      },
    });
    const token = scarce.tokenFor("ada");
    const there = { env: { GITHUB_API_URL: scarce.url, GITHUB_TOKEN: token } };
    const started = await runWith(there, "workflow", "run", "ada/data", "deploy.yml", "--json");
    const { id } = JSON.parse(started.stdout) as { id: number };
    for (let left = 100; left > 15; ) {
      const { headers } = await fetch(`${scarce.url}/user`, {
        headers: { authorization: `Bearer ${token}` },
      });
      left = Number(headers.get("x-ratelimit-remaining"));
    }
    const watch = ["workflow", "watch", "ada/data", String(id), "--timeout", "90"];
    expect(await runWith(there, ...watch)).toMatchObject({
      exitCode: 12,
      stderr: expect.stringContaining("is queued after 90000 ms"),
    });
  });

  test("an interruption ends the wait, and not the run", async () => {
    const id = await start();
    const interruption = new AbortController();
    const watching = bench.runWith(
      { clock: createFastClock(speed), env, signal: interruption.signal },
      "github",
      "workflow",
      "watch",
      "acme/data",
      String(id),
    );
    while (github.requests.count("actions/get-workflow-run") < 2)
      await new Promise((resolve) => setTimeout(resolve, 20));
    interruption.abort();
    expect(await watching).toMatchObject({ exitCode: 130, stdout: "" });
    expect(github.actions.runs()).toMatchObject([{ status: "queued" }]);
  });

  test("a run that does not end in time ends the command with 12, and wrong words with 2", async () => {
    const id = await start();
    expect(await run("workflow", "watch", "acme/data", String(id), "--timeout", "30")).toMatchObject({
      exitCode: 12,
      stderr: expect.stringContaining(
        "hint: Wait longer (`--timeout`), or end it with `hubstead github workflow cancel`.",
      ),
    });
    expect(await run("workflow", "watch", "acme/data", "newest")).toMatchObject({ exitCode: 2 });
    expect(await run("workflow", "run", "acme/data", "deploy.yml", "--input", "live")).toMatchObject({
      exitCode: 2,
    });
    expect(await run("workflow", "run", "acme/data", "none.yml")).toMatchObject({ exitCode: 10 });
  });
});

describe("whoami and limits", () => {
  const byApp = () => {
    const { appId, privateKey } = github.appCredentials("keeper");
    return {
      GITHUB_TOKEN: "",
      GITHUB_APP_ID: String(appId),
      GITHUB_APP_PRIVATE_KEY: privateKey,
    };
  };

  test("a classic token shows its person, its scopes and its budget", async () => {
    expect(await json("whoami")).toMatchObject({
      credential: "GITHUB_TOKEN",
      kind: "personal",
      login: "ada",
      org: "acme",
      scopes: expect.arrayContaining(["repo"]),
      budget: { resource: "core", limit: 5000 },
    });
    expect((await run("whoami")).stdout).toMatch(
      /^credential +GITHUB_TOKEN\nkind +personal\nprincipal +personal:\w+\nlogin +ada\n/u,
    );
  });

  test("an App shows its installation with its permissions", async () => {
    const { stdout, exitCode } = await runWith({ env: byApp() }, "whoami", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "app",
      app: { slug: "keeper" },
      installation: { account: "acme", permissions: { contents: "write" }, repositorySelection: "all" },
      budget: { limit: expect.any(Number) },
    });
    const withoutOrg = await runWith({ env: { ...byApp(), GITHUB_ORG: "" } }, "whoami", "--json");
    expect(JSON.parse(withoutOrg.stdout)).toMatchObject({ installedOn: ["acme"] });
  });

  test("a job's token shows the repositories that it is for", async () => {
    const token = github.tokenFor({ actions: "acme/data" });
    const { stdout } = await runWith({ env: { GITHUB_TOKEN: token } }, "whoami", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ kind: "installation", repositories: ["acme/data"] });
  });

  test("what one command has used, the next one knows", async () => {
    // By the wall clock: on a faster one the minute would be over.
    await bench.runWith({ stdin: "x", env }, "github", "file", "put", "acme/data", "a.txt");
    const { stdout } = await bench.runWith({ env }, "github", "limits", "--json");
    const limits = JSON.parse(stdout) as {
      principal: string;
      github: { resource: string; limit: number }[];
      windows: { name: string; used: number; limit: number }[];
    };
    expect(limits.principal).toMatch(/^127\.0\.0\.1:\d+\/personal:/u);
    expect(limits.github).toContainEqual(expect.objectContaining({ resource: "core", limit: 5000 }));
    // A write is five points.
    expect(limits.windows.find(({ name }) => name === "points/min")?.used).toBeGreaterThan(5);
    expect((await bench.runWith({ env }, "github", "limits")).stdout).toMatch(/points\/min \d+ of 700/u);
  });

  test("after a refusal no command asks GitHub again before its time, and `limits` says why", async () => {
    github.faults.add({
      operation: "repos/get-content",
      does: { kind: "status", status: 403, headers: { "retry-after": "7200" }, body: limitMessage },
    });
    const first = await run("file", "get", "acme/data", "README.md", "--json");
    expect(first.exitCode).toBe(15);
    expect(JSON.parse(first.stderr)).toMatchObject({
      error: { code: "rate_limited", data: { retryAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/u) } },
    });
    github.faults.clear();
    expect(await run("file", "get", "acme/data", "README.md")).toMatchObject({
      exitCode: 15,
      stderr: expect.stringContaining(
        "hint: Try again then, or see `hubstead github limits` for who uses how much.",
      ),
    });
    github.requests.clear();
    const whoami = await run("whoami");
    expect(whoami).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^credential +GITHUB_TOKEN\nkind +personal\nprincipal +personal:/u),
      stderr: expect.stringMatching(/^the rest could not be asked: .*secondary/u),
    });
    expect(await json("limits")).toMatchObject({ github: [], paused: { reason: "secondary" } });
    expect((await run("limits")).stdout).toMatch(/paused \d+ s \(secondary limit\)/u);
    expect(github.requests.names()).toEqual([]);
  });

  test.each([
    ["token", "repos/get-content", ["file", "get", "acme/data", "README.md"]],
    ["App", "apps/*", ["repo", "list", "acme"]],
  ] as const)(
    "while the limits of a %s leave no room, whoami shows what is known",
    async (kind, operation, refused) => {
      const credential = kind === "App" ? byApp() : {};
      const whoami = async () => {
        const { exitCode, stdout, stderr } = await runWith({ env: credential }, "whoami", "--json");
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
        return JSON.parse(stdout) as { principal?: string; credential: string };
      };
      const before = await whoami();
      const headers = {
        "x-ratelimit-limit": "5000",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-used": "5000",
        // After that of the answers before, whose news would be kept.
        "x-ratelimit-reset": String(Math.floor(Date.now() / 1_000) + 3_700),
        "x-ratelimit-resource": "core",
      };
      const body = { message: "API rate limit exceeded" };
      github.faults.add({ operation, does: { kind: "status", status: 403, headers, body } });
      expect(await runWith({ env: credential }, ...refused)).toMatchObject({ exitCode: 15 });
      github.faults.clear();
      github.requests.clear();
      expect(await whoami()).toMatchObject({
        credential: before.credential,
        principal: kind === "App" ? expect.stringMatching(/^(?:app|installation):/u) : before.principal,
        kind: kind === "App" ? "app" : "personal",
        org: "acme",
        budget: { resource: "core", limit: 5000, remaining: 0 },
        notAsked: { reason: expect.any(String), retryAt: expect.stringMatching(/^\d{4}-/u) },
      });
      expect(github.requests.names()).toEqual([]);
    },
  );

  test("where no file can be kept, a command counts for itself alone, and says so", async () => {
    const { exitCode, stderr } = await bench.runWith(
      { env: { ...env, XDG_DATA_HOME: "/dev/null/none" } },
      "github",
      "whoami",
    );
    expect(exitCode).toBe(0);
    expect(stderr).toContain("this command counts its use of GitHub's limits for itself alone");
  });

  test("without a credential it is said which one is missing", async () => {
    const { exitCode, stderr } = await runWith({ env: { GITHUB_TOKEN: "" } }, "whoami");
    expect(exitCode).toBe(14);
    expect(stderr).toContain("GITHUB_TOKEN");
  });
});

describe("app manifest", () => {
  test("it asks for issues and contents, and for more only when told what for", async () => {
    const base = { contents: "write", issues: "write", metadata: "read" };
    expect(await json("app", "manifest")).toMatchObject({
      public: false,
      url: "https://github.com/acme",
      default_permissions: base,
    });
    expect(await json("app", "manifest", "--for", "provision", "workflows")).toMatchObject({
      default_permissions: { ...base, administration: "write", secrets: "write", actions: "write" },
    });
    for (const features of [["provision,workflows"], ["provision, workflows,"], ["provision", "workflows"]]) {
      expect(await json("app", "manifest", "--for", ...features)).toMatchObject({
        default_permissions: { ...base, administration: "write", secrets: "write", actions: "write" },
      });
    }
    for (const wrong of ["everything", "secrets,everything", ",", "constructor"])
      expect(await run("app", "manifest", "--for", wrong)).toMatchObject({ exitCode: 2 });
    expect(github.requests.names()).toEqual([]);
  });

  test("with --only it asks for nothing but what it is told", async () => {
    const only = async (...argv: readonly string[]) =>
      ((await json("app", "manifest", "--only", ...argv)) as { default_permissions: unknown })
        .default_permissions;
    expect(await only("--for", "issues")).toEqual({ issues: "write", metadata: "read" });
    expect(await only("--for", "secrets")).toEqual({ secrets: "write", metadata: "read" });
    expect(await only("--for", "contents,workflows")).toEqual({
      actions: "write",
      contents: "write",
      metadata: "read",
    });
    expect(await run("app", "manifest", "--only")).toMatchObject({ exitCode: 2 });
  });

  test("it asks for what single commands take, and with --only for nothing else", async () => {
    const asked = async (...argv: readonly string[]) =>
      ((await json("app", "manifest", ...argv)) as { default_permissions: unknown }).default_permissions;
    expect(await asked("--only", "--for", "secret list")).toEqual({ secrets: "read", metadata: "read" });
    expect(await asked("--only", "--for", "repo list,file get", "workflow logs")).toEqual({
      actions: "read",
      contents: "read",
      metadata: "read",
    });
    expect(await asked("--for", "secret list")).toEqual({
      contents: "write",
      issues: "write",
      metadata: "read",
      secrets: "read",
    });
    expect(await run("app", "manifest", "--for", "secret")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("secret list"),
    });
    const { stdout } = await run("app", "manifest", "--help");
    expect(stdout).toContain("Without --only the App can always write issues and contents");
  });
});

describe("provision", () => {
  const provision = ["provision", "shop", "--spec", "shop.yaml", "--secrets", "-", "--description", "A shop"];

  test("a project gets its repository, its specification and its secrets, and a second run changes nothing", async () => {
    writeFileSync(join(bench.folder, "shop.yaml"), "name: shop\nservices: [web, db]\n");
    const stdin = "KEY=value\n";
    const first = await runWith({ stdin }, ...provision);
    expect(first).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^done repository\ndone spec\ndone secret KEY\nhttp/u),
    });
    const second = await runWith({ stdin }, ...provision, "--json");
    expect(JSON.parse(second.stdout)).toMatchObject({
      ok: true,
      repository: { fullName: "acme/shop", private: true },
      steps: [
        { step: "repository", outcome: "unchanged" },
        { step: "spec", outcome: "unchanged" },
        { step: "secret KEY", outcome: "done" },
      ],
    });
    expect((await run("file", "get", "shop", ".project.yaml")).stdout).toContain("name: shop");
  });

  test("a step that fails is told, and the next run does the rest", async () => {
    writeFileSync(join(bench.folder, "shop.yaml"), '{"name": "shop"}');
    github.faults.add({
      operation: "actions/get-repo-public-key",
      times: 1,
      does: { kind: "status", status: 403, body: { message: "Resource not accessible by integration" } },
    });
    const first = await runWith({ stdin: "KEY=value" }, ...provision);
    expect(first).toMatchObject({
      exitCode: 14,
      stdout: expect.stringMatching(/^done repository\ndone spec\nfailed secret KEY\n/u),
      stderr: expect.stringContaining("Then run it again"),
    });
    expect(await runWith({ stdin: "KEY=value" }, ...provision)).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ["a list", "[1, 2]"],
    ["no YAML", "a: b: c"],
  ])("a specification that is %s is refused before anything is asked", async (_, text) => {
    writeFileSync(join(bench.folder, "shop.yaml"), text);
    expect(await runWith({ stdin: "KEY=value" }, ...provision)).toMatchObject({ exitCode: 2, stdout: "" });
    expect(github.requests.names()).toEqual([]);
  });
});

describe("--json", () => {
  const parts = async (argv: readonly string[], stdin = "") => {
    // On a terminal, where people would be told more.
    const { exitCode, stdout, stderr } = await bench.runWith(
      { clock: createFastClock(speed), env, stdin, columns: 80, terminalError: true },
      "github",
      ...argv,
      "--json",
    );
    return { exitCode, answer: JSON.parse(stdout) as unknown, stderr };
  };

  test("every command answers with one document on stdout, and says nothing else where it succeeds", async () => {
    writeFileSync(join(bench.folder, "shop.json"), '{"name": "shop"}');
    const succeeds = async (argv: readonly string[], stdin?: string) => {
      const { exitCode, answer, stderr } = await parts(argv, stdin);
      expect({ exitCode, stderr }, argv.join(" ")).toEqual({ exitCode: 0, stderr: "" });
      return answer;
    };
    await succeeds(["whoami"]);
    expect(Object.keys((await succeeds(["limits"])) as object).sort()).toEqual([
      "budgets",
      "github",
      "inFlight",
      "lanes",
      "principal",
      "waiting",
      "windows",
    ]);
    await succeeds(["app", "manifest"]);
    await succeeds(["repo", "create", "new"]);
    await succeeds(["repo", "list"]);
    await succeeds(["repo", "delete", "new", "--confirm", "acme/new"]);
    await succeeds(["file", "get", "data", "README.md"]);
    await succeeds(["file", "get", "data", "README.md", "--output", "copy.md"]);
    await succeeds(["file", "put", "data", "a.txt"], "text");
    await succeeds(["secret", "set", "data", "KEY"], "value");
    await succeeds(["secret", "set", "data", "--all", "-"], "A=1\nB=2\n");
    await succeeds(["secret", "list", "data"]);
    await succeeds(["provision", "shop", "--spec", "shop.json"]);
    const { id } = (await succeeds(["workflow", "run", "data", "deploy.yml"])) as { id: number };
    await succeeds(["workflow", "cancel", "data", String(id)]);
    await succeeds(["workflow", "watch", "data", String(id)]);
    await succeeds(["workflow", "logs", "data", String(id)]);
    await succeeds(["workflow", "logs", "data", String(id), "--failed"]);
  });

  test("where a part has failed the document is on stdout and one line with the error on stderr", async () => {
    const { exitCode, answer, stderr } = await parts(
      ["secret", "set", "data", "--all", "-"],
      "GOOD=1\nGITHUB_BAD=2\n",
    );
    expect({ exitCode, answer }).toMatchObject({
      exitCode: 2,
      answer: [
        { name: "GOOD", outcome: "created" },
        { name: "GITHUB_BAD", outcome: "failed" },
      ],
    });
    expect(stderr).toMatch(/^\{.*\}\n$/u);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "invalid_input" } });
  });
});
