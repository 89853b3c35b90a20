import { describe, expect, test } from "vitest";
import { apiVersions, startSession } from "../../../test/github/emulated-session.ts";
import { fileMethods } from "./files.ts";
import { blobIdOf } from "./git-object-id.ts";

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const lost = (operation: string, effect: "done" | "none") =>
  ({ operation, effect, times: 1, does: { kind: "reset" } }) as const;

/** What git alone can make: a link, a submodule, a file that can be run. */
async function addOddEntries({ session }: Awaited<ReturnType<typeof startSession>>): Promise<void> {
  const api = await session.api("");
  const place = { owner: "acme", repo: "app" };
  const { data: head } = await api.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
    ...place,
    ref: "heads/main",
  });
  const entry = (path: string, mode: "100755" | "120000", content: string) =>
    ({ path, mode, type: "blob", content }) as const;
  const { data: tree } = await api.request("POST /repos/{owner}/{repo}/git/trees", {
    ...place,
    base_tree: head.object.sha,
    tree: [
      entry("link", "120000", "README.md"),
      entry("away", "120000", "/etc/passwd"),
      entry("run.sh", "100755", "#!/bin/sh\n"),
      { path: "part", mode: "160000", type: "commit", sha: "a".repeat(40) },
      { path: "folder/inner/x", mode: "100644", type: "blob", content: "x" },
    ],
  });
  const { data: commit } = await api.request("POST /repos/{owner}/{repo}/git/commits", {
    ...place,
    message: "Odd",
    tree: tree.sha,
    parents: [head.object.sha],
  });
  await api.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
    ...place,
    ref: "heads/main",
    sha: commit.sha,
  });
}

