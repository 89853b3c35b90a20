/**
 * @module A GitHub that is kept in a folder, and what a test can see of one.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LabelRow } from "../../src/emulator/world/issue-rows.ts";
import { openStateFolder } from "../../src/emulator/world/state-folder.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { startHookReceiver } from "./hook-receiver.ts";
import { runInOwnProcess } from "./own-process.ts";

const seed = {
  users: { ada: {} },
  repositories: { "ada/data": { issues: [{ title: "Hello" }], files: { "README.md": "# hi\n" } } },
} as const;

test("what was done is there after a restart, tokens included, and the seed is not planted twice", async () => {
  const stateDir = join(temporaryFolder(), "state");
  const first = await startCheckedGitHub({ seed, stateDir });
  const token = first.tokenFor("ada");
  await callAs(first, token)("POST /repos/ada/data/issues/1/comments", { body: "kept" });
  const gone = await callAs(first, token)("POST /repos/ada/data/issues/1/comments", { body: "gone" });
  await callAs(first, token)(`DELETE /repos/ada/data/issues/comments/${gone.body.id}`);
  await first.close();
  const second = await startCheckedGitHub({ seed, stateDir });
  const ada = callAs(second, token);
  const { body: comments } = await ada("GET /repos/ada/data/issues/1/comments");
  expect(comments.map(({ body }: { body: string }) => body)).toEqual(["kept"]);
  expect(second.state.issues.all()).toHaveLength(1);
  const fresh = await ada("POST /repos/ada/data/issues/1/comments", { body: "new" });
  expect(fresh.body.id).toBeGreaterThan(gone.body.id);
  await second.close();
});

test("what was answered is stored, whatever becomes of the process", async () => {
  const stateDir = join(temporaryFolder(), "state");
  const { signal } = await runInOwnProcess(`
    const github = await startCheckedGitHub({ seed: ${JSON.stringify(seed)}, stateDir: ${JSON.stringify(stateDir)} });
    await fetch(github.url + "/repos/ada/data/issues/1/comments", {
      method: "POST",
      headers: { authorization: "Bearer " + github.tokenFor("ada") },
      body: JSON.stringify({ body: "kept" }),
    });
    process.kill(process.pid, "SIGKILL");
  `);
  expect(signal).toBe("SIGKILL");
  const next = await startCheckedGitHub({ stateDir });
  expect(next.state.comments.all().map(({ body }) => body)).toEqual(["kept"]);
  await next.close();
});

test("a repository that a killed process did not store leaves its files to no other", async () => {
  const stateDir = join(temporaryFolder(), "state");
  const { signal } = await runInOwnProcess(`
    const github = await startCheckedGitHub({ seed: ${JSON.stringify(seed)}, stateDir: ${JSON.stringify(stateDir)} });
    const [label] = github.state.labels.all();
    const token = github.tokenFor("ada");
    // Stored last, before the transaction ends.
    github.state.labels.put({ ...label, get description() { process.kill(process.pid, "SIGKILL"); } });
    await fetch(github.url + "/user/repos", {
      method: "POST",
      headers: { authorization: "Bearer " + token },
      body: JSON.stringify({ name: "lost", auto_init: true }),
    });
  `);
  expect(signal).toBe("SIGKILL");
  const next = await startCheckedGitHub({ stateDir });
  const ada = callAs(next, next.tokenFor("ada"));
  expect((await ada("POST /user/repos", { name: "fresh" })).status).toBe(201);
  expect((await ada("GET /repos/ada/fresh/commits")).status).toBe(409);
  expect((await ada("GET /repos/ada/data/contents/README.md")).status).toBe(200);
  await next.close();
});

test("a folder is one emulator's: another one is told that it is busy, until the first is closed", async () => {
  const stateDir = join(temporaryFolder(), "state");
  const first = await startCheckedGitHub({ seed, stateDir });
  await expect(startCheckedGitHub({ seed, stateDir })).rejects.toMatchObject({ code: "busy" });
  await first.close();
  const second = await startCheckedGitHub({ seed, stateDir });
  await expect(startCheckedGitHub({ seed, stateDir })).rejects.toMatchObject({ code: "busy" });
  await second.close();
});

test("of a seed that is refused nothing is kept", async () => {
  const stateDir = join(temporaryFolder(), "state");
  const wrong = {
    organizations: { acme: { teams: { core: { repositories: { missing: "read" } } } } },
    repositories: { "acme/early": { files: { "a.txt": "a" } } },
  } as const;
  await expect(startCheckedGitHub({ seed: wrong, stateDir })).rejects.toMatchObject({
    code: "invalid_input",
  });
  expect(readdirSync(join(stateDir, "git"))).toEqual([]);
  const github = await startCheckedGitHub({ seed, stateDir });
  expect(github.state.repositories.all().map(({ name }) => name)).toEqual(["data"]);
  await github.close();
});

test("an id is given away once, even where its record was made and removed in one go", async () => {
  const stateDir = join(temporaryFolder(), "state");
  const first = await startCheckedGitHub({ seed, stateDir });
  const { labels } = first.state;
  const { id } = labels.put({ ...labels.all()[0]!, id: labels.nextId(), name: "short" });
  labels.remove(id);
  await first.close();
  const second = await startCheckedGitHub({ stateDir });
  expect(second.state.labels.nextId()).toBeGreaterThan(id);
  await second.close();
});

test("closing twice is closing once", async () => {
  const github = await startCheckedGitHub({ seed, stateDir: join(temporaryFolder(), "state") });
  await github.close();
  await github.close();
});

test("changes that could not be stored are stored with the next ones", () => {
  const folder = openStateFolder(join(temporaryFolder(), "state"));
  const unstorable = {
    id: 1,
    get name() {
      throw new Error("no space");
    },
  };
  folder.changed("labels", 1, unstorable);
  expect(() => folder.flush()).toThrow("no space");
  folder.changed("labels", 1, { id: 1 });
  folder.flush();
  folder.close();
});

test("a delivery that cannot be stored at once harms nobody, and is stored with the next change", async () => {
  const stateDir = join(temporaryFolder(), "state");
  await using receiver = await startHookReceiver();
  receiver.status = 0;
  const github = await startCheckedGitHub({ seed, stateDir });
  github.webhooks.timeoutMs = 300;
  const ada = callAs(github, github.tokenFor("ada"));
  await ada("POST /repos/ada/data/hooks", { config: { url: receiver.url } });
  let isFull = true;
  const label: LabelRow = {
    ...github.state.labels.all()[0]!,
    get description() {
      if (isFull) throw new Error("database or disk is full");
      return null;
    },
  };
  github.state.labels.put(label);
  await github.webhooks.settled();
  isFull = false;
  await github.close();
  const next = await startCheckedGitHub({ stateDir });
  expect(next.state.deliveries.all()).toMatchObject([{ event: "ping" }]);
  await next.close();
});

test("requests are listed by the name of their operation, for assertions", async () => {
  const github = await startCheckedGitHub({ seed });
  const ada = callAs(github, github.tokenFor("ada"));
  await ada("GET /repos/ada/data/issues/1");
  await ada("POST /repos/ada/data/issues/1/comments", { body: "hi" });
  await callAs(github)("GET /nothing");
  expect(github.requests.names()).toEqual(["issues/get", "issues/create-comment", "unknown"]);
  expect(github.requests.list("issues/create-comment")).toEqual([
    {
      operation: "issues/create-comment",
      method: "POST",
      path: "/repos/ada/data/issues/1/comments",
      body: { body: "hi" },
      status: 201,
      by: "user:ada",
      at: expect.stringMatching(/Z$/u),
    },
  ]);
  github.requests.clear();
  expect(github.requests.count()).toBe(0);
  await github.close();
});

test("the same paths as github.com at the root, and as an Enterprise Server under /api/v3", async () => {
  const github = await startCheckedGitHub({ seed });
  const nobody = callAs(github);
  const cloud = await nobody("GET /repos/ada/data/issues/1");
  const server = await nobody("GET /api/v3/repos/ada/data/issues/1");
  expect(cloud.body.url).toBe(`${github.url}/repos/ada/data/issues/1`);
  expect(server.body.url).toBe(`${github.url}/api/v3/repos/ada/data/issues/1`);
  const byId = await nobody(`GET /repositories/${github.state.repositories.all()[0]!.id}/issues/1`);
  expect(byId.body).toEqual(cloud.body);
  await github.close();
});

test("a port that is taken, a wrong seed, somebody who is not there: an error with the next step", async () => {
  const github = await startCheckedGitHub({ seed });
  const port = Number(new URL(github.url).port);
  await expect(startCheckedGitHub({ port })).rejects.toMatchObject({ code: "busy", data: { port } });
  await expect(
    startCheckedGitHub({ seed: { repositories: { "ada/data": { visibility: "hidden" as "public" } } } }),
  ).rejects.toMatchObject({ code: "invalid_input", data: { path: "repositories.ada/data.visibility" } });
  const badly = [
    [{ users: { ada: {}, ADA: {} } }, "users.ADA"],
    [{ users: { ada: { token: "t" }, bob: { token: "t" } } }, "users.bob.token"],
    [{ users: { "bad login!": {} } }, "users.bad login!"],
    [{ repositories: { "ada/data": { issues: [{ title: "x".repeat(300) }] } } }, "repositories.ada/data"],
    [{ repositories: { "ada/data": { files: { "../x": "" } } } }, "repositories.ada/data"],
  ] as const;
  for (const [wrong, path] of badly) {
    await expect(startCheckedGitHub({ seed: wrong })).rejects.toMatchObject({
      code: "invalid_input",
      data: { path },
    });
  }
  expect(() => github.tokenFor("nobody")).toThrow("there is no person nobody");
  await github.close();
});

test("time that was moved on does not go back with a restart", async () => {
  const options = {
    stateDir: join(temporaryFolder(), "moved"),
    clock: () => Date.parse("2026-01-01T00:00:00Z"),
  };
  const first = await startCheckedGitHub(options);
  first.clock.advance(3_600_000);
  first.clock.advance(1_000);
  await first.close();
  await using again = await startCheckedGitHub(options);
  expect(new Date(again.clock.now()).toISOString()).toBe("2026-01-01T01:00:01.000Z");
});
