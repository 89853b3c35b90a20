import { expect, test } from "vitest";
import { startCheckedGitHub } from "../../../test/emulator/checked-github.ts";
import { createFastClock } from "../../../test/github/fast-clock.ts";
import { createGitHubFetch } from "../fetch/create-github-fetch.ts";
import { GitHubClient } from "./github-client.ts";

const deploy = "on: { workflow_dispatch: { inputs: { stage: {} } } }\njobs: { build: {} }\n";

async function start() {
  const github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/app": {
          files: { "README.md": "# App\n", "docs/a.md": "a\n", ".github/workflows/deploy.yml": deploy },
          labels: ["bug"],
          issues: [{ title: "a", comments: ["b"] }, { title: "c" }],
        },
      },
    },
  });
  const client = new GitHubClient({
    apiUrl: github.url,
    auth: github.tokenFor("ada"),
    org: "acme",
    clock: createFastClock(50),
    env: {},
  });
  return {
    github,
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await github.close();
    },
  };
}

test("files take message, branch and ref in the specification's order", async () => {
  await using started = await start();
  const { client } = started;
  const main = (await client.getRef("app", "heads/main"))!;
  await client.createRef("app", "heads/topic", main);
  const sha = await client.createOrUpdateFile("app", "a.txt", "1", "Add a", "topic");
  expect(await client.getRef("app", "heads/topic")).toBe(sha);
  expect((await client.getFile("app", "a.txt", "topic")).text).toBe("1");
  await expect(client.getFile("app", "a.txt")).rejects.toMatchObject({ code: "not_found" });
  const names = (items: readonly { readonly path: string }[]) => items.map(({ path }) => path);
  expect(names(await client.listFiles("app", "", "topic"))).toContain("a.txt");
  expect(names(await client.listFiles("app", { ref: "topic", recursive: true }))).toContain("docs/a.md");
  const { commitSha } = await client.putFile("app", "b.txt", "1", "Add b");
  expect(started.github.requests.count("repos/create-or-update-file-contents")).toBe(2);
  expect(commitSha).toBe(await client.getRef("app", "heads/main"));
  expect((await client.deleteFile("app", "b.txt", "Remove b")).outcome).toBe("deleted");
});

test("workflows take ref and inputs, event and time in the specification's order", async () => {
  await using started = await start();
  const { github, client } = started;
  const seen: unknown[] = [];
  github.actions.attach(({ inputs }) => {
    seen.push(inputs);
    return { conclusion: "success", log: "fine" };
  });
  const main = (await client.getRef("app", "heads/main"))!;
  await client.createRef("app", "heads/topic", main);
  const before = new Date(Date.now() - 86_400_000);
  const id = await client.triggerWorkflow("app", "deploy.yml", "topic", { stage: "live" });
  const run = await client.waitForRun("app", id, { pollMs: 50 });
  expect(run.headBranch).toBe("topic");
  expect(seen).toEqual([expect.objectContaining({ stage: "live" })]);
  const ids = (runs: readonly { readonly id: number }[]) => runs.map((one) => one.id);
  expect(ids(await client.listWorkflowRuns("app", "workflow_dispatch", ">2018-12-01"))).toEqual([id]);
  expect(ids(await client.listWorkflowRuns("app", "push"))).toEqual([]);
  expect(ids(await client.listWorkflowRuns("app", { created: before }))).toEqual([id]);
  const later = new Date(Date.now() + 10 * 86_400_000);
  expect(ids(await client.listWorkflowRuns("app", "workflow_dispatch", later))).toEqual([]);
  const { files, text } = await client.getWorkflowLogs("app", id);
  expect(text).toContain(`==> ${files[0]?.path} <==\n${files[0]?.text}`);
});

test("repositories, tokens and projects take what the specification has in its order", async () => {
  await using started = await start();
  const { client } = started;
  const open = await client.createRepo("open", "For all", false);
  expect(open).toMatchObject({ description: "For all", private: false });
  expect((await client.createRepo("closed", "For few")).private).toBe(true);
  const names = async (...given: Parameters<typeof client.listRepos>) =>
    (await client.listRepos(...given)).map(({ name }) => name).sort();
  expect(await names("acme")).toEqual(["app", "closed", "open"]);
  expect(await names({ org: "acme" })).toEqual(["app", "closed", "open"]);
  await expect(client.listRepos("ada")).resolves.toEqual([]);
  expect(await client.getOrgToken("acme")).toBe(await client.getOrgToken({ org: "acme" }));
  const report = await client.provisionRepo("shop", "A shop", { a: 1 }, { KEY: "4711" });
  expect(report).toMatchObject({ ok: true, repository: { name: "shop", description: "A shop" } });
  expect((await client.listSecrets("shop")).map(({ name }) => name)).toEqual(["KEY"]);
});