describe.each(apiVersions)("in version %s", (apiVersion) => {
  const start = (options: Parameters<typeof startSession>[0] = {}) =>
    startSession({ ...options, fetch: { apiVersion, ...options.fetch } });

  test("a file is made, read, changed and deleted, each in one commit", async () => {
    await using emulated = await start();
    const files = fileMethods(emulated.session);
    const made = await files.putFile("app", "docs/a b.md", "Grüße\n", { message: "Make it" });
    expect(made).toEqual({
      outcome: "created",
      sha: blobIdOf(Buffer.from("Grüße\n")),
      commitSha: expect.stringMatching(/^[0-9a-f]{40}$/u),
    });
    const read = await files.getFile("acme/app", "/docs/a b.md");
    expect(read).toMatchObject({
      path: "docs/a b.md",
      name: "a b.md",
      sha: made.sha,
      sizeBytes: 8,
      text: "Grüße\n",
      encoding: "utf-8",
    });
    const changed = await files.putFile("app", "docs/a b.md", bytes(0xff, 0), {
      expectedSha: read.sha,
    });
    expect(changed).toMatchObject({ outcome: "updated" });
    expect(await files.getFile("app", "docs/a b.md")).toMatchObject({
      bytes: bytes(0xff, 0),
      text: undefined,
      encoding: "binary",
    });
    expect(await files.getFile("app", "docs/a b.md", { ref: made.commitSha! })).toMatchObject({
      text: "Grüße\n",
    });
    const deleted = await files.deleteFile("app", "docs/a b.md", { expectedSha: changed.sha });
    expect(deleted).toEqual({ outcome: "deleted", commitSha: expect.any(String) });
    await expect(files.getFile("app", "docs/a b.md")).rejects.toMatchObject({ code: "not_found" });
    expect(await files.deleteFile("app", "docs/a b.md")).toEqual({
      outcome: "unchanged",
      commitSha: undefined,
    });
  });

  test("a repository's first file makes its first commit", async () => {
    await using emulated = await start();
    const { putFile, listFiles } = fileMethods(emulated.session);
    expect(await listFiles("empty")).toEqual([]);
    expect(await putFile("empty", "a", "1")).toMatchObject({ outcome: "created" });
    expect((await listFiles("empty")).map(({ path }) => path)).toEqual(["a"]);
  });

  test("a file is read whole whatever its size, up to the API's", async () => {
    await using emulated = await start({ sizes: { inlineBytes: 1_000, blobBytes: 5_000 } });
    const { putFile, getFile } = fileMethods(emulated.session);
    const large = Uint8Array.from({ length: 4_000 }, (_, at) => at % 251);
    await putFile("app", "large", large);
    expect((await getFile("app", "large")).bytes).toEqual(large);
    await putFile("app", "larger", new Uint8Array(5_001));
    await expect(getFile("app", "larger")).rejects.toMatchObject({
      code: "invalid_input",
      data: { expected: "at most 100 MB" },
    });
    emulated.github.faults.add({ operation: "git/get-blob", times: 1, does: { kind: "reset" } });
    expect((await getFile("app", "large", { ref: "main" })).bytes).toEqual(large);
  });

  test("every kind of entry is told, and only a file is read", async () => {
    await using emulated = await start();
    await addOddEntries(emulated);
    const { getFile, listFiles, putFile } = fileMethods(emulated.session);
    const listed = await listFiles("app");
    expect(Object.fromEntries(listed.map(({ path, type, mode }) => [path, `${type} ${mode}`]))).toEqual({
      "README.md": "file 100644",
      away: "symlink 120000",
      folder: "dir 040000",
      link: "symlink 120000",
      part: "submodule 160000",
      "run.sh": "file 100755",
    });
    expect(await getFile("app", "link")).toMatchObject({ text: "# App\n" });
    for (const [path, type] of [
      ["away", "symlink"],
      ["folder", "dir"],
      ["part", "submodule"],
    ] as const) {
      const refused = { code: "invalid_input", data: { type } };
      await expect(getFile("app", path)).rejects.toMatchObject(refused);
      await expect(putFile("app", path, "x")).rejects.toMatchObject(refused);
    }
    expect((await listFiles("app", "folder/")).map(({ path, type }) => [path, type])).toEqual([
      ["folder/inner", "dir"],
    ]);
    await expect(listFiles("app", "README.md")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(listFiles("app", "nowhere")).rejects.toMatchObject({ code: "not_found" });
  });

  test("a listing is whole: beyond what the contents API lists, and where GitHub cuts a tree", async () => {
    const paths = [
      ...Array.from({ length: 60 }, (_, at) => `many/${at}`),
      ...Array.from({ length: 30 }, (_, at) => `deep/${at % 3}/${at}/leaf`),
    ];
    await using emulated = await start({
      seed: {
        users: { ada: {} },
        organizations: { acme: { members: { ada: "admin" } } },
        repositories: { "acme/app": { files: Object.fromEntries(paths.map((path) => [path, path])) } },
      },
      sizes: { listedEntries: 20, treeEntries: 50 },
    });
    const { listFiles } = fileMethods(emulated.session);
    expect(await listFiles("app", "many")).toHaveLength(60);
    const all = await listFiles("app", "", { recursive: true });
    expect(
      all
        .filter(({ type }) => type === "file")
        .map(({ path }) => path)
        .sort(),
    ).toEqual(paths.sort());
    expect(all.filter(({ type }) => type === "dir")).toHaveLength(35);
  });
});

test("a file is written only where it is as the caller has seen it, and the same is never written twice", async () => {
  await using emulated = await startSession();
  const { putFile, deleteFile, getFile } = fileMethods(emulated.session);
  const { sha } = await getFile("app", "README.md");
  await putFile("app", "README.md", "theirs");
  const found = blobIdOf(Buffer.from("theirs"));
  const conflict = { code: "version_conflict", data: { expected: sha, found } };
  await expect(putFile("app", "README.md", "mine", { expectedSha: sha })).rejects.toMatchObject(conflict);
  await expect(deleteFile("app", "README.md", { expectedSha: sha })).rejects.toMatchObject(conflict);
  await expect(putFile("app", "README.md", "x", { expectedSha: null })).rejects.toMatchObject({
    code: "version_conflict",
    data: { expected: null, found },
  });
  await expect(putFile("app", "new", "x", { expectedSha: sha })).rejects.toMatchObject({
    code: "version_conflict",
    data: { expected: sha, found: null },
  });
  const writes = emulated.github.requests.count("repos/create-or-update-file-contents");
  expect(await putFile("app", "README.md", "theirs")).toEqual({
    outcome: "unchanged",
    sha: found,
    commitSha: undefined,
  });
  expect(emulated.github.requests.count("repos/create-or-update-file-contents")).toBe(writes);
  await expect(putFile("app", "x", "x", { branch: "nowhere" })).rejects.toMatchObject({
    code: "not_found",
  });
});

test("writers of one client and of several all land, each once", async () => {
  await using emulated = await startSession();
  const clients = [emulated.session, emulated.sessionFor("ada"), emulated.sessionFor("bob")];
  emulated.github.state.collaborators.put({
    id: emulated.github.state.collaborators.nextId(),
    repositoryId: emulated.github.state.repositories.all().find(({ name }) => name === "app")!.id,
    userId: emulated.github.state.accounts.find("login", "bob")!.id,
    role: "write",
  });
  const written = await Promise.all(
    Array.from({ length: 15 }, (_, at) => fileMethods(clients[at % 3]!).putFile("app", "shared", `${at}`)),
  );
  expect(new Set(written.map(({ commitSha }) => commitSha)).size).toBe(15);
});

test("a lost answer to a write is looked up: it is written once, and the commit is told", async () => {
  for (const effect of ["done", "none"] as const) {
    for (const operation of ["repos/create-or-update-file-contents", "repos/delete-file"]) {
      await using emulated = await startSession();
      const { putFile, deleteFile } = fileMethods(emulated.session);
      emulated.github.faults.add(lost(operation, effect));
      const { commitSha } = operation.startsWith("repos/create")
        ? await putFile("app", "README.md", "new", { message: "Mine" })
        : await deleteFile("app", "README.md", { message: "Mine" });
      const api = await emulated.session.api("");
      const { data } = await api.request("GET /repos/{owner}/{repo}/commits", { owner: "acme", repo: "app" });
      expect(data.map(({ sha, commit }) => [sha, commit.message])).toEqual([
        [commitSha, "Mine"],
        [expect.any(String), "Initial commit"],
      ]);
    }
  }
});

test("a write that landed and was overwritten before its answer was looked up is not written again", async () => {
  await using emulated = await startSession();
  const mine = fileMethods(emulated.session);
  const theirs = fileMethods(emulated.sessionFor("ada"));
  emulated.github.faults.add({
    operation: "repos/create-or-update-file-contents",
    times: 1,
    effect: "done",
    does: { kind: "reset" },
  });
  const writing = mine.putFile("app", "README.md", "mine", { message: "Mine" });
  while ((await theirs.getFile("app", "README.md")).text !== "mine") {}
  await theirs.putFile("app", "README.md", "theirs", { message: "Theirs" });
  expect(await writing).toMatchObject({ outcome: "updated", commitSha: expect.any(String) });
  expect((await mine.getFile("app", "README.md")).text).toBe("theirs");
});

test("no path and no ref leads out of the repository", async () => {
  await using emulated = await startSession();
  const { getFile, listFiles, putFile } = fileMethods(emulated.session);
  for (const path of ["..", "../..", "a/../b", "a//b", ".git/config", ".", "", "a/\0"]) {
    await expect(getFile("app", path)).rejects.toMatchObject({ code: "invalid_input" });
    await expect(putFile("app", path, "x")).rejects.toMatchObject({ code: "invalid_input" });
  }
  for (const ref of ["..", "a..b", "", "a b", "x/.."]) {
    await expect(listFiles("app", "", { ref })).rejects.toMatchObject({ code: "invalid_input" });
  }
  expect(emulated.github.requests.list()).toEqual([]);
});
