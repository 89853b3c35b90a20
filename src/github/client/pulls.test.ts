import { describe, expect, test } from "vitest";
import { documentProblems } from "../../../test/emulator/official-schema.ts";
import { apiVersions, type EmulatedSession, startSession } from "../../../test/github/emulated-session.ts";
import { fileMethods } from "./files.ts";
import { pullRequestMethods } from "./pulls.ts";
import { refMethods } from "./refs.ts";

/** A branch with one commit more than the default branch. @returns that commit */
async function branchOff({ session }: EmulatedSession, branch: string): Promise<string> {
  const refs = refMethods(session);
  await refs.createRef("app", `heads/${branch}`, (await refs.getRef("app", "heads/main"))!);
  const written = await fileMethods(session).putFile("app", branch, "1", { branch });
  return written.commitSha!;
}

describe.each(apiVersions)("in version %s", (apiVersion) => {
  const start = () => startSession({ fetch: { apiVersion } });

  test("a pull request is opened once, read, listed and closed", async () => {
    await using emulated = await start();
    const pulls = pullRequestMethods(emulated.session);
    const head = await branchOff(emulated, "topic");
    const made = await pulls.createPullRequest("app", { head: "topic", title: "Try", body: "Words" });
    expect(made).toMatchObject({
      outcome: "created",
      pullRequest: {
        number: 1,
        title: "Try",
        body: "Words",
        state: "open",
        isMerged: false,
        isMergeable: true,
        head: { ref: "topic", sha: head, repository: "acme/app" },
        base: { ref: "main" },
        author: { login: "ada" },
        mergedAt: undefined,
      },
    });
    const again = await pulls.createPullRequest("app", { head: "acme:topic", base: "main", title: "Other" });
    expect(again).toMatchObject({ outcome: "exists", pullRequest: { number: 1, title: "Try" } });
    expect(await pulls.getPullRequest("app", 1)).toEqual(made.pullRequest);
    const numbers = async (options?: Parameters<typeof pulls.listPullRequests>[1]) =>
      (await pulls.listPullRequests("app", options)).map(({ number }) => number);
    expect(await numbers({ head: "topic", state: "open" })).toEqual([1]);
    expect(await numbers({ head: "other" })).toEqual([]);
    expect(await pulls.closePullRequest("app", 1)).toMatchObject({ state: "closed", isMerged: false });
    expect(await pulls.closePullRequest("app", 1)).toMatchObject({ state: "closed" });
    expect(await numbers()).toEqual([1]);
    expect(await numbers({ state: "open" })).toEqual([]);
    const next = await pulls.createPullRequest("app", { head: "topic", title: "Again" });
    expect(next).toMatchObject({ outcome: "created", pullRequest: { number: 2 } });
  });

  test("a pull request is merged, unless it is merged, or its branch has moved", async () => {
    await using emulated = await start();
    const { createPullRequest, mergePullRequest, getPullRequest } = pullRequestMethods(emulated.session);
    const head = await branchOff(emulated, "topic");
    await createPullRequest("app", { head: "topic", title: "Try" });
    await expect(mergePullRequest("app", 1, { expectedHead: "f".repeat(40) })).rejects.toMatchObject({
      code: "version_conflict",
    });
    const merged = await mergePullRequest("app", 1, { expectedHead: head, method: "squash" });
    expect(merged).toEqual({ outcome: "merged", sha: expect.stringMatching(/^[0-9a-f]{40}$/u) });
    expect(await getPullRequest("app", 1)).toMatchObject({ isMerged: true, state: "closed" });
    expect(await mergePullRequest("app", 1)).toEqual({
      outcome: "unchanged",
      sha: apiVersion === "2022-11-28" ? merged.sha : undefined,
    });
    expect(emulated.github.requests.count("pulls/merge")).toBe(2);
  });
});

test("what cannot be a pull request is told by its reason", async () => {
  await using emulated = await startSession();
  const { createPullRequest, mergePullRequest } = pullRequestMethods(emulated.session);
  const refs = refMethods(emulated.session);
  await refs.createRef("app", "heads/same", (await refs.getRef("app", "heads/main"))!);
  await expect(createPullRequest("app", { head: "same", title: "a" })).rejects.toMatchObject({
    code: "invalid_input",
    data: { reason: "no_commits_between", head: "acme:same", base: "main" },
  });
  const elsewhere = createPullRequest("app", { head: "none", title: "a" });
  await expect(elsewhere).rejects.toMatchObject({ code: "invalid_input", data: { status: 422 } });
  await expect(mergePullRequest("app", 7)).rejects.toMatchObject({ code: "not_found" });
});