test("issues, labels, reactions and pull requests take the simple form, too", async () => {
  await using started = await start();
  const { client } = started;
  expect((await client.createIssue("app", "It crashes", "On start.")).body).toContain("On start.");
  expect(await client.listComments("app", 1)).toHaveLength(1);
  expect(await client.listComments("app", 2)).toHaveLength(0);
  expect(await client.addLabels("app", 1, "bug")).toEqual(["bug"]);
  expect((await client.addReaction("app", 1, "eyes")).content).toBe("eyes");
  const main = (await client.getRef("app", "heads/main"))!;
  await client.createRef("app", "heads/topic", main);
  await client.putFile("app", "a.txt", "1", { branch: "topic" });
  const { pullRequest } = await client.createPullRequest("app", "Add a", "topic", "main");
  expect(pullRequest).toMatchObject({ title: "Add a" });
});

test("a Map of secrets is set as an object is", async () => {
  await using started = await start();
  const { ok, results } = await started.client.setSecrets("app", new Map([["KEY", "4711"]]));
  expect([ok, results.map(({ name }) => name)]).toEqual([true, ["KEY"]]);
});

/** As a program without a compiler calls it. */
type Loose = Record<string, (...args: readonly unknown[]) => Promise<unknown>>;

test.for([
  ["commitFiles", ["app", { message: "m" }], "changes"],
  ["commitFiles", ["app", { message: "m", changes: { "a.txt": "1" } }], "changes"],
  ["commitFiles", ["app", { message: "m", changes: [{ path: "a", content: null }] }], "delete: true"],
  ["commitFiles", ["app", { message: "m", changes: ["a"] }], "object"],
  ["commitFiles", ["app"], "object"],
  ["deleteRepo", ["app"], "confirm"],
  ["createRepo", [{ name: "x" }], "text"],
  ["createOrUpdateFile", ["app", { path: "a", content: "1" }], "text"],
  ["putFile", ["app", "a", { text: "1" }], "Uint8Array"],
  ["createPullRequest", ["app"], "object"],
  ["createPullRequest", ["app", "Title"], "text"],
  ["addReaction", ["app", "1", "eyes"], "object"],
  ["setSecrets", ["app", "KEY=1"], "object"],
  ["setSecret", ["app", "KEY"], "text"],
  ["listWorkflowRuns", ["app", { created: new Date("never") }], "Date"],
  ["listWorkflowRuns", ["app", { created: 5 }], "text"],
  ["provisionRepo", [{ name: "x", spec: "a: 1" }], "object"],
  ["provisionRepo", [{ name: "x" }], "object"],
  ["provisionRepo", ["x", "A shop"], "object"],
] as const)("%s with wrong arguments %j is refused before anything is sent", async ([method, args, hint]) => {
  await using client = new GitHubClient({
    apiUrl: "http://127.0.0.1:9",
    auth: "a".repeat(40),
    org: "acme",
    env: {},
  });
  const calling = (client as unknown as Loose)[method]!(...args);
  await expect(calling).rejects.toMatchObject({
    code: "invalid_input",
    hint: expect.stringContaining(hint),
  });
});

test("null in any place of any method is refused by name, before anything is sent", async () => {
  const options = { apiUrl: "http://127.0.0.1:9", auth: "a".repeat(40), org: "acme", env: {} };
  await using client = new GitHubClient(options);
  const { fetch: _fetch, limits: _limits, isAnonymous: _isAnonymous, api, ...methods } = client;
  const names = Object.keys(methods);
  expect(names.length).toBeGreaterThan(55);
  const given = ["app", "a", "b", "c", "d"];
  for (const name of names)
    for (let at = 0; at <= given.length; at++)
      await expect(
        (client as unknown as Loose)[name]!(...given.slice(0, at), null),
        name,
      ).rejects.toMatchObject({
        code: "invalid_input",
        message: `argument ${at + 1} of ${name} is null`,
      });
  const refused = { code: "invalid_input" };
  await expect(api("app", null as never)).rejects.toMatchObject(refused);
  expect(() => new GitHubClient(null as never)).toThrow(expect.objectContaining(refused));
  expect(() => createGitHubFetch(null as never)).toThrow(expect.objectContaining(refused));
});
