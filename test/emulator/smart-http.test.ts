/**
 * @module Stock git clones from the emulator and pushes to it.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { createStockGit, type StockGit } from "./stock-git.ts";

let github: EmulatedGitHub;
let ada: Caller;
let git: StockGit;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: { email: "ada@example.org" }, bob: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": { files: { "README.md": "# Data\n" }, defaultBranch: "trunk" },
        "acme/empty": {},
        "acme/secret": { visibility: "private", files: { a: "hidden" } },
      },
      apps: {
        robot: {
          permissions: { contents: "write" },
          installations: { acme: "all" },
        },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  git = createStockGit();
});
afterEach(async () => {
  git.remove();
  await github.close();
});

function urlOf(repository: string, token?: string): string {
  return token === undefined
    ? `${github.url}/${repository}`
    : `${github.url.replace("//", `//x-access-token:${token}@`)}/${repository}`;
}

/** A clone with one more commit. */
async function cloneAndCommit(repository: string, token: string): Promise<string> {
  await git.run(".", "clone", "-q", urlOf(repository, token), "work");
  writeFileSync(join(git.folder, "work", "new.txt"), "new\n");
  await git.run("work", "add", ".");
  await git.run("work", "commit", "-q", "-m", "Add a file");
  return git.run("work", "rev-parse", "HEAD");
}

test.each(["acme/data.git", "acme/data"])(
  "anyone clones the public %s, on its default branch",
  async (name) => {
    await git.run(".", "clone", "-q", urlOf(name), "work");
    expect(readFileSync(join(git.folder, "work", "README.md"), "utf8")).toBe("# Data\n");
    expect(await git.run("work", "branch", "--show-current")).toBe("trunk");
    expect(await git.run("work", "fsck", "--strict")).toBe("");
  },
);

test("a push is seen by the API, and by a pull", async () => {
  const oid = await cloneAndCommit("acme/data.git", github.tokenFor("ada"));
  await git.run(".", "clone", "-q", urlOf("acme/data"), "other");
  await git.run("work", "tag", "-a", "v1", "-m", "First");
  await git.run("work", "push", "-q", "--follow-tags", "origin", "trunk", "HEAD:refs/heads/topic/x");
  expect((await ada("GET /repos/acme/data/git/ref/heads/trunk")).body.object.sha).toBe(oid);
  expect((await ada("GET /repos/acme/data/branches")).body).toHaveLength(2);
  expect((await ada("GET /repos/acme/data/tags")).body).toMatchObject([{ name: "v1", commit: { sha: oid } }]);
  expect((await ada(`GET /repos/acme/data/commits/${oid}`)).body).toMatchObject({ author: { login: "ada" } });
  await git.run("other", "pull", "-q");
  expect(await git.run("other", "rev-parse", "HEAD")).toBe(oid);
});

test("what the API commits is fetched", async () => {
  await git.run(".", "clone", "-q", urlOf("acme/data"), "work");
  const { body } = await ada("PUT /repos/acme/data/contents/api.txt", { message: "m", content: "YQ==" });
  await git.run("work", "pull", "-q");
  expect(await git.run("work", "rev-parse", "HEAD")).toBe(body.commit.sha);
  expect(await git.run("work", "fsck", "--strict")).toBe("");
});

test("the first push to an empty repository makes its default branch", async () => {
  mkdirSync(join(git.folder, "work"));
  await git.run("work", "init", "-q", "-b", "start");
  await git.run("work", "commit", "-q", "--allow-empty", "-m", "First");
  await git.run("work", "push", "-q", urlOf("acme/empty.git", github.tokenFor("ada")), "start");
  await git.run(".", "clone", "-q", urlOf("acme/empty.git"), "again");
  expect(await git.run("again", "branch", "--show-current")).toBe("start");
});

test("a push of megabytes goes through", async () => {
  await git.run(".", "clone", "-q", urlOf("acme/data", github.tokenFor("ada")), "work");
  const bytes = randomBytes(3_000_000);
  writeFileSync(join(git.folder, "work", "large.bin"), bytes);
  await git.run("work", "add", ".");
  await git.run("work", "commit", "-q", "-m", "Large");
  await git.run("work", "push", "-q");
  await git.run(".", "clone", "-q", urlOf("acme/data"), "again");
  expect(readFileSync(join(git.folder, "again", "large.bin")).equals(bytes)).toBe(true);
});

test("a compressed request is understood", async () => {
  const { body } = await ada("GET /repos/acme/data/git/ref/heads/trunk");
  const response = await fetch(`${urlOf("acme/data")}/git-upload-pack`, {
    method: "POST",
    headers: {
      "content-type": "application/x-git-upload-pack-request",
      "content-encoding": "gzip",
      "git-protocol": "version=2",
    },
    body: gzipSync("0014command=ls-refs\n0000"),
  });
  expect(await response.text()).toContain(`${body.object.sha} refs/heads/trunk`);
});

