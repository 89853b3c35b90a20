/**
 * @module `hubstead issues …`, each part on the emulator.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Caller, callAs } from "../../../test/emulator/call.ts";
import { startCheckedGitHub } from "../../../test/emulator/checked-github.ts";
import { createFastClock } from "../../../test/github/fast-clock.ts";
import type { EmulatedGitHub } from "../../emulator/start-github.ts";
import { createWriterKey } from "../../issues/signing/writer-key.ts";
import { openWorkbench, type Workbench } from "../captured-run.ts";

let github: EmulatedGitHub;
let bench: Workbench;
let env: Record<string, string>;
let ada: Caller;
let eve: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    seed: {
      users: { ada: {}, bob: {}, eve: {} },
      repositories: {
        "ada/data": { collaborators: { bob: "write" } },
        "ada/other": { visibility: "private" },
      },
    },
  });
  bench = openWorkbench();
  env = {
    GITHUB_API_URL: github.url,
    GITHUB_TOKEN: github.tokenFor("ada"),
    GITHUB_REPOSITORY: "ada/data",
    PATH: "",
  };
  ada = callAs(github, github.tokenFor("ada"));
  eve = callAs(github, github.tokenFor("eve"));
});
afterEach(async () => {
  bench.remove();
  await github.close();
});

interface Options {
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  readonly columns?: number;
  readonly terminalError?: boolean;
  readonly signal?: AbortSignal;
}

// Faster than the wall, or the pauses between two writes would be the tests' own.
const speed = 20;

function runWith(options: Options, ...argv: readonly string[]) {
  return bench.runWith(
    { clock: createFastClock(speed), ...options, env: { ...env, ...options.env } },
    "issues",
    ...argv,
  );
}

const run = (...argv: readonly string[]) => runWith({}, ...argv);

const json = async (...argv: readonly string[]): Promise<unknown> => {
  const { exitCode, stdout, stderr } = await run(...argv, "--json");
  expect({ exitCode, stderr }, argv.join(" ")).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout);
};

const comment = (as: Caller, issue: number, body: unknown) =>
  as(`POST /repos/ada/data/issues/${issue}/comments`, {
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const bodyOf = async (issue: number): Promise<unknown> =>
  JSON.parse(((await ada(`GET /repos/ada/data/issues/${issue}`)).body as { body: string }).body);

describe("an object", () => {
  test("is made, changed, read as it is and as it was, deleted and restored", async () => {
    expect(
      await json("create", "metrics", "count:=0", "owner.name=Ada", "--label", "todo", "--status", "open"),
    ).toMatchObject({
      id: "metrics",
      data: { count: 0, owner: { name: "Ada" } },
      version: 1,
      issueNumber: 1,
      labels: ["todo"],
      status: "open",
    });
    expect(await json("update", "metrics", "count:=1", "--process")).toMatchObject({
      id: "metrics",
      issueNumber: 1,
      version: 2,
      outcomes: [{ outcome: "applied", by: "ada", version: 2 }],
    });
    expect(await json("get", "metrics")).toMatchObject({ data: { count: 1, owner: { name: "Ada" } } });
    expect(await json("get", "metrics", "--at", "1")).toMatchObject({
      id: "metrics",
      version: 1,
      by: "ada",
      data: { count: 0 },
    });
    expect((await run("get", "metrics", "--at", "1")).stdout).toMatch(
      /^id +metrics\nversion +1\nmade +\S+ \S+Z\nby +ada\n\n\{\n {2}"count": 0,/u,
    );
    expect(await json("replace", "metrics", "--data", '{"only":1}', "--process")).toMatchObject({
      version: 3,
    });
    expect(await bodyOf(1)).toEqual({ only: 1 });
    expect(await json("delete", "metrics")).toEqual({ id: "metrics", deleted: true });
    expect(await run("get", "metrics")).toMatchObject({ exitCode: 10 });
    expect(await json("restore", "metrics")).toMatchObject({ data: { only: 1 }, version: 3 });
    expect(await json("history", "metrics")).toMatchObject([
      { kind: "create", version: 1, by: "ada" },
      { kind: "update", version: 2, edits: [{ op: "merge", data: { count: 1 } }] },
      { kind: "update", version: 3, edits: [{ op: "replace" }] },
    ]);
  });

  test("takes its data from a file, from the standard input, and key=value on top of them", async () => {
    writeFileSync(join(bench.folder, "data.json"), '{"a": 1, "b": 2}');
    expect(await json("create", "one", "--data", "@data.json", "b:=3")).toMatchObject({
      data: { a: 1, b: 3 },
    });
    const piped = await runWith({ stdin: '{"a": 5}' }, "create", "two", "--data", "-", "--json");
    expect(JSON.parse(piped.stdout)).toMatchObject({ data: { a: 5 } });
    await runWith({ stdin: '{"c": [1]}' }, "update", "two", "--data", "-", "--process");
    expect(await bodyOf(2)).toEqual({ a: 5, c: [1] });
  });

  test("all changes of one command travel in one comment, and fields go before others are set", async () => {
    await json("create", "metrics", "count:=1", "old:=true", "note=x", 'tags:=["a"]', "/a.b=dot");
    github.requests.clear();
    await json(
      "update",
      "metrics",
      "note=y",
      "--increment",
      "/count=41",
      "--increment",
      "views",
      "--append",
      "/tags=b",
      "--append",
      "tags:=[1]",
      "--unset",
      "old",
      "--unset",
      "/a.b",
      "--process",
    );
    expect(await bodyOf(1)).toEqual({ count: 42, note: "y", tags: ["a", "b", [1]], views: 1 });
    const comments = (await ada("GET /repos/ada/data/issues/1/comments")).body as readonly unknown[];
    expect(comments).toHaveLength(2);
  });

  test("a change that is not processed waits, and says so", async () => {
    await json("create", "metrics", "count:=0");
    expect(await run("update", "metrics", "count:=1")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^sent metrics \(comment \d+ of issue 1\)\n$/u),
      stderr: "it waits to be processed: `hubstead issues process-updates`, or a workflow\n",
    });
    expect(await json("get", "metrics")).toMatchObject({ data: { count: 0 }, isPending: true });
    expect((await run("get", "metrics")).stdout).toMatch(/^version +\d, and changes wait$/mu);
    expect(await json("process-updates", "--issue", "1")).toMatchObject({
      processed: [{ id: "metrics", issueNumber: 1, version: 2, outcomes: [{ outcome: "applied" }] }],
      failed: [],
    });
  });

  test("a change that does not apply fails where it was to be made at once, and the others of it are done", async () => {
    await json("create", "metrics", "count=many");
    const { exitCode, stdout, stderr } = await run(
      "update",
      "metrics",
      "a:=1",
      "--increment",
      "/count=1",
      "--process",
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "updated metrics (version 2)\n" });
    expect(stderr).toContain('error: a change of "metrics" does not apply, because /count is no number');
    expect(await bodyOf(1)).toEqual({ a: 1, count: "many" });
  });

  test("the repository is --repo, else GITHUB_REPOSITORY, else git's remote, else asked for", async () => {
    await json("create", "here", "a:=1");
    expect(await run("get", "here", "--repo", "ada/other")).toMatchObject({ exitCode: 10 });
    const elsewhere = { GITHUB_REPOSITORY: "ada/other" };
    expect(await runWith({ env: elsewhere }, "get", "here", "-R", "ada/data")).toMatchObject({ exitCode: 0 });
    expect(
      await runWith({ env: { ...elsewhere, GITHUB_ORG: "ada" } }, "get", "here", "-R", "data"),
    ).toMatchObject({ exitCode: 0 });
    const nowhere = { env: { GITHUB_REPOSITORY: "" } };
    expect(await runWith(nowhere, "get", "here")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("hint: Name it: --repo OWNER/REPO; or set GITHUB_REPOSITORY"),
    });
    mkdirSync(join(bench.folder, ".git"));
    writeFileSync(
      join(bench.folder, ".git", "config"),
      '[remote "origin"]\n\turl = git@github.com:ada/data.git\n',
    );
    expect(await runWith(nowhere, "get", "here")).toMatchObject({ exitCode: 0 });
  });
});

describe("list", () => {
  test("all objects, those with a label, those that have changed since", async () => {
    await json("create", "old", "title=Old", "--label", "todo");
    github.clock.advance(3_600_000);
    await json("create", "new", "title=New", "--label", "TODO", "--label", "more");
    const ids = async (...argv: readonly string[]) =>
      ((await json("list", ...argv)) as { objects: { id: string }[] }).objects.map(({ id }) => id);
    expect(await ids()).toEqual(["old", "new"]);
    expect(await ids("--label", "todo")).toEqual(["old", "new"]);
    expect(await ids("--label", "todo", "--label", "more")).toEqual(["new"]);
    const since = new Date(github.clock.now() - 60_000).toISOString();
    expect(await ids("--since", since)).toEqual(["new"]);
    expect(await ids("--since", since, "--label", "Todo")).toEqual(["new"]);
    expect((await run("list")).stdout).toMatch(
      /^old\t1\t\t\S+\t1\t\t\{"title":"Old"\}\nnew\t1\t\t\S+\t2\t\t\{"title":"New"\}\n$/u,
    );
  });

  test("what cannot be shown is told, and not lost", async () => {
    const labels = ["gh-store", "stored-object", "UID:broken"];
    await ada("POST /repos/ada/data/issues", { title: "x", body: "no JSON", labels });
    expect(await run("list")).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: "there are no objects\nbroken (issue 1) cannot be shown, because its body is no JSON\n",
    });
    expect(await json("list")).toMatchObject({ unreadable: [{ id: "broken", body: "no JSON" }] });
    expect(await run("get", "broken")).toMatchObject({
      exitCode: 17,
      stderr: expect.stringContaining("hint: Look at issue 1; --json shows its body in `data.body`."),
    });
  });

  test("numbers that JavaScript cannot hold are shown as they stand", async () => {
    const labels = ["gh-store", "stored-object", "UID:large"];
    await ada("POST /repos/ada/data/issues", { title: "x", body: '{"n": 12345678901234567890}', labels });
    for (const argv of [
      ["history", "large", "--json"],
      ["history", "large"],
      ["get", "large", "--at", "1"],
    ])
      expect((await run(...argv)).stdout, argv.join(" ")).toContain("12345678901234567890");
  });
});

describe("objects that others stand for", () => {
  test("an alias leads to its object, and what is said to it counts there", async () => {
    await json("create", "new-name", "count:=0");
    await json("create", "old-name", "count:=0");
    expect(await run("alias", "old-name", "new-name")).toMatchObject({
      exitCode: 0,
      stdout: "made old-name stands for new-name\n",
    });
    expect(await json("alias", "old-name")).toEqual({ id: "old-name", target: "new-name" });
    expect(await json("alias")).toEqual({ "old-name": "new-name" });
    expect((await run("alias")).stdout).toBe("old-name\tnew-name\n");
    await json("update", "old-name", "count:=5");
    const { stdout } = await run("process-updates");
    expect(stdout).toMatch(/^applied\told-name\t2\t.*\napplied\tnew-name\t1\t/u);
    expect(await bodyOf(1)).toEqual({ count: 5 });
    for (const [argv, exitCode] of [
      [["alias", "old-name", "none"], 10],
      [["alias", "new-name", "old-name"], 2],
      [["alias", "new-name", "new-name"], 2],
    ] as const) {
      const refused = await run(...argv);
      expect({ argv, exitCode: refused.exitCode }).toEqual({ argv, exitCode });
      expect(refused.stderr).toMatch(/^error: .+\n hint: .+\n$/u);
    }
  });

  test("a deprecated object is none any more, until it is restored", async () => {
    await json("create", "old", "a:=1");
    await json("create", "new", "b:=2");
    expect(await json("deprecate", "old", "new", "--reason", "merged")).toEqual({
      id: "old",
      target: "new",
      reason: "merged",
    });
    expect(await run("get", "old")).toMatchObject({ exitCode: 10 });
    expect(await json("alias", "old")).toMatchObject({ target: "new" });
    expect(await json("restore", "old")).toMatchObject({ data: { a: 1 } });
    expect(await run("deprecate", "old", "old")).toMatchObject({ exitCode: 2 });
    expect(await run("deprecate", "old", "new", "--reason", "boredom")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("duplicate, merged, replaced"),
    });
  });

  test("duplicates are shown, and become one", async () => {
    await json("create", "one", "a:=1");
    await json("create", "twice", "a:=1");
    const labels = ["gh-store", "stored-object", "UID:twice"];
    const title = "Stored Object: twice";
    await ada("POST /repos/ada/data/issues", { title, body: '{"b": 2}', labels });
    expect((await run("list")).stderr).toContain(
      "issue 3 is a second one of twice: `hubstead issues dedupe`",
    );
    expect((await run("dedupe", "--dry-run")).stdout).toBe("twice\t2\t3\n");
    expect(await json("dedupe", "one", "--dry-run")).toEqual([]);
    expect(await json("dedupe", "twice")).toEqual([{ id: "twice", kept: 2, deprecated: [3] }]);
    expect(await run("dedupe")).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: "there are no duplicates\n",
    });
  });

  test("the audit log tells who, what became of it, and why", async () => {
    await json("create", "metrics", "count:=0");
    await comment(eve, 1, { count: 666 });
    await json("update", "metrics", "count:=1", "--process");
    expect(await json("audit", "metrics")).toMatchObject([
      { id: "metrics", by: "eve", outcome: "refused", because: "eve has the role read" },
      { by: "ada", outcome: "applied", version: 2, edits: [{ op: "merge" }] },
    ]);
    expect((await run("audit")).stdout).toMatch(
      /^\S+ \S+\trefused\tmetrics\t1\t\d+\teve\teve has the role read\t\n\S+ \S+\tapplied\tmetrics\t1\t\d+\tada\t.*\tcount=1\n$/u,
    );
    github.clock.advance(3_600_000);
    const since = new Date(github.clock.now() - 60_000).toISOString();
    expect(await json("audit", "--since", since)).toEqual([]);
    expect(await run("audit", "none")).toMatchObject({ exitCode: 10 });
  });
});

describe("settings", () => {
  test("hubstead.yml names the repository, and whose changes count", async () => {
    await json("create", "metrics", "count:=0");
    await comment(eve, 1, { count: 1 });
    writeFileSync(
      join(bench.folder, "hubstead.yml"),
      "issues: { repo: ada/data, trust: { users: [eve] } }\n",
    );
    const nowhere = { env: { GITHUB_REPOSITORY: "" } };
    expect(await runWith(nowhere, "process-updates")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^applied\tmetrics\t1\t\d+\t2\teve\t\n$/u),
    });
    writeFileSync(join(bench.folder, "hubstead.yml"), "issues: { trsut: {} }\n");
    expect(await run("list")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Did you mean "trust"?'),
    });
  });

  test("changes are signed with HUBSTEAD_SIGNING_KEY where hubstead.yml wants it, and refused without", async () => {
    const { privateKey, publicKey } = createWriterKey();
    const { id: user } = github.state.accounts.find("login", "ada")!;
    const content = Buffer.from(JSON.stringify({ v: 1, keys: [{ publicKey, user }] })).toString("base64");
    await ada("PUT /repos/ada/data/contents/.github/hubstead/keys.json", { message: "Keys", content });
    writeFileSync(join(bench.folder, "hubstead.yml"), "issues: { trust: { signed: true } }\n");
    const refused = await run("create", "metrics", "n:=1");
    expect(refused.exitCode).toBe(14);
    expect(refused.stderr).toContain("there is no key to sign with");
    const signing = { env: { HUBSTEAD_SIGNING_KEY: privateKey } };
    expect((await runWith(signing, "create", "metrics", "n:=1")).exitCode).toBe(0);
    expect((await runWith(signing, "update", "metrics", "n:=2", "--process")).exitCode).toBe(0);
    expect(await json("get", "metrics")).toMatchObject({ data: { n: 2 } });
  });

  test("gh-store's config.yml is taken, and told where it is wrong", async () => {
    writeFileSync(
      join(bench.folder, "config.yml"),
      'store: { uid_prefix: "ID:", reactions: { processed: "hooray" }, log: { level: DEBUG, format: "{level}!" } }\n',
    );
    const made = await run("create", "metrics", "--config", "config.yml");
    expect(made).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^(?:DEBUG!\n)+$/u) });
    const { labels } = (await ada("GET /repos/ada/data/issues/1")).body as { labels: { name: string }[] };
    expect(labels.map(({ name }) => name)).toContain("ID:metrics");
    await run("update", "metrics", "a:=1", "--process", "--config", "config.yml");
    expect(github.state.reactions.all().map(({ content }) => content)).toContain("hooray");
    expect(await run("get", "metrics")).toMatchObject({ exitCode: 10 });
    writeFileSync(join(bench.folder, "config.yml"), "store: { base_lable: x }\n");
    expect(await run("list", "--config", "config.yml")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Did you mean "base_label"?'),
    });
    expect(await run("list", "--config", "none.yml")).toMatchObject({
      exitCode: 10,
      stderr: expect.stringContaining("Name a config.yml that is there"),
    });
  });
});

describe("without a credential", () => {
  const nobody = { env: { GITHUB_TOKEN: "" } };

  test("what is public is read, and what takes one says which", async () => {
    await json("create", "metrics", "count:=0");
    for (const argv of [["get", "metrics"], ["list"], ["snapshot"]])
      expect(await runWith(nobody, ...argv), argv.join(" ")).toMatchObject({ exitCode: 0 });
    for (const argv of [["history", "metrics"], ["update", "metrics", "a:=1"], ["process-updates"]])
      expect(await runWith(nobody, ...argv), argv.join(" ")).toMatchObject({
        exitCode: 14,
        stderr: expect.stringContaining("set GITHUB_TOKEN"),
      });
  });

  test("what is private looks as if it were not there", async () => {
    expect(await runWith(nobody, "list", "--repo", "ada/other")).toMatchObject({
      exitCode: 10,
      stderr: expect.stringContaining("a private repository that the token may not read looks the same."),
    });
  });
});

describe("process-updates", () => {
  const update = (data: object) => ({
    _data: data,
    _meta: { client_version: "0.11.2", timestamp: "2026-11-20T09:56:38+00:00", update_mode: "append" },
  });

  test("tells what was applied and what was refused, with the reason, and ends with 0", async () => {
    await json("create", "metrics", "count:=0");
    await comment(eve, 1, update({ count: 666 }));
    await comment(ada, 1, update({ count: 1 }));
    await comment(ada, 1, "[1]");
    expect(await run("process-updates")).toMatchObject({
      exitCode: 0,
      stderr: "",
      stdout: expect.stringMatching(
        /^refused\tmetrics\t1\t\d+\t\teve\teve has the role read\napplied\tmetrics\t1\t\d+\t2\tada\t\nrefused\tmetrics\t1\t\d+\t\tada\tit is no JSON object\n$/u,
      ),
    });
    expect(await bodyOf(1)).toEqual({ count: 1 });
    expect(await run("process-updates")).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: "nothing waits\n",
    });
  });

  test("tells what does not apply, and what was undone", async () => {
    await json("create", "metrics", "count=many");
    await json("update", "metrics", "--increment", "/count");
    expect(await json("process-updates", "--issue", "1")).toMatchObject({
      processed: [
        { outcomes: [{ outcome: "void", because: expect.stringContaining("/count is no number") }] },
      ],
    });
  });

  test("an object that fails stops no other, and the command ends with its exit code", async () => {
    for (const id of ["one", "two", "three"]) await json("create", id, "n:=0");
    for (const issue of [1, 2, 3]) await comment(ada, issue, update({ n: 1 }));
    const newer = { _data: {}, _meta: { hubstead: { v: 99 } } };
    await comment(ada, 2, newer);
    const { exitCode, stdout, stderr } = await run("process-updates");
    expect(exitCode).toBe(17);
    expect(stdout).toMatch(/^applied\tone.*\napplied\tthree.*\nfailed\ttwo\t2\t/u);
    expect(stderr).toMatch(
      /^error: 1 of 3 objects were not processed: comment \d+ .* newer version\n hint: Update hubstead here;.* The others are done; it is safe to run it again\.\n$/u,
    );
    expect([await bodyOf(1), await bodyOf(3)]).toEqual([{ n: 1 }, { n: 1 }]);
    const told = await run("process-updates", "--json");
    expect(JSON.parse(told.stdout)).toMatchObject({
      failed: [{ id: "two", issueNumber: 2, error: { code: "unsupported_format" } }],
    });
    expect(JSON.parse(told.stderr)).toMatchObject({
      error: { code: "unsupported_format", data: { failed: [{ id: "two", issueNumber: 2 }] } },
    });
  });

  test("an issue that is no object says why, and one that is not there as well", async () => {
    await ada("POST /repos/ada/data/issues", { title: "A question" });
    expect(await run("process-updates", "--issue", "1")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("because it has no label UID:"),
    });
    expect(await run("process-updates", "--issue", "99")).toMatchObject({ exitCode: 10 });
    expect(await run("process-updates", "--issue", "one")).toMatchObject({ exitCode: 2 });
  });

  describe("in a job", () => {
    const evil = "a\n::stop-commands::y|<b>@ada</b> [x](http://x) www.evil.example\u001b[31m##[add-mask]z";

    const inJob = (...argv: readonly string[]) => {
      const summary = join(bench.folder, "summary.md");
      writeFileSync(summary, "before\n");
      const job = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
      return runWith({ env: job }, ...argv).then((result) => ({
        ...result,
        summary: readFileSync(summary, "utf8"),
      }));
    };

    test("what does not count is a warning and a row of the summary", async () => {
      await json("create", "metrics", "count:=0");
      await comment(eve, 1, update({ count: 666 }));
      await comment(ada, 1, update({ count: 1 }));
      const { exitCode, stdout, stderr, summary } = await inJob("process-updates");
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout.split("\n")[0]).toBe(
        "::warning title=hubstead::metrics (issue 1): refused of eve, because eve has the role read",
      );
      expect(summary).toBe(
        "before\n### 1 changes of 1 objects applied&#44; 1 not\n\n| outcome | object | issue | by | because |\n| --- | --- | --- | --- | --- |\n| refused | metrics | &#35;1 | eve | eve has the role read |\n\n",
      );
    });

    test("with --json the log holds one document, and the summary the table", async () => {
      await json("create", "metrics", "count:=0");
      await comment(eve, 1, update({ count: 666 }));
      const { stdout, summary } = await inJob("process-updates", "--json");
      expect(JSON.parse(stdout)).toMatchObject({ processed: [{ outcomes: [{ outcome: "refused" }] }] });
      expect(summary).toContain("| refused |");
    });

    test("nothing that anybody has written is a command, Markdown or a link", async () => {
      await json("create", "metrics", "count:=0");
      // A path that does not exist as text comes back in the reason.
      await json("update", "metrics", "--append", `${JSON.stringify(evil).slice(1, -1)}=1`);
      const field = `/${evil.replaceAll("/", "~1")}`;
      await json("update", "metrics", `${field}=text`);
      await json("update", "metrics", "--increment", field);
      const { stdout, summary } = await inJob("process-updates");
      expect(stdout).toContain("::warning title=hubstead::metrics (issue 1): void");
      const lines = stdout.split("\n");
      expect(lines.filter((line) => /^\s*::/u.test(line) && !line.startsWith("::warning title="))).toEqual(
        [],
      );
      expect(lines.filter((line) => !line.startsWith("::") && line.includes("##["))).toEqual([]);
      expect(stdout).not.toContain("\u001b");
      expect(summary).not.toMatch(/[<>@[\]\u001b]|www\.|http:|\|[^ \n]/u);
      expect(summary.split("\n").filter((line) => line.startsWith("::"))).toEqual([]);
    });

    test("strangers cannot fill the page: ten warnings, and a word of the rest", async () => {
      await json("create", "metrics", "count:=0");
      for (let count = 0; count < 13; count++) await comment(eve, 1, update({ count }));
      const { stdout } = await inJob("process-updates");
      const warnings = stdout.split("\n").filter((line) => line.startsWith("::warning"));
      expect(warnings).toHaveLength(11);
      expect(warnings.at(-1)).toBe("::warning title=hubstead::and 3 more: see the summary");
    });

    test("a summary that cannot be written is no failure", async () => {
      await json("create", "metrics", "count:=0");
      await comment(ada, 1, update({ count: 1 }));
      const job = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: "/dev/null/none" };
      expect(await runWith({ env: job }, "process-updates")).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining("the job's summary cannot be written"),
      });
    });
  });
});

describe("snapshot", () => {
  test("a file that is written whole, and brought up to date", async () => {
    await json("create", "one", "n:=1", "name=Grüße");
    expect(await run("snapshot", "--output", "s.json")).toMatchObject({
      exitCode: 0,
      stdout: "written s.json (1 objects)\n",
    });
    const path = join(bench.folder, "s.json");
    const text = readFileSync(path, "utf8");
    expect(JSON.parse(text)).toMatchObject({
      repository: "ada/data",
      objects: { one: { data: { n: 1, name: "Grüße" }, meta: { issue_number: 1, object_id: "one" } } },
    });
    expect(text).toContain("Gr\\u00fc\\u00dfe");
    // The standard output holds the same, but for when.
    const piped = (await run("snapshot")).stdout;
    expect(JSON.parse(piped).objects).toEqual(JSON.parse(text).objects);

    utimesSync(path, 1, 1);
    const before = statSync(path);
    expect(await json("update-snapshot", "--snapshot-path", "s.json")).toEqual({
      path: "s.json",
      outcome: "unchanged",
      objects: 1,
      unreadable: [],
    });
    expect({ ino: statSync(path).ino, mtimeMs: statSync(path).mtimeMs }).toEqual({
      ino: before.ino,
      mtimeMs: before.mtimeMs,
    });

    github.clock.advance(60_000);
    await json("create", "two", "n:=2");
    await json("delete", "one");
    expect(await json("update-snapshot", "--snapshot-path", "s.json")).toMatchObject({ outcome: "updated" });
    expect(Object.keys(JSON.parse(readFileSync(path, "utf8")).objects)).toEqual(["two"]);
    expect(readdirSync(bench.folder).filter((name) => name.includes("s.json"))).toEqual(["s.json"]);
  });

  test.each([
    ["is not there", ["--snapshot-path", "none.json"], 10, "Check the path."],
    ["is no snapshot", ["--snapshot-path", "other.json"], 2, "Name a file that `hubstead issues snapshot`"],
    ["is a folder", ["--snapshot-path", "."], 2, "Name a file."],
    ["is not named", [], 2, "`hubstead issues --help`"],
  ])("a file that %s is told before anything is asked", async (_, argv, exitCode, hint) => {
    writeFileSync(join(bench.folder, "other.json"), "{}");
    expect(await run("update-snapshot", ...argv)).toMatchObject({
      exitCode,
      stdout: "",
      stderr: expect.stringContaining(hint),
    });
    expect(github.requests.names()).toEqual([]);
  });

  test("a folder that is not there leaves nothing behind", async () => {
    await json("create", "one", "n:=1");
    expect(await run("snapshot", "--output", "none/s.json")).toMatchObject({
      exitCode: 10,
      stderr: expect.stringContaining("none/s.json does not exist"),
    });
  });
});

describe("what goes wrong", () => {
  test.each([
    ["no such object", ["get", "none"], 10, "Create it, or look with `hubstead issues list`"],
    ["no such object to change", ["update", "none", "a:=1"], 10, "look with `hubstead issues list`"],
    ["no such object to delete", ["delete", "none"], 10, "look with `hubstead issues list`"],
    ["no such object to restore", ["restore", "none"], 10, "look with `hubstead issues list`"],
    ["no such history", ["history", "none"], 10, "look with `hubstead issues list`"],
    ["nothing to change", ["update", "metrics"], 2, "Give key=value, --data, --unset, --append"],
    ["no data", ["replace", "metrics"], 2, "Give key=value, or --data"],
    ["no number to add", ["update", "metrics", "--increment", "n=many"], 2, "double quotes"],
    ["a text to add", ["update", "metrics", "--increment", 'n="1"'], 2, "Write /count=5, or /count=-1."],
    ["no item", ["update", "metrics", "--append", "tags"], 2, "Write key=text, or key:=JSON"],
    ["no field", ["update", "metrics", "--unset", ""], 2, "JSON Pointer"],
    ["no id", ["create", " x"], 2, "Use 1 to 200 letters"],
    ["no label", ["create", "x", "--label", "a,b"], 2, "no comma"],
    ["no moment", ["get", "metrics", "--at", "newest"], 2, "Write 2025-01-31"],
    ["no time", ["list", "--since", "newest"], 2, "how long ago: 90m, 24h, 7d"],
    ["no repository's name", ["list", "--repo", "data"], 2, "Write OWNER/REPO."],
    ["a path for a repository", ["list", "--repo", "ada/.."], 2, "Write OWNER/REPO."],
    ["no such repository", ["list", "--repo", "ada/none"], 10, "takes issues=read."],
    ["no such repository to write to", ["create", "x", "--repo", "ada/none"], 10, "takes issues=write."],
    ["an unknown part", ["frobnicate"], 2, "`hubstead issues --help`"],
    ["a part with a slip", ["procss-updates"], 2, "Did you mean process-updates?"],
    ["no part", [], 2, "`hubstead issues --help`"],
    ["a token that is none", ["get", "x", "--token", "$".concat("{{ secrets.T }}")], 2, "put the value in"],
    ["an empty token", ["get", "x", "--token", ""], 14, "GITHUB_TOKEN"],
  ] as const)("%s is told with what to do", async (_, argv, exitCode, hint) => {
    const result = await run(...argv);
    expect(result).toMatchObject({ exitCode, stdout: "", stderr: expect.stringContaining(hint) });
    expect(result.stderr).toMatch(/^(?:warning: .*\n)?error: .+\n hint: .+\n$/u);
  });

  test("what is there already, and has another version only", async () => {
    await json("create", "metrics", "count:=0");
    expect(await run("create", "metrics")).toMatchObject({
      exitCode: 11,
      stderr: expect.stringContaining("hint: Change it with `hubstead issues update` or `replace`."),
    });
    expect(await run("restore", "metrics")).toMatchObject({ exitCode: 11 });
    expect(await run("get", "metrics", "--at", "7")).toMatchObject({
      exitCode: 10,
      stderr: expect.stringContaining("Look with `hubstead issues history` for the versions"),
    });
    const large = "x".repeat(61_000);
    expect(
      await runWith({ stdin: JSON.stringify({ large }) }, "create", "large", "--data", "-"),
    ).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("split the object"),
    });
  });

  test("who may only read is told what it takes", async () => {
    await json("create", "metrics", "count:=0");
    const reader = { env: { GITHUB_TOKEN: github.tokenFor("eve") } };
    expect(await runWith(reader, "get", "metrics")).toMatchObject({ exitCode: 0 });
    for (const argv of [
      ["update", "metrics", "--unset", "count", "--process"],
      ["delete", "metrics"],
    ]) {
      const { exitCode, stderr } = await runWith(reader, ...argv);
      expect({ argv, exitCode }).toEqual({ argv, exitCode: 14 });
      expect(stderr).toContain(`\`hubstead issues ${argv[0]}\` takes issues=write.`);
    }
    expect(await bodyOf(1)).toEqual({ count: 0 });
  });

  test("while GitHub asks to wait longer than a command does, it says until when", async () => {
    github.faults.add({
      operation: "issues/list-for-repo",
      does: {
        kind: "status",
        status: 403,
        headers: { "retry-after": "7200" },
        body: { message: "You have exceeded a secondary rate limit." },
      },
    });
    const { exitCode, stderr } = await run("list", "--json");
    expect(exitCode).toBe(15);
    expect(JSON.parse(stderr)).toMatchObject({ error: { data: { retryAt: expect.any(String) } } });
  });

  test("Ctrl-C ends with 130", async () => {
    await json("create", "metrics", "count:=0");
    github.faults.add({ operation: "issues/*", does: { kind: "timeout" } });
    const interruption = new AbortController();
    const running = runWith({ signal: interruption.signal }, "update", "metrics", "a:=1");
    interruption.abort();
    expect(await running).toMatchObject({ exitCode: 130, stdout: "" });
    github.faults.clear();
  });
});

describe("what must not be shown", () => {
  test("--token works, with one line that says why not to", async () => {
    const token = github.tokenFor("bob");
    const others = { GITHUB_TOKEN: "", HUBSTEAD_GITHUB_TOKEN: "ghp_none", GITHUB_APP_ID: "12" };
    const made = await runWith({ env: others }, "create", "metrics", "--token", token);
    expect(made).toMatchObject({
      exitCode: 0,
      stdout: "created metrics (issue 1)\n",
      stderr: "warning: others on this machine may see --token; set GITHUB_TOKEN instead\n",
    });
    expect(((await ada("GET /repos/ada/data/issues/1")).body as { user: object }).user).toMatchObject({
      login: "bob",
    });
    expect(await runWith({ env: others }, "get", "metrics", "--json", `--token=${token}`)).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
  });

  test("no token reaches what is printed, wherever it was put", async () => {
    const canary = "ghp_canarycanarycanarycanarycanary012345";
    const places = [
      ["list", "--token", canary],
      ["list", `--token=${canary}`, "--debug"],
      ["list", "--repo", canary],
      ["list", "--repo", `ada/${canary}`],
      ["list", "--since", canary],
      ["get", canary],
      ["get", "x", "--at", canary],
      ["get", "x", canary],
      ["update", canary, `a=${canary}`],
      ["update", "x", "--append", canary],
      ["update", "x", "--increment", canary],
      ["update", "x", "--data", `{${canary}`],
      ["process-updates", "--issue", canary],
      ["snapshot", "--output", `none/${canary}`],
      ["update-snapshot", "--snapshot-path", canary],
      [canary],
      [`--${canary}`],
    ];
    for (const argv of places)
      for (const view of [[], ["--json"], ["--debug"]]) {
        const { exitCode, stdout, stderr } = await run(...argv, ...view);
        expect(exitCode, argv.join(" ")).not.toBe(0);
        expect(stdout + stderr, argv[0]).not.toContain("canarycanary");
      }
    expect(JSON.stringify(github.requests.list().map(({ path }) => path))).not.toContain(`token=${canary}`);
  });

  test("a terminal is sent nothing of others that it would obey", async () => {
    const evil = "\u001b]0;owned\u0007\u001b[31m\u202e";
    await json("create", "metrics", `title=${evil}`, "--label", "todo");
    await json("update", "metrics", `note=${evil}`, "--process");
    await comment(eve, 1, { _data: { a: evil }, _meta: evil });
    for (const argv of [
      ["get", "metrics"],
      ["list"],
      ["history", "metrics"],
      ["process-updates"],
      ["snapshot"],
    ])
      for (const view of [[], ["--json"]]) {
        const { exitCode, stdout, stderr } = await runWith(
          { columns: 120, terminalError: true, env: { NO_COLOR: "1" } },
          ...argv,
          ...view,
        );
        expect(exitCode, argv.join(" ")).toBe(0);
        expect(stdout + stderr, argv.join(" ")).not.toMatch(/[\u0007\u001b\u202e]/u);
      }
  });
});

test("no help of a part is left out", async () => {
  const { stdout } = await run("--help");
  const parts = ["create", "get", "update", "replace", "delete", "restore", "list", "history"];
  const others = ["process-updates", "snapshot", "update-snapshot", "alias", "deprecate", "dedupe", "audit"];
  for (const part of [...parts, ...others]) {
    expect(stdout).toMatch(new RegExp(`^  ${part} `, "mu"));
    const help = await run(part, "--help");
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    for (const text of ["--repo", "--token", "--json", "Exit codes: 0 done", "Example"])
      expect(help.stdout, part).toContain(text);
  }
});
