import { describe, expect, test } from "vitest";
import { apiVersions, type EmulatedSession, startSession } from "../../../test/github/emulated-session.ts";
import { commitMethods } from "./commit-files.ts";
import { fileMethods } from "./files.ts";

type Committed = readonly { readonly sha: string; readonly message: string; readonly parents: number }[];

async function commitsOf({ session }: EmulatedSession, repo: string, sha?: string): Promise<Committed> {
  const api = await session.api("");
  const query = { owner: "acme", repo, per_page: 100, ...(sha === undefined ? {} : { sha }) };
  const { data } = await api.request("GET /repos/{owner}/{repo}/commits", query);
  return data.map((entry) => ({
    sha: entry.sha,
    message: entry.commit.message,
    parents: entry.parents.length,
  }));
}

async function treeOf({ session }: EmulatedSession, repo: string): Promise<Record<string, string>> {
  const { listFiles, getFile } = fileMethods(session);
  const files = (await listFiles(repo, "", { recursive: true })).filter(({ type }) => type === "file");
  const read = files.map(async ({ path, mode }) => {
    const { text } = await getFile(repo, path);
    return [path, mode === "100644" ? (text ?? "binary") : `${mode} ${text}`] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

describe.each(apiVersions)("in version %s", (apiVersion) => {
  const start = (options: Parameters<typeof startSession>[0] = {}) =>
    startSession({ ...options, fetch: { apiVersion, ...options.fetch } });

  test("files are written and deleted in one commit, by two requests", async () => {
    await using emulated = await start();
    const { commitFiles } = commitMethods(emulated.session);
    const made = await commitFiles("app", {
      message: "All\n\nof it",
      changes: [
        { path: "a/b", content: "text" },
        { path: "c", content: Uint8Array.of(0xff) },
        { path: "README.md", delete: true },
      ],
    });
    expect(made).toEqual({
      outcome: "committed",
      commitSha: expect.any(String),
      branch: "main",
      attempts: 1,
    });
    expect(emulated.github.requests.names()).toEqual(["graphql", "graphql"]);
    expect(await treeOf(emulated, "app")).toEqual({ "a/b": "text", c: "binary" });
    expect((await commitsOf(emulated, "app"))[0]).toEqual({
      sha: made.commitSha,
      message: "All\n\nof it",
      parents: 1,
    });
  });

  test("modes are set, kept and changed: then the commit is made of git's objects", async () => {
    await using emulated = await start();
    const { commitFiles } = commitMethods(emulated.session);
    const content = "#!/bin/sh\n";
    await commitFiles("app", { message: "1", changes: [{ path: "bin/run", content, mode: "100755" }] });
    await commitFiles("app", {
      message: "2",
      changes: [
        { path: "bin/run", content: `${content}exit\n` },
        { path: "README.md", mode: "100755" },
        { path: "bin/data", content: Uint8Array.of(0xff, 0xfe) },
      ],
    });
    expect(await treeOf(emulated, "app")).toEqual({
      "README.md": "100755 # App\n",
      "bin/data": "binary",
      "bin/run": `100755 ${content}exit\n`,
    });
    const again = { message: "3", changes: [{ path: "README.md", mode: "100755" }] } as const;
    expect(await commitFiles("app", again)).toMatchObject({ outcome: "unchanged" });
    await expect(
      commitFiles("app", { message: "4", changes: [{ path: "none", mode: "100755" }] }),
    ).rejects.toMatchObject({ code: "not_found" });
    await commitFiles("app", {
      message: "5",
      changes: [
        { path: "README.md", delete: true },
        { path: "link", content: "bin/run", mode: "120000" },
      ],
    });
    const listed = await fileMethods(emulated.session).listFiles("app");
    expect(listed.map(({ path, type }) => [path, type])).toEqual([
      ["bin", "dir"],
      ["link", "symlink"],
    ]);
  });

  test("large contents go as blobs, and not again when the commit is made anew", async () => {
    await using emulated = await start();
    const large = Buffer.alloc(3 * 2 ** 20, 1);
    emulated.github.faults.add({
      operation: "git/update-ref",
      times: 1,
      does: { kind: "status", status: 409, body: { message: "Reference cannot be updated" } },
    });
    const made = await commitMethods(emulated.session).commitFiles("app", {
      message: "Large",
      timeoutMs: 3_600_000,
      changes: [
        { path: "one", content: large },
        { path: "two", content: Buffer.concat([large, Uint8Array.of(2)]) },
      ],
    });
    expect(made).toMatchObject({ outcome: "committed", attempts: 2 });
    expect(emulated.github.requests.count("git/create-blob")).toBe(2);
    expect((await fileMethods(emulated.session).getFile("app", "two")).sizeBytes).toBe(large.length + 1);
  });

  test("the first files of an empty repository are committed together, and nothing else stays", async () => {
    await using emulated = await start();
    const { commitFiles } = commitMethods(emulated.session);
    const made = await commitFiles("empty", {
      message: "First",
      changes: [
        { path: "a", content: "1" },
        { path: "run", content: "2", mode: "100755" },
      ],
    });
    expect(await treeOf(emulated, "empty")).toEqual({ a: "1", run: "100755 2" });
    expect((await commitsOf(emulated, "empty")).map(({ sha, message }) => [sha, message])).toEqual([
      [made.commitSha, "First"],
      [expect.any(String), expect.stringMatching(/^Begin the repository\n/u)],
    ]);
  });
});

test("one file of an empty repository is its first commit", async () => {
  await using emulated = await startSession();
  const { commitFiles } = commitMethods(emulated.session);
  const made = await commitFiles("empty", { message: "First", changes: [{ path: "a", content: "1" }] });
  expect(await commitsOf(emulated, "empty")).toEqual([{ sha: made.commitSha, message: "First", parents: 0 }]);
});

test("an empty repository's first commit is on its default branch, or on the one that is named", async () => {
  for (const branch of [undefined, "next"]) {
    await using emulated = await startSession({
      seed: { users: { ada: {} }, repositories: { "ada/empty": { defaultBranch: "trunk" } } },
      org: "ada",
    });
    const { commitFiles } = commitMethods(emulated.session);
    const named = branch === undefined ? {} : { branch };
    const made = await commitFiles("empty", {
      message: "First",
      changes: [
        { path: "a", content: "1" },
        { path: "b", content: "2" },
      ],
      ...named,
    });
    expect(made).toMatchObject({ outcome: "committed", branch: branch ?? "trunk" });
    const files = await fileMethods(emulated.session).listFiles("empty", "", { ref: branch ?? "trunk" });
    expect(files.map(({ path }) => path)).toEqual(["a", "b"]);
  }
});

test("where all is so already there is no commit", async () => {
  await using emulated = await startSession();
  const changes = [
    { path: "README.md", content: "# App\n" },
    { path: "gone", delete: true },
  ] as const;
  const result = await commitMethods(emulated.session).commitFiles("app", { message: "x", changes });
  const commits = await commitsOf(emulated, "app");
  expect(result).toMatchObject({ outcome: "unchanged", commitSha: commits[0]!.sha });
  expect(commits).toHaveLength(1);
});

test("an expected head that is not the head is a conflict at once", async () => {
  await using emulated = await startSession();
  const { commitFiles } = commitMethods(emulated.session);
  const [first] = await commitsOf(emulated, "app");
  const change = (path: string) => ({ message: path, changes: [{ path, content: path }] });
  const second = await commitFiles("app", { ...change("a"), expectedHead: first!.sha });
  await expect(commitFiles("app", { ...change("b"), expectedHead: first!.sha })).rejects.toMatchObject({
    code: "version_conflict",
    data: { expected: first!.sha, found: second.commitSha },
  });
  await expect(commitFiles("app", { ...change("b"), branch: "nowhere" })).rejects.toMatchObject({
    code: "not_found",
    data: { branch: "nowhere" },
  });
  await expect(commitFiles("nothing", change("b"))).rejects.toMatchObject({ code: "not_found" });
});

test("writers of one client wait for each other, so that none is in vain", async () => {
  await using emulated = await startSession();
  const { commitFiles } = commitMethods(emulated.session);
  const write = (at: number) =>
    commitFiles("app", { message: `${at}`, changes: [{ path: "shared", content: `${at}` }], timeoutMs: 1e9 });
  const results = await Promise.all(Array.from({ length: 20 }, (_, at) => write(at)));
  expect(results.map(({ attempts }) => attempts)).toEqual(results.map(() => 1));
  expect(emulated.github.requests.count("graphql")).toBe(40);
  const stopped = new AbortController();
  const first = write(100);
  const second = commitFiles("app", {
    message: "x",
    changes: [{ path: "never", content: "" }],
    signal: stopped.signal,
  });
  stopped.abort(new Error("enough"));
  await expect(second).rejects.toThrow("enough");
  await first;
  expect(await treeOf(emulated, "app")).toEqual({ "README.md": "# App\n", shared: "100" });
});

test("an App that may write contents needs nothing else, and one that may not is told so", async () => {
  const seed = {
    users: { ada: {} },
    organizations: { acme: {} },
    repositories: { "acme/app": { visibility: "private", files: { a: "1" } }, "acme/empty": {} },
    apps: {
      writer: { permissions: { contents: "write" }, installations: { acme: "all" } },
      reader: { permissions: { contents: "read" }, installations: { acme: "all" } },
    },
  } as const;
  await using emulated = await startSession({ seed });
  const plain = { message: "m", changes: [{ path: "b", content: "2" }] };
  const withMode = { message: "m", changes: [{ path: "run", content: "2", mode: "100755" }] } as const;
  const writer = commitMethods(emulated.sessionFor({ app: "writer", account: "acme" }));
  for (const repo of ["app", "empty"])
    for (const commit of [plain, withMode])
      expect(await writer.commitFiles(repo, commit)).toMatchObject({ outcome: "committed" });
  const reader = commitMethods(emulated.sessionFor({ app: "reader", account: "acme" }));
  const more = { message: "m", changes: [{ path: "c", content: "3" }] };
  const moreWithMode = { message: "m", changes: [{ ...more.changes[0]!, mode: "100755" }] } as const;
  await expect(reader.commitFiles("app", more)).rejects.toMatchObject({ code: "forbidden" });
  await expect(reader.commitFiles("app", moreWithMode)).rejects.toMatchObject({
    code: "forbidden",
    data: { needed: "contents=write" },
  });
});

test("a rule that forbids the commit is told at once", async () => {
  await using emulated = await startSession();
  const api = await emulated.session.api("");
  await api.request("PUT /repos/{owner}/{repo}/branches/{branch}/protection", {
    owner: "acme",
    repo: "app",
    branch: "main",
    required_status_checks: { strict: true, contexts: ["build"] },
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  });
  const { commitFiles } = commitMethods(emulated.session);
  const { putFile } = fileMethods(emulated.session);
  for (const mode of [{}, { mode: "100755" as const }]) {
    const before = emulated.github.requests.list().length;
    const failure = commitFiles("app", { message: "m", changes: [{ path: "b", content: "2", ...mode }] });
    await expect(failure).rejects.toMatchObject({
      code: expect.stringMatching(/forbidden|invalid|conflict/u),
    });
    expect(emulated.github.requests.list().length - before).toBeLessThan(8);
  }
  const before = emulated.github.requests.list().length;
  await expect(putFile("app", "b", "2")).rejects.toMatchObject({
    code: "forbidden",
    message: expect.stringContaining("a rule of b of acme/app forbids the commit: Could not"),
  });
  expect(emulated.github.requests.list().length - before).toBe(2);
});

test("what makes no sense is refused before anything is sent", async () => {
  await using emulated = await startSession();
  const { commitFiles } = commitMethods(emulated.session);
  const wrong = [
    [],
    [{ path: "../x", content: "" }],
    [{ path: "a", content: "" }, { path: "/a", delete: true } as const],
  ];
  for (const changes of wrong)
    await expect(commitFiles("app", { message: "x", changes })).rejects.toMatchObject({
      code: "invalid_input",
    });
  expect(emulated.github.requests.list()).toEqual([]);
});

const ways = {
  "by GraphQL": { operation: "graphql", after: 1, changes: [{ path: "a", content: "1" }] },
  "as git's objects": {
    operation: "git/update-ref",
    after: 0,
    changes: [{ path: "a", content: "1", mode: "100755" }],
  },
  "into an empty repository": {
    operation: "repos/create-or-update-file-contents",
    after: 0,
    changes: [
      { path: "a", content: "1" },
      { path: "b", content: "1" },
    ],
  },
} as const;

test.each(Object.entries(ways))("a commit whose answer was lost lands once, %s", async (name, way) => {
  const repo = name === "into an empty repository" ? "empty" : "app";
  for (const effect of ["done", "none"] as const) {
    await using emulated = await startSession();
    const { operation, after, changes } = way;
    emulated.github.faults.add({ operation, after, effect, times: 1, does: { kind: "reset" } });
    const made = await commitMethods(emulated.session).commitFiles(repo, { message: "Mine", changes });
    expect(made.outcome).toBe("committed");
    const commits = await commitsOf(emulated, repo);
    expect(commits.filter(({ message }) => message === "Mine")).toEqual([
      { sha: made.commitSha, message: "Mine", parents: 1 },
    ]);
    expect(Object.keys(await treeOf(emulated, repo)).sort()).toEqual(
      [...changes.map(({ path }) => path), ...(repo === "app" ? ["README.md"] : [])].sort(),
    );
  }
});

test("a commit that landed and was built on before its answer was looked up is not made again", async () => {
  await using emulated = await startSession();
  const theirs = commitMethods(emulated.sessionFor("ada"));
  emulated.github.faults.add({
    operation: "graphql",
    after: 1,
    times: 1,
    effect: "done",
    does: { kind: "timeout", ms: 500 },
  });
  const committing = commitMethods(emulated.session).commitFiles("app", {
    message: "Mine",
    changes: [{ path: "a", content: "mine" }],
  });
  while ((await commitsOf(emulated, "app")).length < 2) {}
  await theirs.commitFiles("app", { message: "Theirs", changes: [{ path: "a", content: "theirs" }] });
  const { commitSha } = await committing;
  const commits = await commitsOf(emulated, "app");
  expect(commits.map(({ message }) => message)).toEqual(["Theirs", "Mine", "Initial commit"]);
  expect(commits[1]!.sha).toBe(commitSha);
});

test("a repository that was begun by a call that was ended keeps nothing of it", async () => {
  for (const changes of [
    [
      { path: "a", content: "1" },
      { path: "b", content: "2" },
    ],
    [{ path: "a", content: "1" }],
  ]) {
    const stop = new AbortController();
    // The second write is the commit itself.
    let mutations = 0;
    const dying: typeof fetch = (input, init) => {
      if (String(init?.body ?? "").includes("createCommitOnBranch") && mutations++ === 0) {
        stop.abort(new Error("ended"));
        return Promise.reject(stop.signal.reason);
      }
      return fetch(input, init);
    };
    await using emulated = await startSession({ fetch: { fetch: dying } });
    const { commitFiles } = commitMethods(emulated.session);
    const several = ["a", "b"].map((path) => ({ path, content: path }));
    const first = commitFiles("empty", { message: "m", changes: several, signal: stop.signal });
    await expect(first).rejects.toBeDefined();
    expect(Object.keys(await treeOf(emulated, "empty"))).toEqual([".gitkeep"]);
    await commitFiles("empty", { message: "m", changes });
    expect(Object.keys(await treeOf(emulated, "empty"))).toEqual(changes.map(({ path }) => path));
  }
});

test("a file and what is in a folder of its name are refused by name", async () => {
  await using emulated = await startSession();
  const { commitFiles } = commitMethods(emulated.session);
  const [file, below] = [
    { path: "q", content: "1" },
    { path: "q/r/s", content: "2" },
  ];
  await expect(commitFiles("app", { message: "m", changes: [below, file] })).rejects.toMatchObject({
    code: "invalid_input",
    data: { path: "changes", paths: ["q", "q/r/s"] },
  });
  expect(emulated.github.requests.count()).toBe(0);
});