test("what is no push is refused", async () => {
  const authorization = `Bearer ${github.tokenFor("ada")}`;
  const line = (text: string) => `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, "0")}${text}`;
  const oid = "a".repeat(40);
  for (const body of [
    "hello, this is no push",
    "fff0",
    `${line(`${oid} ${oid}`)}0000`,
    `${line(`${oid} ${oid} refs/heads/a`)}${line("more")}0000`,
    // Certificates, which are not offered, would hide the commands.
    `${line("push-cert\0")}${line("certificate version 0.1\n")}${line("push-cert-end\n")}0000`,
  ]) {
    const response = await fetch(`${urlOf("acme/data")}/git-receive-pack`, {
      method: "POST",
      headers: { authorization, "content-type": "application/x-git-receive-pack-request" },
      body,
    });
    expect(response.status).toBe(400);
  }
  expect((await fetch(`${urlOf("acme/data")}/info/refs`)).status).toBe(403);
});

test("a private repository asks who comes, and is not there for strangers", async () => {
  await expect(git.run(".", "ls-remote", urlOf("acme/secret"))).rejects.toThrow(/could not read Username/u);
  await expect(git.run(".", "ls-remote", urlOf("acme/secret", github.tokenFor("bob")))).rejects.toThrow(
    /Repository not found|not found/u,
  );
  await expect(git.run(".", "ls-remote", urlOf("acme/secret", "wrong"))).rejects.toThrow(
    /Authentication failed/u,
  );
  expect(await git.run(".", "ls-remote", urlOf("acme/secret", github.tokenFor("ada")))).toContain(
    "refs/heads/main",
  );
  const response = await fetch(`${urlOf("acme/secret")}/info/refs?service=git-upload-pack`);
  expect(response.headers.get("www-authenticate")).toBe('Basic realm="GitHub"');
});

test("nobody pushes what only GitHub writes", async () => {
  await git.run(".", "clone", "-q", urlOf("acme/data", github.tokenFor("ada")), "work");
  await expect(git.run("work", "push", "origin", "HEAD:refs/pull/1/head")).rejects.toThrow(
    "refs/pull/1/head (deny updating a hidden ref)",
  );
});

test("who may only read cannot push", async () => {
  await cloneAndCommit("acme/data", github.tokenFor("bob"));
  await expect(git.run("work", "push")).rejects.toThrow(/error: 403/u);
  const reader = github.tokenFor({ app: "robot", account: "acme", permissions: { contents: "read" } });
  await expect(git.run("work", "push", urlOf("acme/data", reader))).rejects.toThrow(/error: 403/u);
  const writer = github.tokenFor({ app: "robot", account: "acme" });
  await git.run("work", "push", "-q", urlOf("acme/data", writer), "trunk");
});

test("workflow files come with no push of an app or a token that may not write them", async () => {
  const scoped = github.tokenFor({ user: "ada", scopes: ["repo"] });
  await git.run(".", "clone", "-q", urlOf("acme/data", scoped), "work");
  mkdirSync(join(git.folder, "work", ".github", "workflows"), { recursive: true });
  writeFileSync(join(git.folder, "work", ".github", "workflows", "ci.yml"), "on: push\n");
  await git.run("work", "add", ".");
  await git.run("work", "commit", "-q", "-m", "CI");
  await expect(git.run("work", "push")).rejects.toThrow(
    "(refusing to allow a Personal Access Token to create or update workflow `.github/workflows/ci.yml` without `workflow` scope)",
  );
  const actions = urlOf("acme/data", github.tokenFor({ actions: "acme/data" }));
  await expect(git.run("work", "push", actions, "trunk")).rejects.toThrow(
    "(refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission)",
  );
  await git.run("work", "push", "-q", urlOf("acme/data", github.tokenFor("ada")), "trunk");
  await git.run("work", "push", "-q", actions, "HEAD:refs/heads/same");
});

test("a workflow file that comes with a merge alone is seen", async () => {
  const scoped = github.tokenFor({ user: "ada", scopes: ["repo"] });
  await cloneAndCommit("acme/data", scoped);
  await git.run("work", "checkout", "-q", "-b", "side", "HEAD~1");
  await git.run("work", "commit", "-q", "--allow-empty", "-m", "Side");
  await git.run("work", "checkout", "-q", "trunk");
  await git.run("work", "merge", "-q", "--no-commit", "side");
  mkdirSync(join(git.folder, "work", ".github", "workflows"), { recursive: true });
  writeFileSync(join(git.folder, "work", ".github", "workflows", "ci.yml"), "on: push\n");
  await git.run("work", "add", ".");
  await git.run("work", "commit", "-q", "-m", "Merge");
  await expect(git.run("work", "push")).rejects.toThrow("workflow `.github/workflows/ci.yml` without");
});

