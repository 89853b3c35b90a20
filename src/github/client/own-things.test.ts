import { expect, test } from "vitest";
import { startSession } from "../../../test/github/emulated-session.ts";
import { commitMethods } from "./commit-files.ts";
import { fileMethods } from "./files.ts";
import { pullRequestMethods } from "./pulls.ts";
import { refMethods } from "./refs.ts";
import { repositoryMethods } from "./repositories.ts";
import { secretMethods } from "./secrets.ts";

// Of GitHub's time, which is ours: in the client's it is 20 s.
const readsMs = 400;

async function start() {
  const emulated = await startSession();
  const { session } = emulated;
  emulated.github.clock.advance(60_000);
  emulated.github.lag.readsMs = readsMs;
  return {
    ...emulated,
    ...repositoryMethods(session),
    ...commitMethods(session),
    ...secretMethods(session),
    ...fileMethods(session),
    ...refMethods(session),
    ...pullRequestMethods(session),
  };
}

test("a repository that was just made is there for what comes next", async () => {
  await using started = await start();
  const { createRepo, getRepo, commitFiles, setSecret, getFile } = started;
  await createRepo("one");
  expect(await getRepo("one")).toMatchObject({ fullName: "acme/one" });
  await createRepo("two");
  const changes = ["a", "b"].map((path) => ({ path, content: path }));
  expect(await commitFiles("two", { message: "Begin", changes })).toMatchObject({ outcome: "committed" });
  await createRepo("three");
  expect(await setSecret("three", "KEY", "4711")).toBe("created");
  await createRepo("four");
  await expect(getFile("four", "a")).rejects.toMatchObject({ code: "not_found" });
});

test("a branch and a pull request that were just made are there for what comes next", async () => {
  await using started = await start();
  const { getRef, createRef, putFile, createPullRequest, getPullRequest, mergePullRequest } = started;
  await createRef("app", "heads/topic", (await getRef("app", "heads/main"))!);
  expect(await getRef("app", "heads/topic")).toBeDefined();
  await putFile("app", "a", "1", { branch: "topic" });
  const wish = { title: "Try", head: "topic", base: "main" };
  const { pullRequest } = await createPullRequest("app", wish);
  expect(await mergePullRequest("app", pullRequest.number)).toMatchObject({ outcome: "merged" });
  await putFile("app", "b", "1", { branch: "topic" });
  const second = await createPullRequest("app", wish);
  expect(await getPullRequest("app", second.pullRequest.number)).toMatchObject({ title: "Try" });
});

test("what was deleted, and what nobody has made, is told at once", async () => {
  await using started = await start();
  const { getRef, createRef, deleteRef, createRepo, deleteRepo, getRepo, github } = started;
  await createRef("app", "heads/topic", (await getRef("app", "heads/main"))!);
  await deleteRef("app", "heads/topic");
  await createRepo("one");
  await deleteRepo("one", { confirm: "acme/one" });
  github.lag.readsMs = 0;
  const before = github.requests.count();
  expect(await getRef("app", "heads/topic")).toBeUndefined();
  expect(await getRef("app", "heads/other")).toBeUndefined();
  for (const name of ["one", "two"]) await expect(getRepo(name)).rejects.toMatchObject({ code: "not_found" });
  expect(github.requests.count()).toBe(before + 4);
});
