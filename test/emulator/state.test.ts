/**
 * @module A GitHub that is kept in a folder, and what a test can see of one.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

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
  const killed = await startCheckedGitHub({ seed, stateDir });
  const token = killed.tokenFor("ada");
  await callAs(killed, token)("POST /repos/ada/data/issues/1/comments", { body: "kept" });
  // Nobody closes the first one: this is what the next finds after a kill.
  const next = await startCheckedGitHub({ stateDir });
  expect(next.state.comments.all().map(({ body }) => body)).toEqual(["kept"]);
  await next.close();
  await killed.close();
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