test("a push of many refs goes through, each of them looked at", async () => {
  await git.run(".", "clone", "-q", urlOf("acme/data"), "work");
  const names = Array.from({ length: 120 }, (_, at) => `HEAD:refs/heads/${"long-".repeat(20)}${at}`);
  const scoped = urlOf("acme/data", github.tokenFor({ user: "ada", scopes: ["repo"] }));
  await git.run("work", "push", "-q", scoped, ...names);
  expect((await ada("GET /repos/acme/data/git/matching-refs/heads/long?per_page=100")).body).toHaveLength(
    100,
  );
});

test("a repository that was renamed is found by its old name", async () => {
  const { state } = github;
  const repository = state.repositories.all().find(({ name }) => name === "data")!;
  state.repositories.put({ ...repository, name: "renamed" });
  state.redirects.put({ id: state.redirects.nextId(), fullName: "acme/data", repositoryId: repository.id });
  await git.run(".", "clone", "-q", urlOf("acme/data"), "work");
  expect(readFileSync(join(git.folder, "work", "README.md"), "utf8")).toBe("# Data\n");
});

test("requests of git are recorded by name, and cost nothing of the API's budget", async () => {
  await cloneAndCommit("acme/data", github.tokenFor("ada"));
  await git.run("work", "push", "-q");
  expect(new Set(github.requests.names())).toEqual(new Set(["git/upload-pack", "git/receive-pack"]));
  expect((await ada("GET /repos/acme/data/readme")).headers.get("x-ratelimit-used")).toBe("1");
});

test("the settings of whoever has started the server do not matter", async () => {
  for (const [name, value] of Object.entries({
    GIT_DIR: "/nowhere",
    GIT_OBJECT_DIRECTORY: "/nowhere",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "http.uploadpack",
    GIT_CONFIG_VALUE_0: "false",
  })) {
    vi.stubEnv(name, value);
  }
  try {
    expect(await git.run(".", "ls-remote", urlOf("acme/data"))).toContain("refs/heads/trunk");
  } finally {
    vi.unstubAllEnvs();
  }
});

test("faults hit git as they hit the API", async () => {
  github.faults.add({ operation: "git/upload-pack", does: { kind: "status", status: 503 }, times: 1 });
  await expect(git.run(".", "ls-remote", urlOf("acme/data"))).rejects.toThrow(/error: 503/u);
  github.faults.add({ operation: "git/upload-pack", method: "POST", does: { kind: "cut" } });
  await expect(git.run(".", "clone", urlOf("acme/data"), "work")).rejects.toThrow();
  github.faults.clear();
  await git.run(".", "clone", "-q", urlOf("acme/data"), "work");
});

test("what was pushed shows in lists when they lag no more", async () => {
  await git.run(".", "clone", "-q", urlOf("acme/data", github.tokenFor("ada")), "work");
  await git.run("work", "checkout", "-q", "-b", "late");
  github.clock.advance(60_000);
  github.lag.listsMs = 10_000;
  await git.run("work", "push", "-q", "origin", "late");
  const branches = async () => {
    const { body } = await callAs(github, github.tokenFor("ada"))("GET /repos/acme/data/branches");
    return body.map(({ name }: { name: string }) => name);
  };
  expect(await branches()).not.toContain("late");
  github.clock.advance(10_001);
  expect(await branches()).toContain("late");
});

test("a branch that is named like a commit is refused, in GitHub's words", async () => {
  await git.run(".", "clone", "-q", urlOf("acme/data", github.tokenFor("ada")), "work");
  const name = "a047be85247755cdbe0acce6f1dafc8beb84f2ac";
  await expect(git.run("work", "push", "-q", "origin", `HEAD:refs/heads/${name}`)).rejects.toThrow(
    /GH002: Sorry, branch or tag names consisting of 40 hex characters are not allowed\.[\s\S]*Invalid branch or tag name "a047be8[\s\S]*pre-receive hook declined/u,
  );
  const sha = await git.run("work", "rev-parse", "HEAD");
  expect((await ada("POST /repos/acme/data/git/refs", { ref: `refs/tags/${name}`, sha })).status).toBe(422);
});

test("push options are taken", async () => {
  await git.run(".", "clone", "-q", urlOf("acme/data", github.tokenFor("ada")), "work");
  await git.run("work", "push", "-q", "-o", "ci.skip", "origin", "HEAD:refs/heads/optional");
  expect(await git.run("work", "ls-remote", "origin", "refs/heads/optional")).toContain("optional");
});