test("what was done before its answer was lost is done, and what was not is done once", async () => {
  for (const effect of ["done", "none"] as const) {
    await using emulated = await startSession();
    const { createPullRequest, mergePullRequest } = pullRequestMethods(emulated.session);
    await branchOff(emulated, "topic");
    const { faults, state } = emulated.github;
    faults.add({ operation: "pulls/create", effect, times: 1, does: { kind: "reset" } });
    const made = await createPullRequest("app", { head: "topic", title: "Try" });
    expect(made).toMatchObject({ outcome: "created", pullRequest: { number: 1 } });
    expect(state.issues.all()).toHaveLength(1);
    faults.add({ operation: "pulls/merge", effect, times: 1, does: { kind: "status", status: 502 } });
    expect(await mergePullRequest("app", 1)).toMatchObject({ outcome: "merged", sha: expect.any(String) });
  }
});

test("a pull request that somebody else has opened meanwhile is the one", async () => {
  await using emulated = await startSession({
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin", bob: "admin" } } },
      repositories: { "acme/app": { files: { "README.md": "# App\n" } } },
    },
  });
  await branchOff(emulated, "topic");
  const { faults, requests } = emulated.github;
  faults.add({ operation: "pulls/create", times: 1, effect: "none", does: { kind: "reset" } });
  const mine = pullRequestMethods(emulated.session).createPullRequest("app", {
    head: "topic",
    title: "Mine",
  });
  while (requests.count("pulls/create") === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const { createPullRequest } = pullRequestMethods(emulated.sessionFor("bob"));
  await createPullRequest("app", { head: "topic", title: "Theirs" });
  expect(await mine).toMatchObject({ outcome: "exists", pullRequest: { number: 1, title: "Theirs" } });
});

test("a branch in conflict is not merged, and the hint says what to do", async () => {
  await using emulated = await startSession();
  const { createPullRequest, mergePullRequest } = pullRequestMethods(emulated.session);
  await branchOff(emulated, "topic");
  const files = fileMethods(emulated.session);
  await files.putFile("app", "topic", "2");
  await createPullRequest("app", { head: "topic", title: "Try" });
  await expect(mergePullRequest("app", 1)).rejects.toMatchObject({
    code: "version_conflict",
    hint: expect.stringContaining("conflicts"),
    data: { status: 405 },
  });
});

test("merging by itself is asked for with the id of GraphQL, once, and its refusal is told", async () => {
  await using emulated = await startSession();
  const { createPullRequest, enableAutoMerge, mergePullRequest } = pullRequestMethods(emulated.session);
  await branchOff(emulated, "topic");
  const { pullRequest } = await createPullRequest("app", { head: "topic", title: "Try" });
  const asked: unknown[] = [];
  // The emulator has no automatic merging: it is told what to answer, and what it was asked is kept.
  const session = emulated.sessionFor("ada", {
    fetch: async (input, init) => {
      if (String(input).endsWith("/graphql")) asked.push(JSON.parse(String(init?.body)));
      return fetch(input, init);
    },
  });
  const automatic = pullRequestMethods(session).enableAutoMerge;
  const { faults } = emulated.github;
  faults.add({ operation: "graphql", times: 1, does: { kind: "status", status: 502 } });
  const data = { enablePullRequestAutoMerge: { pullRequest: { autoMergeRequest: { enabledAt: "now" } } } };
  faults.add({ operation: "graphql", times: 1, does: { kind: "status", status: 200, body: { data } } });
  await automatic("app", 1, { method: "squash" });
  expect(asked).toHaveLength(2);
  expect(asked[1]).toMatchObject({
    query: expect.stringContaining("enablePullRequestAutoMerge"),
    variables: { id: pullRequest.nodeId, mergeMethod: "SQUASH" },
  });
  expect(documentProblems((asked[1] as { query: string }).query)).toEqual([]);
  const errors = [{ type: "UNPROCESSABLE", message: "Pull request is in clean status" }];
  const body = { data: { enablePullRequestAutoMerge: null }, errors };
  faults.add({ operation: "graphql", times: 1, does: { kind: "status", status: 200, body } });
  await expect(automatic("app", 1)).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("clean status"),
  });
  await mergePullRequest("app", 1);
  await enableAutoMerge("app", 1);
  expect(asked).toHaveLength(3);
});

test("the pull request that is open is returned, also where GitHub does not list it yet", async () => {
  await using emulated = await startSession();
  const { createPullRequest } = pullRequestMethods(emulated.session);
  await branchOff(emulated, "topic");
  const wish = { head: "topic", base: "main", title: "Try" };
  // In the client's time 40 s.
  emulated.github.lag.listsMs = 800;
  const { pullRequest } = await createPullRequest("app", wish);
  const again = await createPullRequest("app", wish);
  expect(again).toMatchObject({ outcome: "exists", pullRequest: { number: pullRequest.number } });
});
