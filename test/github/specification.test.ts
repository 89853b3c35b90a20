/**
 * @module The examples of the specification that the client began with, in TypeScript: tools of an agent, a scaffolder, and the
 * life of a repository in a test organisation.
 */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { GitHubClient } from "../../src/github/index.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const administer = { administration: "write", contents: "write", secrets: "write", actions: "write" };

/** One App, installed on both organisations. @returns its environment for one of them */
async function startFactory() {
  const github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {} },
      organizations: { "project-factory": { members: { ada: "admin" } }, "project-factory-test": {} },
      apps: {
        factory: {
          permissions: administer as never,
          installations: { "project-factory": "all", "project-factory-test": "all" },
        },
      },
    },
  });
  onTestFinished(() => github.close());
  const { appId, privateKey } = github.appCredentials("factory");
  const environmentOf = (org: string) => ({
    GITHUB_ORG: org,
    GITHUB_APP_ID: String(appId),
    GITHUB_APP_PRIVATE_KEY: privateKey,
    GITHUB_API_URL: github.url,
  });
  return { github, environmentOf };
}

/** 4.1: tools of an agent. */
async function createGitHubRepo(client: GitHubClient, name: string, description: string) {
  const repo = await client.createRepo(name, description);
  return { name: repo.name, url: repo.htmlUrl, cloneUrl: repo.cloneUrl };
}

/** 4.2: the token stands in no URL, as it does in the specification. */
async function cloneAndScaffold(client: GitHubClient, repoName: string, folder: string): Promise<void> {
  const { cloneUrl } = await client.getRepo(repoName);
  const git = await client.gitEnv(repoName);
  try {
    const env = { ...process.env, ...git.env };
    await promisify(execFile)("git", ["clone", "--quiet", cloneUrl, folder], { env });
  } finally {
    await git.close();
  }
}

test("4.1 and 4.2: a tool makes a repository and gets a token; a scaffolder clones it", async () => {
  const { environmentOf } = await startFactory();
  await using client = new GitHubClient({ env: environmentOf("project-factory") });
  const made = await createGitHubRepo(client, "shop", "A shop");
  expect(made).toMatchObject({ name: "shop", url: expect.stringMatching(/\/project-factory\/shop$/u) });
  expect(await client.getRepo("shop")).toMatchObject({ private: true, description: "A shop" });
  expect(await client.getRepoToken("shop")).toMatch(/^ghs_/u);
  expect(await client.createOrUpdateFile("shop", "README.md", "# Shop\n", "Begin")).toMatch(
    /^[0-9a-f]{40}$/u,
  );
  const folder = join(temporaryFolder(), "repo");
  await cloneAndScaffold(client, "shop", folder);
  expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("# Shop\n");
  expect(readFileSync(join(folder, ".git", "config"), "utf8")).not.toContain("ghs_");
});

test("5.3: a repository is made in the test organisation, found, and deleted", async () => {
  const { github, environmentOf } = await startFactory();
  await using client = new GitHubClient({ env: environmentOf("project-factory-test") });
  const name = `test-${randomUUID().slice(0, 8)}`;
  const repo = await client.createRepo(name, "E2E test repo");
  expect(repo).toMatchObject({ name, fullName: `project-factory-test/${name}` });
  expect((await client.getRepo(name)).id).toBe(repo.id);
  expect((await client.listRepos()).map(({ fullName }) => fullName)).toEqual([repo.fullName]);
  await client.deleteRepo(name, { confirm: repo.fullName });
  await expect(client.getRepo(name)).rejects.toMatchObject({ code: "not_found" });
  expect(github.state.repositories.all()).toEqual([]);
});

test("rule 1: the organisation is never guessed", async () => {
  const { environmentOf } = await startFactory();
  const { GITHUB_ORG: _, ...env } = environmentOf("project-factory");
  await using client = new GitHubClient({ env });
  await expect(client.getRepo("shop")).rejects.toMatchObject({
    code: "invalid_input",
    hint: expect.stringContaining("GITHUB_ORG"),
  });
});

test("what is missing is told by name, by the call that needs it", async () => {
  const calls: readonly (readonly [Record<string, string>, string])[] = [
    [{ GITHUB_ORG: "a" }, "GITHUB_TOKEN"],
    [{ GITHUB_ORG: "a", GITHUB_APP_ID: "12" }, "GITHUB_APP_PRIVATE_KEY"],
    [{ GITHUB_ORG: "a", HUBSTEAD_GITHUB_APP_PRIVATE_KEY_PATH: "/nowhere.pem" }, "GITHUB_APP_ID"],
  ];
  for (const [env, name] of calls) {
    await using client = new GitHubClient({ env });
    const error = await client.getRepo("b").catch((thrown: unknown) => thrown);
    expect(`${error} ${(error as { hint?: string }).hint}`).toContain(name);
  }
});

test("an App can be named in code, and takes the place of what the environment names", async () => {
  const { github, environmentOf } = await startFactory();
  const { GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY } = environmentOf("project-factory");
  await using client = new GitHubClient({
    appId: GITHUB_APP_ID,
    privateKey: GITHUB_APP_PRIVATE_KEY,
    org: "project-factory",
    apiUrl: github.url,
    env: { GITHUB_APP_ID: "1", GITHUB_APP_PRIVATE_KEY_PATH: "/nowhere.pem" },
  });
  expect((await client.createRepo("shop")).fullName).toBe("project-factory/shop");
});
